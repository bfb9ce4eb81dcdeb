"""Limits, kernels and installations that fail: refused in one sentence, or the program runs as ever.
"""

import json
import os
import pathlib
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import faults  # noqa: E402
import harness  # noqa: E402
from faults import FORMATS, PROGRAM, outputs, words  # noqa: E402


class Limits(faults.Case):
    def run_under(self, *more, **limits):
        return harness.run(words(*more), cwd=self.root, preexec_fn=faults.limited(**limits))

    @harness.unless_sanitized("other libraries are loaded first")
    def test_few_descriptors(self):
        # From too few for us to as many as it takes: refused in a sentence, or run as ever.
        ran = False
        for most in range(3, 12):
            result = self.run_under("-o", "a.json", "-o", "a.txt", "script.py", NOFILE=most)
            if result.status == harness.OWN_FAILURE and b"pyharness: " in result.stderr:
                self.assertFalse(ran, most)
                self.refused(result, "Too many open files. Raise the limit on open files (ulimit -n).")
                self.assertEqual(self.left(), ["fails.py", "script.py"])
            elif result.status == 0:
                ran = True
                self.is_whole(self.root / "a.json")
            else:  # python cannot start with so few
                plain = harness.run([harness.PYTHON, "script.py"], cwd=self.root, preexec_fn=faults.limited(NOFILE=most))
                self.assertEqual((result.status, result.stdout, result.stderr), (plain.status, plain.stdout, plain.stderr))
        self.assertTrue(ran)

    def test_a_program_that_takes_all_descriptors(self):
        (self.root / "script.py").write_text(PROGRAM.replace("print", "kept = []\ntry:\n    while 1: kept.append(open('/dev/null'))\nexcept OSError: pass\nprint"))
        for mode in ("profile", "line,timer"):
            result, recording = harness.record(self.root, f"--mode={mode}", "script.py", preexec_fn=faults.limited(NOFILE=64))
            self.assertEqual((result.status, result.stdout), (0, b"ran\n"))
            self.assertEqual(recording["run"]["losses"], {})

    def test_a_limit_on_the_size_of_files(self):
        for soft in (0, 4096):
            limit = faults.limited(hard=faults.UNLIMITED, FSIZE=soft)
            (self.root / "script.py").write_text(PROGRAM + "import resource; print(resource.getrlimit(resource.RLIMIT_FSIZE)[0])\n")
            result = harness.run(words(*outputs("."), "script.py"), cwd=self.root, preexec_fn=limit)
            missing = [name for name in FORMATS.values() if not (self.root / name).exists()]
            sentences = [("report was not written: cannot write ./" + name, "File too large. Raise the limit") for name in missing]
            self.says(result, *sentences, stdout=b"ran\n%d\n" % soft)
            self.assertEqual(soft == 0, missing == [*FORMATS.values()])
            harness.fill(self.root, {"script.py": PROGRAM})

    def test_a_hard_limit_on_the_size_of_files(self):
        self.refused(self.run_under("script.py", FSIZE=4096), "File too large. Raise the limit on the size of files (ulimit -f).")
        self.says(self.run_under("-o", "a.json", "script.py", FSIZE=100 << 20), status=0)
        self.is_whole(self.root / "a.json")

    def test_a_limit_on_the_size_of_files_for_the_other_commands(self):
        self.run_under("-o", "a.json", "script.py")
        limit = faults.limited(FSIZE=64)
        result = harness.pyharness("report", "a.json", "-o", "b.json", "-o", "text:-", cwd=self.root, preexec_fn=limit)
        self.assertEqual(result.status, harness.OWN_FAILURE)
        self.assertIn(b"function calls", result.stdout)
        self.assertRegex(result.stderr, rb"\Apyharness: the json report was not written: cannot write b.json: File too large[^\n]+\n\Z")
        result = harness.run(words("--repeat=2", "script.py"), cwd=self.root, stdin=b"x" * 1000, preexec_fn=limit)
        self.refused(result, "stdin cannot be kept for the repetitions: File too large")

    @harness.unless_sanitized("the shadow memory takes terabytes of address space")
    def test_little_address_space(self):
        # From where no executable finds room to where all do, and between the two a sentence of ours.
        said = 0
        for megabytes in (2, 4, 5, 6, 7, 9, 12, 16, 24, 256):
            result = self.run_under("-o", "a.json", "script.py", AS=megabytes << 20)
            said += b"(ulimit -v)" in result.stderr
            if result.status == 0:
                self.is_whole(self.root / "a.json")
            self.assertEqual([name for name in self.left() if name.startswith(".")], [])
        self.assertEqual(result.status, 0)
        self.assertGreater(said, 0)

    @harness.unless_sanitized("the shadow memory takes terabytes of address space")
    @unittest.skipUnless(faults.is_default(), "the same for every interpreter")
    def test_too_little_memory_for_a_report(self):
        (self.root / "script.py").write_text("for i in range(20000): exec(f'def f{i}(): pass\\nf{i}()')\nraise SystemExit(3)\n")
        for megabytes in (40, 48):
            result = self.run_under("-o", "a.json", "-o", "a.pstats", "script.py", AS=megabytes << 20)
            for name in {"a.json", "a.pstats"} - set(self.left()):
                self.assertRegex(result.stderr, rb"pyharness: [^\n]*memory[^\n]* \(ulimit -v\)\.\n")
                self.assertNotEqual(result.status, 0, name)
            self.assertIn(result.status, (3, 1, harness.OWN_FAILURE), result)  # 1: MemoryError

    def test_a_limit_on_cpu_time(self):
        (self.root / "script.py").write_text("def f():\n    while 1: pass\nf()\n")
        result, recording = harness.record(self.root, "--mode=line", "script.py", preexec_fn=faults.limited(hard=5, CPU=1))
        self.assertEqual((result.status, recording["run"]["signal"]), (-signal.SIGXCPU, signal.SIGXCPU))
        self.assertIn("f", {f["name"] for f in recording["sections"]["line"]["functions"]})

    def test_no_process_may_be_started(self):
        result = harness.run(words("script.py"), cwd=self.root, preexec_fn=faults.limited(NPROC=0), **faults.unprivileged())
        self.refused(result, "cannot be started: Resource temporarily unavailable. Raise the limit on processes (ulimit -u)")


