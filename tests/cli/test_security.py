"""Hostile text in what we show, and what other users could do with what we write and read."""

import json
import marshal
import os
import pathlib
import pstats
import stat
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import faults  # noqa: E402
import harness  # noqa: E402

# What could steer a terminal or make text look like another: C0, DEL, C1, marks of direction and of lines, lone
# surrogates, bytes that are no UTF-8.
EVIL = "\x1b]0;title\x07\x1b[2J\x00\r\n\x7f\x9b31m\u202e\u2066\u200f\u2028\udc80\ud800<b>&amp;'\"`$(id)"
ARGUMENT = EVIL.replace("\x00", "").replace("\ud800", "")  # what the system takes
FILE_NAME = ARGUMENT.replace("/", "") + ".py"
STEERING = {*range(0, 9), *range(11, 32), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A)}

PROGRAM = f"""
EVIL = {EVIL!r}
def f(n):
    kept = [bytes(1000) for _ in range(50)]
    return kept
f.__code__ = f.__code__.replace(co_name=EVIL, **({{"co_qualname": EVIL}} if hasattr(f.__code__, "co_qualname") else {{}}))
kept = f(1)
class C: pass
C.__name__ = C.__qualname__ = EVIL.replace("\\0", "").encode("utf-8", "replace").decode()
exec(compile("def g():\\n    return [bytes(999) for _ in range(20)]\\nmore = g()\\n", EVIL.replace("\\0", ""), "exec"))
"""


class Text(unittest.TestCase):
    def is_harmless(self, text):
        shown = text.decode("utf-8")  # strictly
        self.assertEqual([hex(ord(c)) for c in shown if ord(c) in STEERING], [], shown)

    def directory(self, files):
        context = harness.workspace(files)
        self.addCleanup(context.__exit__, None, None, None)
        return context.__enter__()

    def test_names_and_source_in_every_mode(self):
        root = self.directory({FILE_NAME: PROGRAM})
        # A source line of its own, seen where functions are shown with their text.
        (script,) = root.iterdir()
        with script.open("ab") as file:
            file.write(b"def h():\n    return '\x1b[31m\x7f\xc2\x9b\xe2\x80\xae'  # \x08\nh()\n")
        for mode, other in (("line,timer", "text"), ("profile", "pstats"), ("alloc", "text")):
            with self.subTest(mode=mode):
                outputs = ["-o", "json:out.json", "-o", f"{other}:out.other"]
                result = harness.run(harness.run_words(f"--mode={mode}", *outputs, script.name, ARGUMENT), cwd=root)
                self.assertEqual((result.status, result.stdout), (0, b""), result)
                self.is_harmless(result.stderr)
                self.assertIn(b"\\x1b]0;title\\x07\\x1b[2J", result.stderr)
                self.is_harmless(harness.pyharness("report", "out.json", "--top=100", cwd=root).stdout)
                recording = (root / "out.json").read_bytes().decode("utf-8")
                section = json.loads(recording)["sections"][mode.split(",")[0]]
                self.assertIn("\x1b]0;title\x07\x1b[2J", json.dumps(section, ensure_ascii=False).encode().decode("unicode_escape"))
                if other == "pstats":
                    self.assertEqual(marshal.loads((root / "out.other").read_bytes()), pstats.Stats(str(root / "out.other")).stats)
                else:
                    self.is_harmless((root / "out.other").read_bytes())

    def test_sentences(self):
        root = self.directory({"script.py": ""})
        evil = "\x1b[31m\r\n\x7f\u009b\u202e\udcff"
        commands = (["run", "-o", f"{evil}/a.json", "script.py"], ["run", "-o", f"json:{evil}/a", "script.py"],
                    ["run", f"--{evil}", "script.py"], ["run", f"--mode={evil}", "script.py"], ["run", "--mode=line", "--engine", evil, "script.py"],
                    ["run", "--python", evil, "script.py"], ["run", "--sort", evil, "script.py"], ["run", "--unit", evil, "script.py"],
                    ["run", "--repeat", evil, "script.py"], ["run", "--mode=profile", "--callers", evil + "(", "script.py"],
                    ["run", "--only", evil, "--mode=line", "script.py"], ["run", "--color", evil, "script.py"], ["run", "--python-option", evil + "'", "script.py"],
                    ["report", evil], ["report", "script.py", "-o", evil], [evil], ["list", evil], ["run", "script.py", f"--mod={evil}"])  # fmt: skip
        for command in commands:
            result = harness.pyharness(*[word.encode("utf-8", "surrogateescape") for word in command], cwd=root)
            lines = [line for line in result.stderr.split(b"\n") if line.startswith(b"pyharness: ")]
            self.is_harmless(result.stderr)
            if result.status == harness.OWN_FAILURE:
                self.assertEqual(len(lines), 1, (command, result))

    def test_a_recording_of_others(self):
        root = self.directory({"script.py": "def f(): pass\nf()\n"})
        _, recording = harness.record(root, "--mode=profile", "script.py")
        evil = EVIL.replace("\udc80", "").replace("\ud800", "")

        def poison(value):
            for key, item in list(value.items() if isinstance(value, dict) else enumerate(value)):
                if isinstance(item, str) and key != "schema":
                    value[key] = evil
                elif isinstance(item, (dict, list)):
                    poison(item)

        poison(recording)
        recording["run"]["losses"][evil] = 3
        recording["run"]["notes"] = [evil]
        (root / "evil.json").write_text(json.dumps(recording))
        for more in ([], ["--color=always"], ["--callers=:"], ["--callees=:"]):
            result = harness.pyharness("report", "evil.json", *more, cwd=root)
            if result.status != 0:
                self.assertRegex(result.stderr, rb"\Apyharness: [^\n]+\n\Z", more)
            text = result.stdout.replace(b"\x1b[0m", b"")
            for code in (b"1", b"2", b"31", b"33"):
                text = text.replace(b"\x1b[%sm" % code, b"") if more == ["--color=always"] else text
            self.is_harmless(text)
            self.is_harmless(result.stderr)

    def test_interpreters_that_are_listed(self):
        root = self.directory({})
        versions = root / "versions" / "\x1b[31m\u202e\x01"
        (versions / "bin").mkdir(parents=True)
        (versions / "bin" / "python3.13").symlink_to(harness.PYTHON)
        result = harness.pyharness("list", env={"PYENV_ROOT": str(root)})
        self.assertEqual(result.status, 0)
        self.is_harmless(result.stdout)


