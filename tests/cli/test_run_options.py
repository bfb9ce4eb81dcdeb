"""What the options of `run` do: outputs, quiet, repeats, which code is watched.

What a program can say itself, by `import pyharness`, is in test_in_the_program.py.
"""

import gzip
import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

TWO = "def one():\n    return 1\n\n\ndef two():\n    return 2\n\n\nfor i in range(3):\n    one()\n    two()\n"
MODULE = "def f():\n    return 1\n\n\nclass A:\n    def m(self):\n        return 2\n\n\nf(), A().m()\n"


class Outputs(unittest.TestCase):
    def test_formats_by_name_and_suffix(self):
        with harness.workspace({"script.py": TWO}) as root:
            names = ["a.json", "b.json.gz", "c.txt", "json:d", "text:e.json", "json.gz:f.x"]
            words = [word for name in names for word in ("-o", name)]
            result = harness.run(harness.run_words(*words, "--mode=line", "script.py"), cwd=root)
            self.assertEqual(result.status, 0, result)
            self.assertIn(b"Line #", result.stderr)
            recordings = [json.loads((root / name).read_bytes()) for name in ("a.json", "d")]
            recordings += [json.loads(gzip.decompress((root / name).read_bytes())) for name in ("b.json.gz", "f.x")]
            self.assertTrue(all(r == recordings[0] for r in recordings))
            self.assertEqual((root / "c.txt").read_bytes(), result.stderr)
            self.assertEqual((root / "e.json").read_bytes(), result.stderr)
            left = sorted(p.name for p in root.iterdir())
            self.assertEqual(left, ["a.json", "b.json.gz", "c.txt", "d", "e.json", "f.x", "script.py"])

    def test_to_stdout(self):
        with harness.workspace({"script.py": "print('mine')\n"}) as root:
            result = harness.run(harness.run_words("-q", "-o", "-", "script.py"), cwd=root)
            self.assertTrue(result.stdout.startswith(b"mine\npyharness timer"), result.stdout)
            self.assertEqual(result.stderr, b"")
            result = harness.run(harness.run_words("-q", "-o", "json:-", "script.py"), cwd=root)
            self.assertEqual(json.loads(result.stdout.removeprefix(b"mine\n"))["schema"], "pyharness.recording")

    def test_an_old_report_is_replaced_or_kept_whole(self):
        with harness.workspace({"script.py": "x = open('a.json').read()\nprint(x)\n", "a.json": "old"}) as root:
            result, recording = harness.record(root, "script.py", name="a.json")
            self.assertEqual(result.stdout, b"old\n")
            self.assertEqual(recording["run"]["exit_status"], 0)
            os.symlink("a.json", root / "link.json")
            harness.record(root, "-c", "pass", name="link.json")
            self.assertTrue((root / "link.json").is_symlink())

    def test_a_report_that_fails_is_said(self):
        for code, status in (("", harness.OWN_FAILURE), ("raise SystemExit(3)", 3)):
            with harness.workspace({"script.py": code}) as root, open("/dev/full", "wb") as full:
                words = harness.run_words("-q", "-o", "json:-", "-o", "text:a.txt", "script.py")
                result = harness.run(words, cwd=root, stdout=full)
                self.assertEqual(result.status, status)
                self.assertEqual(result.stderr.count(b"pyharness: "), 1, result.stderr)
                self.assertTrue((root / "a.txt").exists())

    def test_directory_vanishes(self):
        with harness.workspace({"script.py": "import shutil; shutil.rmtree('sub')", "sub/x": ""}) as root:
            result = harness.run(harness.run_words("-q", "-o", "sub/a.json", "script.py"), cwd=root)
            self.assertEqual((result.status, result.stderr.count(b"\n")), (harness.OWN_FAILURE, 1), result)

    def test_quiet_and_not(self):
        with harness.workspace({"script.py": "print(1)"}) as root:
            self.assertEqual(harness.run(harness.run_words("--quiet", "script.py"), cwd=root).stderr, b"")
            self.assertIn(b"script.py", harness.run(harness.run_words("script.py"), cwd=root).stderr)

    def test_source_text(self):
        with harness.workspace({"script.py": TWO}) as root:
            _, recording = harness.record(root, "--mode=line", "script.py")
            self.assertEqual(recording["sources"][0]["lines"]["2"], "    return 1")
            _, recording = harness.record(root, "--mode=line", "--no-source", "script.py")
            self.assertNotIn("return 1", json.dumps(recording))