class Kernels(faults.Case):
    SANDBOX = ("memfd_create", "pidfd_open", "pidfd_send_signal", "close_range", "madvise", "process_madvise", "mlock", "mlockall",
               "prctl", "ptrace", "process_vm_readv", "getrandom", "linkat", "fallocate", "perf_event_open")  # fmt: skip

    def test_the_rules_of_a_container(self):
        for error in (1, 38):  # EPERM, ENOSYS
            refuse = faults.refuse(dict.fromkeys(self.SANDBOX, error))
            for mode in ("profile", "line", "alloc"):
                with self.subTest(mode=mode, errno=error):
                    result, recording = harness.record(self.root, f"--mode={mode}", "script.py", preexec_fn=refuse)
                    self.assertEqual((result.status, result.stdout, result.stderr), (0, b"ran\n", b""))
                    self.assertEqual(recording["run"]["losses"], {})
                    self.assertIn(mode, recording["sections"])
                    if mode == "line":
                        self.assertEqual(harness.hits_of(recording, "f"), {2: 100})
                    self.assertEqual(self.left(), ["fails.py", "out.json", "script.py"])

    def test_no_memory_without_a_name(self):
        refuse = faults.refuse({"memfd_create": 38})
        (self.root / "tmp").mkdir()
        for place in ("tmp", "missing"):  # /tmp is there still
            result = harness.run(words("-o", "a.json", "script.py"), cwd=self.root, env={"TMPDIR": str(self.root / place)}, preexec_fn=refuse)
            self.says(result, status=0)
            self.is_whole(self.root / "a.json")
        self.assertEqual(self.left(self.root / "tmp"), [])

    @unittest.skipIf(harness.PYHARNESS.startswith("/tmp/"), "pyharness itself is below /tmp, which is hidden here")
    def test_neither_memory_nor_a_place_for_files(self):
        setup = faults.small_disk("/tmp", options="ro")
        copies = self.enterContext(harness.workspace({"script.py": PROGRAM}, prefix="../var/tmp/pyharness-test-"))
        result = faults.with_mounts(setup, words("script.py"), cwd=copies, env={"TMPDIR": "/no/such/place"}, preexec_fn=faults.refuse({"memfd_create": 38}))
        self.refused(result, "there is no shared memory for the recording, and no room in $TMPDIR or /tmp: Read-only file system")

    def test_a_small_disk_for_the_recording(self):
        (self.root / "tmp").mkdir()
        functions = "".join(f"def f{i}(): return {i}\nf{i}()\n" for i in range(3000))
        (self.root / "script.py").write_text(functions + "print('ran')\n")
        for calls in ({"memfd_create": 38}, {"memfd_create": 38, "madvise": 38}):
            for kilobytes in (0, 4, 40, 400):
                with self.subTest(calls=calls, kilobytes=kilobytes):
                    fill = f"head -c {4096 - kilobytes}k /dev/zero > tmp/filler"
                    setup = f"{faults.small_disk('tmp', 4096)} && {fill}"
                    result = faults.with_mounts(setup, words("-o", "a.json", "script.py"), cwd=self.root, env={"TMPDIR": str(self.root / "tmp")}, preexec_fn=faults.refuse(calls))
                    if kilobytes >= 40:
                        self.says(result, status=0)
                        losses = json.loads((self.root / "a.json").read_bytes())["run"]["losses"]
                        self.assertGreater(losses["arena_bytes_refused"], 0)
                        text = harness.pyharness("report", "a.json", cwd=self.root).stdout
                        self.assertIn(b"of recording found no memory. The figures are too low.", text)
                    else:
                        self.refused(result, "there is no", "for the recording")

    @harness.unless_sanitized("options are read in /proc")
    def test_no_proc(self):
        (self.root / "old.json").touch()
        (self.root / "old.json").chmod(0o600)
        result = faults.with_mounts(faults.small_disk("/proc"), words("-o", "a.json", "-o", "old.json", "script.py"), cwd=self.root)
        self.says(result, status=0)
        for name in ("a.json", "old.json"):
            self.is_whole(self.root / name)
        self.assertEqual((self.root / "old.json").stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.left(), ["a.json", "fails.py", "old.json", "script.py"])