@unittest.skipUnless(faults.is_default(), "the same for every interpreter")
class Files(unittest.TestCase):
    def setUp(self):
        context = harness.workspace({"script.py": "print('ran')\n"})
        self.root = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        self.root.chmod(0o755)

    def run_here(self, *words, **options):
        return harness.run(harness.run_words("-q", *words), cwd=self.root, **options)

    def mode(self, name):
        return stat.S_IMODE((self.root / name).lstat().st_mode)

    def test_the_umask(self):
        cache = self.root / "cache"
        for umask in (0, 0o077, 0o022):
            name = f"{umask:o}.json"
            result = self.run_here("-o", name, "script.py", umask=umask, env={"XDG_CACHE_HOME": str(cache / str(umask))})
            self.assertEqual((result.status, self.mode(name)), (0, 0o666 & ~umask), result)
        for path in cache.rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o022, 0, path)

    def test_the_permissions_of_what_is_replaced_stay(self):
        for mode in (0o600, 0o640, 0o666):
            (self.root / "a.json").touch()
            (self.root / "a.json").chmod(mode)
            self.run_here("-o", "a.json", "script.py", umask=0o077)
            self.assertEqual(self.mode("a.json"), mode)
        (self.root / "a.json").chmod(0o4755)  # but it becomes no program of its owner's
        self.run_here("-o", "a.json", "script.py")
        self.assertEqual(self.mode("a.json"), 0o755)

    @unittest.skipUnless(os.geteuid() == 0, "only root has files of several users")
    def test_owners(self):
        os.chown(self.root, faults.NOBODY, faults.NOBODY)
        (self.root / "theirs.json").touch()
        os.chown(self.root / "theirs.json", faults.NOBODY, faults.NOBODY)
        self.run_here("-o", "theirs.json", "-o", "new.json", "script.py")
        self.assertEqual((self.root / "theirs.json").stat().st_uid, faults.NOBODY)  # as if it had been written in
        self.assertEqual((self.root / "new.json").stat().st_uid, 0)

    @unittest.skipUnless(os.geteuid() == 0, "only root makes files of several users")
    def test_another_group_gets_no_more_than_everybody(self):
        (self.root / "shared").mkdir()
        (self.root / "shared").chmod(0o777)
        path = self.root / "shared" / "a.json"
        path.touch()
        os.chown(path, 0, 12345)
        path.chmod(0o666)
        result = self.run_here("-o", "shared/a.json", "script.py", **faults.unprivileged())
        self.assertEqual(result.status, 0)
        self.assertEqual((path.stat().st_uid, path.stat().st_gid), (faults.NOBODY, faults.NOBODY))
        path.chmod(0o660)
        os.chown(path, faults.NOBODY, 12345)
        self.run_here("-o", "shared/a.json", "script.py", **faults.unprivileged())
        self.assertEqual((path.stat().st_gid, stat.S_IMODE(path.stat().st_mode)), (faults.NOBODY, 0o600))

    @unittest.skipUnless(os.geteuid() == 0, "only root makes files of several users")
    def test_what_others_put_where_everybody_may_write(self):
        place = self.root / "everybodys"
        place.mkdir()
        place.chmod(0o1777)
        victim = self.root / "victim"
        victim.write_text("mine")
        for name, target in (("link.json", victim), ("dangling.json", self.root / "made")):
            os.symlink(target, place / name)
            os.lchown(place / name, faults.NOBODY, faults.NOBODY)
            result = self.run_here("-o", place / name, "script.py")
            self.assertEqual((result.status, result.stdout), (harness.OWN_FAILURE, b""))
            self.assertIn(b"it is a link that another user has put there. Name another place.", result.stderr)
        self.assertEqual(victim.read_text(), "mine")
        self.assertFalse((self.root / "made").exists())
        os.symlink(victim, place / "own.json")
        self.assertEqual(self.run_here("-o", place / "own.json", "script.py").status, 0)
        self.assertTrue((place / "own.json").is_symlink())
        self.assertTrue(victim.read_text().startswith("{"))
        # A file there that everybody may write to is its owner's all the same.
        (place / "roots.json").touch()
        (place / "roots.json").chmod(0o666)
        result = self.run_here("-o", place / "roots.json", "script.py", **faults.unprivileged())
        self.assertEqual((result.status, result.stdout), (harness.OWN_FAILURE, b""))
        self.assertIn(b"only its owner may replace it. Name another file.", result.stderr)

    def test_installed_files_are_not_everybodys(self):
        for path in pathlib.Path(harness.PYHARNESS).parent.glob("pyharness*"):
            if path.is_file():
                self.assertEqual(path.stat().st_mode & (stat.S_IWOTH | stat.S_ISUID | stat.S_ISGID), 0, path)


