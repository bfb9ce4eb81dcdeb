"""Signals: each reaches the program exactly once, whoever sends it and to whom, and its end is the end of pyharness.

Also what is left when the program, or pyharness, is killed. Keys of a terminal are in test_terminal.py.
"""

import contextlib
import json
import os
import pathlib
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

# Counts what arrives until the file "stop" is there; says then what it saw.
COUNTER = """
import os, signal, time
seen = {}
def count(number, frame):
    seen[number] = seen.get(number, 0) + 1
    with open("arrived", "a") as file:
        file.write(".")
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGHUP, signal.SIGRTMIN):
    signal.signal(number, count)
print(os.getpid(), flush=True)
while not os.path.exists("stop"):
    time.sleep(0.01)
print(sorted(seen.items()), flush=True)
"""
WAITING = "import os, time\nprint(os.getpid(), flush=True)\nwhile True:\n    time.sleep(0.01)\n"
MODES = ("none", "timer", "line")


class Signals(unittest.TestCase):
    @contextlib.contextmanager
    def started(self, program, *options):
        """A program under pyharness that has said its process id: the Popen, the id, the directory."""
        with harness.workspace({"script.py": program}) as root:
            process = harness.start(harness.run_words("-q", *options, "script.py"), cwd=root)
            try:
                yield process, int(process.stdout.readline()), root
            finally:
                if process.returncode is None:
                    process.poll()
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                harness.finish(process)

    def wait_for_arrivals(self, root, count):
        arrived = root / "arrived"
        harness.wait_for(lambda: arrived.exists() and arrived.stat().st_size >= count, f"{count} signals")

    def seen(self, target, numbers, mode):
        with self.started(COUNTER, f"--mode={mode}") as (process, host, root):
            for count, number in enumerate(numbers, 1):
                if target == "group":
                    os.killpg(process.pid, number)
                else:
                    os.kill({"supervisor": process.pid, "host": host}[target], number)
                self.wait_for_arrivals(root, count)
            time.sleep(0.1)  # for one that is too many
            (root / "stop").touch()
            result = harness.finish(process)
            self.assertEqual((result.status, result.stderr), (0, b""))
            return dict(eval(result.stdout))

    def test_each_is_seen_once(self):
        numbers = [signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGTERM, signal.SIGRTMIN, signal.SIGHUP]
        expected = {number: numbers.count(number) for number in numbers}
        for target in ("supervisor", "host", "group"):
            for mode in ("none", "line"):
                with self.subTest(target=target, mode=mode):
                    self.assertEqual(self.seen(target, numbers, mode), expected)

    def test_the_group_gets_several_kinds_at_once(self):
        with self.started(COUNTER) as (process, _, root):
            for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT, signal.SIGHUP):
                os.killpg(process.pid, number)
            self.wait_for_arrivals(root, 4)
            time.sleep(0.1)
            (root / "stop").touch()
            seen = dict(eval(harness.finish(process).stdout))
            self.assertEqual(seen, {s: 1 for s in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT, signal.SIGHUP)})

    def test_to_us_and_then_to_the_group_is_once(self):
        seen = []
        while 2 not in seen and len(seen) < 20:  # a busy machine may take its time between the two, and then they are two
            with self.started(COUNTER) as (process, _, root):
                os.kill(process.pid, signal.SIGTERM)  # as timeout(1) does it
                time.sleep(0.002)
                os.killpg(process.pid, signal.SIGTERM)
                self.wait_for_arrivals(root, 1)
                time.sleep(0.2)
                before = (root / "arrived").stat().st_size
                os.kill(process.pid, signal.SIGTERM)
                self.wait_for_arrivals(root, before + 1)
                (root / "stop").touch()
                ((number, times),) = eval(harness.finish(process).stdout)
                self.assertEqual(number, signal.SIGTERM)
                self.assertIn(times, (2, 3))
                seen.append(times)
        self.assertIn(2, seen)

    def test_death_by_signal_is_mirrored(self):
        for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP, signal.SIGQUIT):
            for target in ("supervisor", "host", "group"):
                with self.subTest(number=number, target=target), self.started(WAITING) as (process, host, _):
                    if target == "group":
                        os.killpg(process.pid, number)
                    else:
                        os.kill({"supervisor": process.pid, "host": host}[target], number)
                    self.assertEqual(harness.finish(process).status, -number)

    def test_interrupt_is_a_keyboard_interrupt(self):
        for mode in MODES:
            with self.subTest(mode=mode), self.started(WAITING, f"--mode={mode}") as (process, _, _root):
                process.send_signal(signal.SIGINT)
                result = harness.finish(process)
                self.assertEqual(result.status, -signal.SIGINT)
                self.assertEqual(result.stderr.count(b"KeyboardInterrupt"), 1)

    def test_stopped_and_continued_from_outside(self):
        with self.started(COUNTER) as (process, host, root):
            os.kill(host, signal.SIGSTOP)
            time.sleep(0.2)
            os.kill(host, signal.SIGCONT)
            (root / "stop").touch()
            self.assertEqual(harness.finish(process, timeout=5).status, 0)

    def test_killed_program_leaves_a_report(self):
        program = "import os\ndef f():\n    x = 1\n    return x\nfor i in range(7):\n    f()\nprint(os.getpid(), flush=True)\nwhile True:\n    pass\n"
        with self.started(program, "--mode=line", "-o", "out.json") as (process, host, root):
            time.sleep(0.3)
            os.kill(host, signal.SIGKILL)
            self.assertEqual(harness.finish(process).status, -signal.SIGKILL)
            recording = json.loads((root / "out.json").read_bytes())
            self.assertEqual(recording["run"]["signal"], 9)
            self.assertNotIn("exit_status", recording["run"])
            self.assertEqual(harness.hits_of(recording, "f"), {3: 7, 4: 7})
            module = harness.hits_of(recording, "<module>")
            self.assertEqual({line: module[line] for line in (1, 2, 5, 6, 7)}, {1: 1, 2: 1, 5: 8, 6: 7, 7: 1})
            self.assertGreater(module[9], 1000)
            self.assertEqual(sorted(p.name for p in root.iterdir()), ["out.json", "script.py"])

    @contextlib.contextmanager
    def unread_report(self):
        """pyharness, its program ended, at a report into a pipe that is full: the Popen and the directory."""
        with harness.workspace({"script.py": "pass\n"}) as root:
            os.mkfifo(root / "pipe")
            pipe = os.open(root / "pipe", os.O_RDWR | os.O_NONBLOCK)
            try:
                with contextlib.suppress(BlockingIOError):
                    while True:
                        os.write(pipe, b"x" * 4096)
                process = harness.start(harness.run_words("-o", "text:pipe", "-o", "out.json", "script.py"), cwd=root)
                try:
                    harness.wait_for((root / "out.json").exists, "the file, which comes before the pipe")
                    yield process, root
                finally:
                    if process.poll() is None:
                        process.kill()
                    harness.finish(process)
            finally:
                os.close(pipe)

    def test_a_file_does_not_wait_for_the_reader_of_a_pipe(self):
        with self.unread_report() as (_, root):
            self.assertEqual(json.loads((root / "out.json").read_bytes())["run"]["exit_status"], 0)

    def test_reporting_can_be_interrupted_and_costs_no_file(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            with self.subTest(number=number), self.unread_report() as (process, root):
                os.kill(process.pid, number)
                self.assertEqual(process.wait(harness.TIMEOUT), -number)
                self.assertEqual(json.loads((root / "out.json").read_bytes())["run"]["exit_status"], 0)
                self.assertEqual(sorted(p.name for p in root.iterdir()), ["out.json", "pipe", "script.py"])

    def test_what_does_not_interrupt_costs_no_report(self):
        with self.unread_report() as (process, root):
            for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGPIPE):
                os.kill(process.pid, number)
            time.sleep(0.2)
            self.assertIsNone(process.poll())
            reader = os.open(root / "pipe", os.O_RDONLY | os.O_NONBLOCK)
            try:
                def ended():
                    with contextlib.suppress(BlockingIOError):
                        os.read(reader, 1 << 20)
                    return process.poll() is not None
                harness.wait_for(ended, "the end")
            finally:
                os.close(reader)
            self.assertEqual(process.returncode, 0)

    def test_killed_pyharness_takes_the_program_with_it(self):
        for mode in ("none", "line"):
            with self.subTest(mode=mode), self.started(WAITING, f"--mode={mode}") as (process, host, root):
                others = harness.children_of(process.pid)
                self.assertIn(host, others)
                os.kill(process.pid, signal.SIGKILL)
                self.assertEqual(harness.finish(process).status, -signal.SIGKILL)
                for pid in others:
                    harness.wait_for(lambda pid=pid: not pathlib.Path(f"/proc/{pid}").exists(), f"the end of {pid}")
                self.assertEqual([p.name for p in root.iterdir()], ["script.py"])


if __name__ == "__main__":
    unittest.main()