class Repeats(unittest.TestCase):
    def test_three_runs(self):
        with harness.workspace({"script.py": "import sys; print(len(sys.stdin.read())); open('log', 'a').write('x')"}) as root:
            stdin = b"x" * 200_000
            result, recording = harness.record(root, "--repeat", "3", "--mode=line", "script.py", stdin=stdin)
            self.assertEqual((result.status, result.stdout), (0, b"200000\n" * 3))
            timer = recording["sections"]["timer"]
            self.assertEqual(len(timer["runs"]), 3)
            walls = sorted(run["code_wall_ns"] for run in timer["runs"])
            self.assertEqual((timer["min_ns"], timer["median_ns"]), (walls[0], walls[1]))
            self.assertEqual(harness.hits_of(recording, "<module>"), {1: 3})
            self.assertEqual(len(recording["run"]["processes"]), 3)
            self.assertEqual((root / "log").read_text(), "xxx")

    def test_warmup_is_not_counted(self):
        with harness.workspace({"script.py": "print(1)"}) as root:
            result, recording = harness.record(root, "--repeat=2", "--warmup=1", "script.py")
            self.assertEqual(result.stdout, b"1\n" * 3)
            self.assertEqual(len(recording["sections"]["timer"]["runs"]), 2)

    def test_the_first_failing_run_stops_it(self):
        program = "open('log', 'a').write('x')\nraise SystemExit(7 if open('log').read() == 'xx' else 0)"
        with harness.workspace({"script.py": program}) as root:
            result, recording = harness.record(root, "--repeat", "5", "script.py")
            self.assertEqual((result.status, (root / "log").read_text()), (7, "xx"))
            self.assertEqual(recording["run"]["exit_status"], 7)
            self.assertEqual(len(recording["sections"]["timer"]["runs"]), 2)


class Verify(unittest.TestCase):
    LOG = "import os, sys\nopen('log', 'a').write('x')\n"

    def test_once_more_without_hooks_and_without_output(self):
        program = self.LOG + "print(len(sys.stdin.read()), file=open('read', 'a'))\nprint(1)\nprint(2, file=sys.stderr)\n"
        with harness.workspace({"script.py": program}) as root:
            words = ["--verify", "--repeat=2", "--mode=line", "-o", "out.json", "script.py"]
            result = harness.run(harness.run_words(*words), cwd=root, stdin=b"y" * 100_000)
            self.assertEqual((result.status, result.stdout), (0, b"1\n" * 2))
            self.assertTrue(result.stderr.startswith(b"2\n2\npyharness "), result)
            self.assertRegex(result.stderr, rb"\nWithout hooks the program took .*; under them .* on\s+average of 2 runs")
            self.assertEqual([(root / name).read_text() for name in ("log", "read")], ["xxx", "100000\n" * 3])
            run = json.loads((root / "out.json").read_bytes())["run"]
            self.assertEqual(set(run["verified"]), {"runs", "wall_ns", "code_wall_ns", "user_ns", "system_ns"})
            self.assertLessEqual(run["verified"]["code_wall_ns"], run["verified"]["wall_ns"])
            self.assertEqual(len(run["processes"]), 2)

    def test_no_hook_is_in_it(self):
        program = "import pyharness\nopen('log', 'a').write(f'{sorted(pyharness.active())}\\n')"
        with harness.workspace({"script.py": program}) as root:
            harness.record(root, "--verify", "--mode=line", "script.py")
            self.assertEqual((root / "log").read_text(), "['line', 'timer']\n[]\n")

    def test_endings_that_differ_are_said(self):
        program = self.LOG + "sys.exit(len(open('log').read()) + 1)"
        with harness.workspace({"script.py": program}) as root:
            result, recording = harness.record(root, "--verify", "script.py")
            self.assertEqual(result.status, 2)
            self.assertIn("Without hooks the program exited with status 3, under them it exited with status 2: "
                          "their times do not compare.", recording["run"]["notes"])
            self.assertIn("verified", recording["run"])

    def test_what_a_signal_ended_does_not_run_again(self):
        with harness.workspace({"script.py": self.LOG + "os.kill(os.getpid(), 15)"}) as root:
            result, recording = harness.record(root, "--verify", "script.py")
            self.assertEqual((result.status, (root / "log").read_text()), (-15, "x"))
            self.assertNotIn("verified", recording["run"])
            self.assertRegex(" ".join(recording["run"]["notes"]), "did not run again without hooks")

    def test_a_signal_meanwhile_costs_no_report(self):
        program = self.LOG + "import time\nif open('log').read() == 'xx': open('again', 'w').close(); time.sleep(60)"
        with harness.workspace({"script.py": program}) as root:
            words = harness.run_words("-q", "-o", "out.json", "--verify", "script.py")
            process = harness.start(words, cwd=root, stdin=subprocess.DEVNULL)
            harness.wait_for((root / "again").exists, "the run without hooks")
            process.send_signal(15)
            self.assertEqual(harness.finish(process), harness.Result(0, b"", b""))
            run = json.loads((root / "out.json").read_bytes())["run"]
            self.assertEqual(run["exit_status"], 0)
            self.assertRegex(" ".join(run["notes"]), "ended by signal 15, under them it exited with status 0")

    def test_not_without_hooks_to_compare_with(self):
        result = harness.run(harness.run_words("--verify", "--mode=none", "-c", "1"))
        self.assertEqual((result.status, result.stderr.count(b"\n")), (harness.OWN_FAILURE, 1), result)