class Installations(faults.Case):
    def copied(self):
        """Our executables in a directory of their own."""
        place = self.root / "copied"
        place.mkdir()
        for path in pathlib.Path(harness.PYHARNESS).parent.glob("pyharness*"):
            if path.is_file() and path.name != "pyharness_unit_tests":
                os.symlink(path, place / path.name)
        self.replace(place / "pyharness", pathlib.Path(harness.PYHARNESS).read_bytes())
        return place

    def replace(self, path, content):
        path.unlink()
        path.write_bytes(content)
        path.chmod(0o755)

    def hosts(self, place):
        """Names of those that might run the interpreter under test."""
        series = "%d.%d" % harness.VERSION
        return [name for name in (f"pyharness-host-{series}", f"pyharness-host-{series}-shared") if (place / name).exists()]

    def test_a_host_that_is_broken(self):
        place = self.copied()
        names = self.hosts(place)
        for content in (b"", b"garbage\n", (place / names[0]).read_bytes()[:3000]):
            for name in names:
                self.replace(place / name, content)
            result = harness.run([place / "pyharness", *words("-o", "a.json", "script.py")[1:]], cwd=self.root)
            self.assertNotIn(result.status, (0, 1), result)
            self.assertEqual(result.stdout, b"")
            if result.status == harness.OWN_FAILURE:
                self.refused(result, "cannot be started: Exec format error. Install pyharness again.")
                self.assertEqual(self.left(), ["copied", "fails.py", "script.py"])
        for name in names:
            (place / name).unlink()
        result = harness.run([place / "pyharness", *words("script.py")[1:]], cwd=self.root)
        self.assertEqual((result.status, result.stdout), (harness.OWN_FAILURE, b""))
        self.assertRegex(result.stderr, rb"\Apyharness: [^\n]+\n\Z")

    def test_a_host_of_another_version(self):
        # As pyharness would, with a header of another layout.
        place = pathlib.Path(harness.PYHARNESS).parent
        for host in (place / name for name in self.hosts(place)):
            arena = os.memfd_create("arena", 0)
            os.write(arena, (0x3173736E72616870).to_bytes(8, "little") + (999).to_bytes(4, "little") + bytes(8000))
            result = harness.run([host, "-c", "print(1)"], pass_fds=[arena])
            os.close(arena)
            self.refused(result, "pyharness and its host are of different versions. Install pyharness again.")
            self.refused(harness.run([host, "-c", "print(1)"]), "this program is started by pyharness. Use: pyharness run SCRIPT")

    def test_an_interpreter_whose_library_vanishes(self):
        answers = ["pyharness", "%d.%d.0" % harness.VERSION, "cpython", "/x/python", "/x/lib\x1b.so", "/x", "0", "0"]
        text = "#!/bin/sh\nprintf '%s'\n" % "".join(a.replace("\x1b", "\\033") + "\\000" for a in answers)
        path = self.root / "python"
        path.write_text(text)
        path.chmod(0o755)
        result = harness.pyharness("run", "--python", path, "-o", "a.json", "script.py", cwd=self.root)
        if b"There are hosts for" in result.stderr:
            self.skipTest("there is no host that loads a library")
        self.refused(result, "the interpreter's library cannot be loaded: /x/lib\\x1b.so: ", "Install it again.")
        self.assertEqual(self.left(), ["fails.py", "python", "script.py"])

    def test_places_that_are_not_there(self):
        (self.root / "file").touch()
        for env in ({"HOME": None, "XDG_CACHE_HOME": None}, {"XDG_CACHE_HOME": "/proc/none"}, {"XDG_CACHE_HOME": str(self.root / "file")},
                    {"XDG_CACHE_HOME": "relative"}, {"HOME": "/no/such/place", "XDG_CACHE_HOME": None}):  # fmt: skip
            result = harness.run(words("script.py"), cwd=self.root, env={"TMPDIR": "/no/such/place", **env})
            self.says(result, status=0)
        self.assertEqual(self.left(), ["fails.py", "file", "script.py"])
        self.assertFalse(os.path.exists("/no"))

    def test_a_full_disk_for_what_is_kept(self):
        (self.root / "disk").mkdir()
        setup = f"{faults.small_disk('disk')} && head -c 1m /dev/zero > disk/filler 2>/dev/null; true"
        result = faults.with_mounts(setup, words("script.py"), "ls -AR disk", cwd=self.root, env={"XDG_CACHE_HOME": str(self.root / "disk")})
        self.assertEqual((result.status, result.stderr), (0, b""))
        self.assertNotIn(b"python-", result.stdout)

if __name__ == "__main__":
    unittest.main()