@unittest.skipIf(faults.is_default(), "the default interpreter is not asked for its facts")
class KeptAnswers(unittest.TestCase):
    """The answers of interpreters name a library that the host loads: nobody else may give them."""

    def setUp(self):
        context = harness.workspace({"script.py": "print('ran')\n"})
        self.root = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        self.cache = self.root / "pyharness"
        self.env = {"XDG_CACHE_HOME": str(self.root)}
        self.run_here()
        (self.kept,) = self.cache.iterdir()
        self.answer = self.kept.read_bytes()

    def run_here(self):
        result = harness.run(harness.run_words("-q", "script.py"), cwd=self.root, env=self.env)
        self.assertEqual((result.status, result.stdout, result.stderr), (0, b"ran\n", b""))

    def poisoned(self):
        """With the library that it names one of ours that is none."""
        (self.root / "evil.so").write_bytes(b"")
        fields = self.answer.split(b"\0")
        fields[4] = os.fsencode(self.root / "evil.so")
        return b"\0".join(fields)

    def test_it_is_believed(self):
        self.kept.write_bytes(self.poisoned())
        result = harness.run(harness.run_words("-q", "script.py"), cwd=self.root, env=self.env)
        self.assertIn(b"evil.so", result.stderr)

    def test_what_others_could_have_written(self):
        self.assertEqual(stat.S_IMODE(self.cache.stat().st_mode), 0o700)
        self.kept.write_bytes(self.poisoned())
        self.kept.chmod(0o666)
        self.run_here()
        self.kept.write_bytes(self.poisoned())
        self.kept.chmod(0o600)
        self.cache.chmod(0o777)
        self.run_here()
        self.assertEqual(self.kept.read_bytes(), self.poisoned())  # nor is anything kept there
        self.cache.chmod(0o700)
        self.kept.unlink()
        (self.root / "elsewhere").write_bytes(self.poisoned())
        self.kept.symlink_to(self.root / "elsewhere")
        self.run_here()

    @unittest.skipUnless(os.geteuid() == 0, "only root has files of several users")
    def test_what_others_have_written(self):
        for path in (self.kept, self.cache):
            self.kept.write_bytes(self.poisoned())
            os.chown(path, faults.NOBODY, faults.NOBODY)
            self.run_here()
            os.chown(path, 0, 0)

    def test_what_is_broken(self):
        for content in (b"", b"\0" * 100, self.answer[:-5], b"x" * 100_000):
            self.kept.write_bytes(content)
            self.run_here()
        self.kept.unlink()
        os.mkfifo(self.kept)
        self.run_here()
        self.kept.unlink()
        self.kept.mkdir()
        self.run_here()


if __name__ == "__main__":
    unittest.main()