class Watched(unittest.TestCase):
    def names(self, files, *words, **options):
        with harness.workspace(files) as root:
            result, recording = harness.record(root, "--mode=line", *words, **options)
            self.assertEqual(result.status, 0, result)
            functions = recording["sections"]["line"]["functions"]
            return {f["name"] for f in functions if any(row["hits"] for row in f["lines"])}

    def test_own_code(self):
        files = {
            "script.py": "import mod, json, site_packages_are_not\njson.dumps([1], indent=1)\n",
            "mod.py": "def of_mod(): return 1\nof_mod()\n",
            "site_packages_are_not.py": "",
            "site-packages/foreign.py": "def foreign(): pass\nforeign()\n",
            "env/pyvenv.cfg": "",
            "env/lib/inside.py": "def inside(): pass\ninside()\n",
        }
        files["script.py"] += "import sys\nsys.path += ['site-packages', 'env/lib']\nimport foreign, inside\n"
        self.assertEqual(self.names(files, "script.py"), {"<module>", "of_mod"})

    def test_an_empty_module_is_nothing_to_show(self):
        files = {"script.py": "import package.part\n", "package/__init__.py": "", "package/part.py": "x = 1\n"}
        with harness.workspace(files) as root:
            _, recording = harness.record(root, "--mode=line", "script.py")
        functions = recording["sections"]["line"]["functions"]
        self.assertEqual({os.path.basename(f["file"]) for f in functions}, {"script.py", "part.py"})
        self.assertEqual(recording["run"]["losses"], {})

    def test_generated_code_belongs_to_who_generated_it(self):
        program = (
            "import dataclasses\n@dataclasses.dataclass\nclass A:\n    x: int\n"
            "space = {}\nexec('def made():\\n    return 7\\n', space)\nfor i in range(3): A(i); space['made']()\n"
        )
        with harness.workspace({"script.py": program}) as root:
            for words in (["script.py"], ["-c", program]):
                with self.subTest(words=words[0]):
                    _, recording = harness.record(root, "--mode=line", *words)
                    names = {f["name"] for f in recording["sections"]["line"]["functions"]}
                    names.discard("A.__annotate__")  # which 3.14 calls
                    self.assertEqual(names, {"<module>", "A", "made"})
                    self.assertEqual(harness.hits_of(recording, "made"), {2: 3})

    def test_the_main_module_goes_by_its_files_name_too(self):
        files = {"script.py": "def f():\n    pass\nf()\n", "shop/__init__.py": "", "shop/__main__.py": "def g():\n    pass\ng()\n"}
        with harness.workspace(files) as root:
            for words, name in ((["--only=script:f", "script.py"], "f"), (["--only=shop.__main__:g", "-m", "shop"], "g")):
                with self.subTest(words=words):
                    _, recording = harness.record(root, "--mode=line", *words)
                    self.assertEqual([f["name"] for f in recording["sections"]["line"]["functions"]], [name])

    def test_only_and_exclude(self):
        files = {"script.py": "import json\n" + TWO + "import mod\n", "mod.py": MODULE}
        for words, expected in {
            ("--only=mod",): {"<module>", "f", "A", "A.m"},
            ("--only=mod:A.m",): {"A.m"},
            ("--only=mod:A*",): {"A", "A.m"},
            ("--only=mod.py",): {"<module>", "f", "A", "A.m"},
            ("--only=*/mo?.py",): {"<module>", "f", "A", "A.m"},
            ("--only=__main__:one", "--only=mod:f"): {"one", "f"},
            ("--exclude=mod",): {"<module>", "one", "two"},
            ("--exclude=:two", "--exclude=mod.py"): {"<module>", "one"},
            ("--only=:*", "--exclude=:<module>", "--only=nothing"): None,
            ("--only=nothing",): set(),
        }.items():
            with self.subTest(words=words):
                seen = self.names(files, *words, "script.py")
                if expected is not None:
                    self.assertEqual(seen, expected)
                else:
                    self.assertLessEqual({"one", "two", "f", "A.m"}, seen)
                    self.assertNotIn("<module>", seen)
        self.assertEqual(self.names(files, "script.py", "--only=mod:f"), {"f"})

    def test_library_by_only(self):
        self.assertIn("dumps", self.names({"script.py": "import json\njson.dumps(1)\n"}, "--only=json", "script.py"))

    def test_marked_functions(self):
        files = {"script.py": TWO.replace("def one", "@profile\ndef one") + "two()\n"}
        self.assertEqual(self.names(files, "script.py"), {"one"})
        self.assertEqual(self.names(files, "--only=@profile", "script.py"), {"one"})
        late = {"script.py": TWO + "two = profile(two)\nclass B:\n    @property\n    @profile\n    def p(self): return 1\nB().p\n"}
        self.assertEqual(self.names(late, "script.py"), {"two", "B.p"})

    def test_builtin_profile_in_every_mode(self):
        with harness.workspace({"script.py": "@profile\ndef f(): return 5\nprint(f())"}) as root:
            for mode in ("none", "timer", "profile", "line"):
                result = harness.run(harness.run_words("-q", f"--mode={mode}", "script.py"), cwd=root)
                self.assertEqual((result.status, result.stdout), (0, b"5\n"), mode)


if __name__ == "__main__":
    unittest.main()
