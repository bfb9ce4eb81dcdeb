"""Outputs that cannot be written: disks, directories that change, devices, readers that leave or never come. One sentence
says it, the other reports are written, the program's status counts, nothing is left aside.
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


@unittest.skipUnless(faults.is_default(), "the same for every interpreter")
class Disks(faults.Case):
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
class Readers(faults.Case):
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

if __name__ == "__main__":
    unittest.main()
