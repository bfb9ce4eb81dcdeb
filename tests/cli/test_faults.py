"""What fails around a run: disks, readers, limits, system calls. One sentence says it, the other reports are written, the
program's status counts, nothing is left aside.
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

SANITIZED = "ASAN_OPTIONS" in os.environ or "TSAN_OPTIONS" in os.environ
PROGRAM = "def f(x):\n    return x + 1\nfor i in range(100): f(i)\nprint('ran')\n"
FAILS_TOO = PROGRAM + "raise SystemExit(3)\n"
FORMATS = {"json": "a.json", "json.gz": "a.json.gz", "pstats": "a.pstats", "text": "a.txt"}


def words(*more):
    return harness.run_words("-q", "--mode=profile,timer", *more)


def outputs(directory):
    return [f"--output={directory}/{name}" for name in FORMATS.values()]


class Base(unittest.TestCase):
    def setUp(self):
        self.root = self.enterContext(harness.workspace({"script.py": PROGRAM, "fails.py": FAILS_TOO}))
        self.root.chmod(0o755)

    def enterContext(self, context):  # as 3.11's
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def says(self, result, *sentences, status=harness.OWN_FAILURE, stdout=b"ran\n"):
        """These sentences of ours are all that is on stderr, one line each, in this order."""
        self.assertEqual((result.status, result.stdout), (status, stdout), result)
        lines = result.stderr.decode().splitlines()
        self.assertEqual(len(lines), len(sentences), result.stderr)
        for line, parts in zip(lines, sentences):
            self.assertRegex(line, r"\Apyharness: .*(\.|Use: [^.]+)\Z")
            self.assertTrue(line.isprintable(), line)
            for part in (parts,) if isinstance(parts, str) else parts:
                self.assertIn(part, line)

    def refused(self, result, *parts):
        """Before the program ran."""
        self.says(result, parts, stdout=b"")

    def is_whole(self, path, text=None):
        recording = json.loads(text or path.read_bytes())
        self.assertEqual(recording["run"].get("exit_status"), 0 if recording["run"]["target"] == "script.py" else 3)
        self.assertIn("f", {f["name"] for f in recording["sections"]["profile"]["functions"]})

    def left(self, directory=None):
        return sorted(p.name for p in (directory or self.root).iterdir())


@unittest.skipUnless(faults.is_default(), "the same for every interpreter")
class Disks(Base):
    def test_a_full_disk_costs_only_what_is_on_it(self):
        (self.root / "disk").mkdir()
        setup = f"{faults.small_disk('disk')} && head -c 1m /dev/zero > disk/filler 2>/dev/null; true"
        for script, status in (("script.py", harness.OWN_FAILURE), ("fails.py", 3)):
            result = faults.with_mounts(setup, words(*outputs("disk"), "-o", "ok.json", script), "ls -A disk >&2", cwd=self.root)
            *lines, left = result.stderr.splitlines()
            self.assertEqual(left, b"filler")
            said = [(f"the {f} report was not written", f"disk/{name}: No space left on device. Make room there. Or") for f, name in FORMATS.items()]
            self.says(harness.Result(result.status, result.stdout, b"\n".join(lines)), *said, status=status)
            self.is_whole(self.root / "ok.json")

    def test_a_read_only_disk(self):
        (self.root / "disk").mkdir()
        result = faults.with_mounts(faults.small_disk("disk", options="ro"), words("-o", "disk/a.json", "-o", "ok.json", "script.py"), cwd=self.root)
        self.refused(result, "disk/a.json: Read-only file system")
        self.assertEqual(self.left(), ["disk", "fails.py", "script.py"])

    def test_a_directory_of_another_user(self):
        other = faults.unprivileged()
        if not other:
            self.root.chmod(0o555)
        result = harness.run(words("-o", "a.json", "script.py"), cwd=self.root, **other)
        self.refused(result, "a.json: Permission denied")

    def test_a_mount_point_is_written_in(self):
        for name in ("inner.json", "outer.json"):
            (self.root / name).touch()
        setup = "mount --bind inner.json outer.json"
        result = faults.with_mounts(setup, words("-o", "outer.json", "script.py"), cwd=self.root)
        self.says(result, status=0)
        self.is_whole(self.root / "inner.json")
        self.assertEqual(self.left(), ["fails.py", "inner.json", "outer.json", "script.py"])

    def test_a_directory_that_vanishes_meanwhile(self):
        (self.root / "gone").mkdir()
        (self.root / "script.py").write_text(PROGRAM + "import shutil; shutil.rmtree('gone')\n")
        result = harness.run(words("-o", "gone/a.json", "-o", "ok.json", "script.py"), cwd=self.root)
        self.says(result, "gone/a.json: no such directory. Create it first.")
        self.is_whole(self.root / "ok.json")

    def test_a_directory_that_is_made_anew_or_moved_meanwhile(self):
        (self.root / "out").mkdir()
        (self.root / "moved").mkdir()
        program = PROGRAM + "import os, shutil; shutil.rmtree('out'); os.mkdir('out'); os.rename('moved', 'there')\n"
        (self.root / "script.py").write_text(program)
        result = harness.run(words("-o", "out/a.json", "-o", "moved/a.json", "script.py"), cwd=self.root)
        self.says(result, status=0)
        self.is_whole(self.root / "out" / "a.json")
        self.is_whole(self.root / "there" / "a.json")
        self.assertEqual(self.left(self.root / "out") + self.left(self.root / "there"), ["a.json", "a.json"])

    def test_an_output_that_becomes_something_else_meanwhile(self):
        program = PROGRAM + "import os; os.mkdir('a.json'); os.symlink('loop.json', 'loop.json')\n"
        (self.root / "script.py").write_text(program)
        result = harness.run(words("-o", "a.json", "-o", "loop.json", "script.py"), cwd=self.root)
        self.says(result, "a.json: Is a directory")
        self.assertFalse((self.root / "loop.json").is_symlink())  # replaced as any file
        self.is_whole(self.root / "loop.json")
        self.assertEqual(self.left(), ["a.json", "fails.py", "loop.json", "script.py"])

    def test_a_loop_of_links(self):
        (self.root / "loop.json").symlink_to("loop.json")
        result = harness.run(words("-o", "loop.json", "script.py"), cwd=self.root)
        self.refused(result, "loop.json: Too many levels of symbolic links")

    def test_where_a_nameless_file_gets_no_name(self):
        (self.root / "old.json").touch()
        (self.root / "old.json").chmod(0o640)
        result = harness.run(words("-o", "a.json", "-o", "old.json", "script.py"), cwd=self.root, preexec_fn=faults.refuse({"linkat": 1}))
        self.says(result, status=0)
        self.is_whole(self.root / "a.json")
        self.is_whole(self.root / "old.json")
        self.assertEqual(self.left(), ["a.json", "fails.py", "old.json", "script.py"])
        self.assertEqual((self.root / "old.json").stat().st_mode & 0o777, 0o640)


@unittest.skipUnless(faults.is_default(), "the same for every interpreter")
class Readers(Base):
    def test_a_full_device(self):
        for name in FORMATS:
            result = harness.run(words("-o", f"{name}:/dev/full", "-o", "ok.json", "script.py"), cwd=self.root)
            self.says(result, f"the {name} report was not written: cannot write /dev/full: No space left")
            self.is_whole(self.root / "ok.json")

    def test_stderr_is_full(self):
        with open("/dev/full", "wb") as full:
            for script, status in (("script.py", harness.OWN_FAILURE), ("fails.py", 3)):
                result = harness.run(harness.run_words("--mode=profile", "-o", "ok.json", script), cwd=self.root, stderr=full)
                self.assertEqual((result.status, result.stdout), (status, b"ran\n"))
                self.is_whole(self.root / "ok.json")

    def test_nobody_reads(self):
        reader, broken = os.pipe()
        os.close(reader)
        self.addCleanup(os.close, broken)
        result = harness.run(words("-o", "text:-", "-o", "json:/dev/stderr", "-o", "ok.json", "-c", "def f(): 1\nf()"), cwd=self.root, stdout=broken)
        self.assertEqual(result.status, harness.OWN_FAILURE)
        recording, sentence = result.stderr.rstrip().rsplit(b"\n", 1)
        self.assertRegex(sentence, rb"\Apyharness: [^\n]*stdout was closed before the report was written whole\.\Z")
        self.assertEqual(json.loads(recording)["run"]["target"], "-c")
        self.assertTrue((self.root / "ok.json").exists())
        # Of what a command shows there is nothing to complain about: `pyharness list | head`.
        for command in (["list"], ["--help"], ["report", "ok.json"], ["report", "ok.json", "-o", "text:-", "-o", "again.json"]):
            result = harness.pyharness(*command, cwd=self.root, stdout=broken)
            self.assertEqual((result.status, result.stderr), (-signal.SIGPIPE, b""), command)
        self.assertTrue((self.root / "again.json").exists())

    def test_nobody_reads_stderr(self):
        reader, broken = os.pipe()
        os.close(reader)
        self.addCleanup(os.close, broken)
        for script, status in (("script.py", harness.OWN_FAILURE), ("fails.py", 3)):
            # With a hint before the start, which must not end us.
            result = harness.run(harness.run_words("--mode=profile", "-o", "ok.json", script, "--mod=line"), cwd=self.root, stderr=broken)
            self.assertEqual((result.status, result.stdout), (status, b"ran\n"))
            self.is_whole(self.root / "ok.json")
        self.assertEqual(harness.pyharness("rum", stderr=broken).status, harness.OWN_FAILURE)

    def test_closed_streams(self):
        stdout = 'exec "$@" >&-'
        for command in (["list"], ["--help"], words("-o", "text:-", "script.py")[1:], words("-o", "text:/dev/stdout", "script.py")[1:]):
            result = harness.run(["sh", "-c", stdout, "sh", harness.PYHARNESS, *command], cwd=self.root)
            self.refused(result, "stdout is closed")
        # Without stderr there is nobody to tell, as with -q.
        for script, status in (("script.py", 0), ("fails.py", 3)):
            quiet = [word for word in words("-o", "ok.json", script) if word != "-q"]
            result = harness.run(["sh", "-c", 'exec "$@" 2>&-', "sh", *quiet], cwd=self.root)
            self.says(result, status=status)
            self.is_whole(self.root / "ok.json")
        program = "import os, sys\nopen(f'seen{os.getpid()}', 'w').write(str(sys.stdin))\n"
        (self.root / "stdin.py").write_text(program)
        result = harness.run(["sh", "-c", 'exec "$@" <&-', "sh", *words("--repeat=2", "stdin.py")], cwd=self.root)
        self.says(result, status=0, stdout=b"")
        self.assertEqual({p.read_text() for p in self.root.glob("seen*")}, {"None"})
        result = harness.run(["sh", "-c", 'exec "$@" <&-', "sh", harness.PYHARNESS, "report", "-"], cwd=self.root)
        self.refused(result, "cannot read -: Bad file descriptor")

    def test_a_pipe_that_nobody_reads(self):
        os.mkfifo(self.root / "pipe")
        result = harness.run(words("-o", "json:pipe", "script.py"), cwd=self.root)
        self.refused(result, "pipe: nobody reads from this pipe. Start its reader first.")

    def test_a_pipe_whose_reader_leaves(self):
        os.mkfifo(self.root / "pipe")
        (self.root / "script.py").write_text("import os, time\nopen('ready', 'w')\nwhile not os.path.exists('left'): time.sleep(.01)\n" + PROGRAM)
        reader = os.open(self.root / "pipe", os.O_RDONLY | os.O_NONBLOCK)
        process = harness.start(words("-o", "json:pipe", "-o", "ok.json", "script.py"), cwd=self.root)
        harness.wait_for((self.root / "ready").exists, "the program runs")
        os.close(reader)
        (self.root / "left").touch()
        self.says(harness.finish(process), "the json report was not written: cannot write pipe: Broken pipe")
        self.is_whole(self.root / "ok.json")

    def test_help_on_a_full_device(self):
        with open("/dev/full", "wb") as full:
            for command in ("--help", "list"):
                result = harness.pyharness(command, stdout=full)
                self.assertEqual(result.status, harness.OWN_FAILURE)
                self.assertRegex(result.stderr, rb"\Apyharness: cannot write -: No space left on device[^\n]*\n\Z")


class Limits(Base):
    def run_under(self, *more, **limits):
        return harness.run(words(*more), cwd=self.root, preexec_fn=faults.limited(**limits))

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

    @unittest.skipIf(SANITIZED, "sanitizers need address space")
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

    @unittest.skipIf(SANITIZED, "sanitizers need address space")
    def test_too_little_memory_for_a_report(self):
        (self.root / "script.py").write_text("for i in range(20000): exec(f'def f{i}(): pass\\nf{i}()')\nraise SystemExit(3)\n")
        for megabytes in (40, 48, 56):
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


class Kernels(Base):
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

    def test_no_proc(self):
        (self.root / "old.json").touch()
        (self.root / "old.json").chmod(0o600)
        result = faults.with_mounts(faults.small_disk("/proc"), words("-o", "a.json", "-o", "old.json", "script.py"), cwd=self.root)
        self.says(result, status=0)
        for name in ("a.json", "old.json"):
            self.is_whole(self.root / name)
        self.assertEqual((self.root / "old.json").stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.left(), ["a.json", "fails.py", "old.json", "script.py"])


class Installations(Base):
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
