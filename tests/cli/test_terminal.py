"""On a terminal: Ctrl-C interrupts once, Ctrl-Z stops pyharness and its program together, `fg` lets both go on."""

import contextlib
import fcntl
import os
import pathlib
import pty
import select
import signal
import subprocess
import sys
import termios
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

MODES = ("none", "timer", "line")


class Terminal(unittest.TestCase):
    """pyharness and its program as a shell starts them: on a terminal, in the foreground."""

    @contextlib.contextmanager
    def on_terminal(self, words, root):
        try:
            ours, theirs = pty.openpty()
        except OSError as error:
            self.skipTest(f"no pseudo-terminal is to be had: {error}")

        def take_it():
            os.setsid()
            fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

        process = harness.start(
            words, cwd=root, env={"TERM": "dumb", "PS1": "$ "}, stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=False, preexec_fn=take_it,
        )
        os.close(theirs)
        self.text = b""
        try:
            yield process, ours
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)
            os.close(ours)

    def read_until(self, terminal, wanted, timeout=10):
        """Reads on until `wanted` is there; what was read before is dropped from self.text."""
        end = time.monotonic() + timeout
        while wanted not in self.text and time.monotonic() < end:
            if select.select([terminal], [], [], 0.05)[0]:
                try:
                    self.text += os.read(terminal, 4096)
                except OSError:
                    break
        self.assertIn(wanted, self.text)
        seen, _, self.text = self.text.partition(wanted)
        return seen

    def test_interrupt_key(self):
        # Not one long sleep: a signal that comes just before it begins is handled when it is over, in any python.
        wait = "while True: time.sleep(0.05)\n"
        program = ("import time\ntry:\n    print('ready', flush=True)\n    " + wait + "except KeyboardInterrupt:\n    print('one', flush=True)\n"
                   "time.sleep(0.3)\nprint('on', flush=True)\n" + wait)
        with harness.workspace({"script.py": program}) as root:
            outcomes = []
            for words in ([harness.PYTHON], *(harness.run_words("-q", f"--mode={mode}") for mode in MODES)):
                with self.on_terminal([*words, "script.py"], root) as (process, terminal):
                    self.read_until(terminal, b"ready")
                    os.write(terminal, b"\x03")
                    self.read_until(terminal, b"one")
                    self.read_until(terminal, b"on")
                    os.write(terminal, b"\x03")
                    self.read_until(terminal, b"KeyboardInterrupt")
                    outcomes.append(process.wait(10))
            self.assertEqual(outcomes, [-signal.SIGINT] * 4)

    def test_stop_key_and_foreground(self):
        bash = subprocess.run(["sh", "-c", "command -v bash"], capture_output=True).stdout.decode().strip()
        if not bash:
            self.skipTest("no bash")
        program = "import os, time\nprint('host', os.getpid(), 're' + 'ady', flush=True)\nwhile True:\n    time.sleep(0.05)\n"
        with harness.workspace({"script.py": program}) as root:
            with self.on_terminal([bash, "--norc", "--noprofile", "-i"], root) as (process, terminal):
                command = " ".join(harness.run_words("-q", "--mode=line", "script.py")) + "\n"
                os.write(terminal, command.encode())
                host = int(self.read_until(terminal, b" ready").split()[-1])
                supervisor = harness.children_of(process.pid)[0]
                os.write(terminal, b"\x1a")
                self.read_until(terminal, b"Stopped")
                for pid in (supervisor, host):
                    harness.wait_for(lambda pid=pid: self.state(pid) == "T", f"{pid} to stop")
                os.write(terminal, b"fg\n")
                self.read_until(terminal, b"script.py")
                for pid in (supervisor, host):
                    harness.wait_for(lambda pid=pid: self.state(pid) == "S", f"{pid} to go on")
                time.sleep(0.2)
                os.write(terminal, b"\x03")
                self.read_until(terminal, b"KeyboardInterrupt")
                os.write(terminal, b"echo status=$?\n")
                self.read_until(terminal, b"status=130")
                os.write(terminal, b"exit\n")
                process.wait(10)

    @staticmethod
    def state(pid):
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


if __name__ == "__main__":
    unittest.main()
