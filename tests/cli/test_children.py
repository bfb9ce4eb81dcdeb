"""Pythons that the program starts are followed: exact counts over all processes, and who started whom.

What such a child itself can see of it is compared with python's in side_by_side.py, cases_children.py.
"""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

# What every process calls: `part` is called as often as all of them together asked for, and PART is its line.
PART = 5
FILES = {
    "part.py": "def work(n):\n    for i in range(n):\n        part(i)\ndef part(i):\n    return i\n",
    "child.py": "import sys\nfrom part import work\nwork(int(sys.argv[1]))\nsys.exit(int(sys.argv[2]))\n",
}
START = """import os, signal, subprocess, sys, time
from part import part, work
PY = sys.executable
CHILD = [PY, 'child.py', '10', '4']
def code_of(status):
    assert os.waitstatus_to_exitcode(status) == 4, status
def script(line):
    with open('s', 'w') as file:
        file.write(line + '\\n' + open('child.py').read())
    os.chmod('s', 0o755)
def run(words, **options):
    assert subprocess.run(words, **options).returncode == 4
if __name__ == '__main__':
    work(3)
"""
GUARD = "if __name__ == '__main__':\n    "
MAIN = ["run", None, 0]
FORKED = ["fork", 0, 4]
STARTED = ["exec", 0, 4]
REPLACED = "replaced"

# name: (code, calls of part in all, [how it was started, by which of the list, its ending: exit status, negative for a
# signal, or a word]; a tuple: such are among them, whoever began first)
CASES = {
    "fork": ("p = os.fork()\nif p == 0: work(10); os._exit(4)\ncode_of(os.waitpid(p, 0)[1]); work(2)", 15, [MAIN, FORKED]),
    "fork to the normal end": ("p = os.fork()\nwork(10)\nif p == 0: sys.exit(4)\ncode_of(os.waitpid(p, 0)[1])", 23, [MAIN, FORKED]),
    "forks of forks": ("for _ in range(2):\n    p = os.fork()\n    if p: os.waitpid(p, 0)\nwork(1)\nos._exit(0 if p else 4)", 7, [MAIN, ["fork", 0, 0], ["fork", 1, 4], FORKED]),
    "fork in a thread": ("import threading\ndef f():\n    p = os.fork()\n    if p == 0: work(10); os._exit(4)\n    code_of(os.waitpid(p, 0)[1])\nt = threading.Thread(target=f); t.start(); t.join()", 13, [MAIN, FORKED]),
    "subprocess": ("run(CHILD)", 13, [MAIN, STARTED]),
    "subprocess of a subprocess": ("run([PY, '-c', 'import subprocess, sys; from part import work; work(5); sys.exit(subprocess.call([sys.executable, \"child.py\", \"10\", \"4\"]))'])", 18, [MAIN, STARTED, ["exec", 1, 4]]),
    "subprocess with all descriptors": ("run(CHILD, close_fds=False)", 13, [MAIN, STARTED]),
    "subprocess without environment": ("run(CHILD, env={})", 13, [MAIN, STARTED]),
    "subprocess with another name": ("run(['x', *CHILD[1:]], executable=PY)", 13, [MAIN, STARTED]),
    "subprocess through PATH": ("os.mkdir('bin'); os.symlink(PY, 'bin/py'); os.environ['PATH'] = 'nowhere:bin'; run(['py', *CHILD[1:]])", 13, [MAIN, STARTED]),
    "subprocess in a new session": ("run(CHILD, start_new_session=True)", 13, [MAIN, STARTED]),
    "subprocess with preexec_fn": ("run(CHILD, preexec_fn=lambda: work(7))", 20, [MAIN, ["fork", 0, REPLACED], ["exec", 1, 4]]),
    "subprocess of a virtual environment": ("run(['env/bin/python', *CHILD[1:]])", 13, [MAIN, STARTED]),
    "os.system": ("os.system(f'exec {PY} child.py 10 4')", 3, [MAIN]),
    "exec": ("os.execv(PY, CHILD)", 13, [["run", None, REPLACED], ["exec", 0, 4]]),
    "exec, again and again": ("if len(sys.argv) < 4: os.execv(PY, [PY, *sys.argv, 'x'])\nsys.exit(4)", 12, [["run", None, REPLACED], *[["exec", 0, REPLACED]] * 2, ["exec", 0, 4]]),
    "exec through PATH": ("os.mkdir('bin'); os.symlink(PY, 'bin/py'); os.environ['PATH'] = 'bin'; os.execvp('py', CHILD)", 13, [["run", None, REPLACED], ["exec", 0, 4]]),
    "exec of a descriptor": ("os.execve(os.open(PY, os.O_RDONLY), CHILD, {})", 13, [["run", None, REPLACED], ["exec", 0, 4]]),
    "exec in a forked child": ("p = os.fork()\nif p == 0: work(2); os.execv(PY, CHILD)\ncode_of(os.waitpid(p, 0)[1])", 15, [MAIN, ["fork", 0, REPLACED], ["exec", 1, 4]]),
    "exec that fails": ("try: os.execv('/nowhere', ['x'])\nexcept OSError: work(5)\ntry: subprocess.run(['/nowhere'])\nexcept OSError: work(5)", 13, [MAIN]),
    "exec of another program": ("os.execv('/bin/sh', ['sh', '-c', 'exit 4'])", 3, [["run", None, REPLACED]]),
    "posix_spawn": ("code_of(os.waitpid(os.posix_spawn(PY, CHILD, {}), 0)[1])", 13, [MAIN, STARTED]),
    "posix_spawnp": ("os.mkdir('bin'); os.symlink(PY, 'bin/py'); os.environ['PATH'] = 'bin'\ncode_of(os.waitpid(os.posix_spawnp('py', CHILD, {}), 0)[1])", 13, [MAIN, STARTED]),
    "posix_spawn with actions": ("code_of(os.waitpid(os.posix_spawn(PY, CHILD, {}, file_actions=[(os.POSIX_SPAWN_OPEN, 1, 'out', os.O_CREAT | os.O_WRONLY, 0o600), (os.POSIX_SPAWN_CLOSE, 0)]), 0)[1])", 13, [MAIN, STARTED]),
    "script": ("script('#!' + PY); run(['./s', '10', '4'])", 13, [MAIN, STARTED]),
    "script with an option": ("script('#! ' + PY + ' -s '); run(['./s', '10', '4'])", 13, [MAIN, STARTED]),
    "script through env": ("os.mkdir('bin'); os.symlink(PY, 'bin/py'); script('#!/usr/bin/env py'); run(['./s', '10', '4'], env={'PATH': 'bin'})", 13, [MAIN, STARTED]),
    "script by posix_spawn": ("script('#!' + PY)\ncode_of(os.waitpid(os.posix_spawn('./s', ['s', '10', '4'], {}), 0)[1])", 13, [MAIN, STARTED]),
    "script by env with options": ("script('#!/usr/bin/env -S ' + PY + ' -s'); run(['./s', '10', '4'])", 3, [MAIN]),
    "script of another program": ("open('s', 'w').write('#!/bin/sh\\nexit 4\\n'); os.chmod('s', 0o755); run(['./s'])", 3, [MAIN]),
    "killed": ("p = subprocess.Popen([PY, '-c', 'import os; from part import work; work(10); os.kill(os.getpid(), 9)']); assert p.wait() == -9", 13, [MAIN, ["exec", 0, -9]]),
    "killed in a fork": ("p = os.fork()\nif p == 0: work(10); os.kill(os.getpid(), signal.SIGTERM); time.sleep(60)\nos.waitpid(p, 0)", 13, [MAIN, ["fork", 0, -15]]),
    "segmentation fault": ("p = subprocess.Popen([PY, '-c', 'import ctypes; from part import work; work(10); ctypes.string_at(0)'], stderr=-3); assert p.wait() == -11", 13, [MAIN, ["exec", 0, -11]]),
    "daemon": ("p = os.fork()\nif p == 0:\n    os.setsid()\n    if os.fork() == 0:\n        while os.getppid() == os.getsid(0): time.sleep(0.01)\n        work(10); open('done', 'w'); os._exit(4)\n    os._exit(4)\nos.waitpid(p, 0)\nwhile not os.path.exists('done'): time.sleep(0.01)", 13, (["fork", 4],)),
    "multiprocessing by fork": (GUARD + "import multiprocessing as m; p = m.get_context('fork').Process(target=work, args=(10,)); p.start(); p.join()", 13, [MAIN, ["fork", 0, 0]]),
    "multiprocessing by spawn": (GUARD + "import multiprocessing as m; p = m.get_context('spawn').Process(target=work, args=(10,)); p.start(); p.join()", 13, (["exec", 0],)),
    "multiprocessing by forkserver": (GUARD + "import multiprocessing as m; p = m.get_context('forkserver').Process(target=work, args=(10,)); p.start(); p.join()", 13, (["fork", 0],)),
    "pool": (GUARD + "import multiprocessing as m\n    with m.get_context('fork').Pool(3) as pool: pool.map(part, range(100)); pool.close(); pool.join()", 103, [MAIN, *[["fork", 0, 0]] * 3]),
    "process pool executor": (GUARD + "from concurrent.futures import ProcessPoolExecutor\n    with ProcessPoolExecutor(2) as pool: list(pool.map(part, range(100)))", 103, None),
}
PROFILED = ("fork", "subprocess", "exec", "exec in a forked child", "posix_spawn", "script", "killed", "pool")


def calls(recording):
    """How often `part` was called, over all processes."""
    if "profile" in recording["sections"]:
        return sum(f["calls"] for f in recording["sections"]["profile"]["functions"] if f["name"] == "part")
    return harness.hits_of(recording, "part").get(PART, 0)


def ending(process):
    if "replaced" in process:
        return REPLACED
    if "running" in process:
        return "running"
    return process["exit_status"] if "exit_status" in process else -process.get("signal", 999)


def tree(recording):
    """As in CASES."""
    processes = recording["run"]["processes"]
    first = {}
    for i, process in enumerate(processes):
        first.setdefault(process["pid"], i)
    rows = []
    for i, process in enumerate(processes):
        became = process["start"] == "exec" and first[process["pid"]] < i
        parent = first.get(process["pid"] if became else process["parent"])
        rows.append([process["start"], None if process["start"] == "run" else parent, ending(process)])
    return rows


def files():
    """FILES, and a virtual environment of the interpreter under test."""
    home = os.path.dirname(harness.PYTHON)
    return {**FILES, "env/bin/python": harness.Link(harness.PYTHON), "env/pyvenv.cfg": f"home = {home}\n"}


class Children(unittest.TestCase):
    def record(self, code, *options, status=None, **more):
        with harness.workspace({**files(), "script.py": START + code}) as root:
            result, recording = harness.record(root, *options, "script.py", **more)
            if status is not None:
                self.assertEqual(result.status, status, result)
            self.assertEqual(recording["run"]["losses"], {})
            return result, recording

    def check(self, mode, code, total, processes):
        result, recording = self.record(code, "--mode=" + mode)
        self.assertNotIn(b"Traceback", result.stderr)
        self.assertEqual(calls(recording), total, recording["run"]["processes"])
        if isinstance(processes, list):
            self.assertEqual(tree(recording), processes)
        for start_and_ending in processes if isinstance(processes, tuple) else ():
            self.assertIn(start_and_ending, [[start, end] for start, _, end in tree(recording)])

    def test_the_tree_says_what_each_one_was(self):
        result, recording = self.record("run(CHILD)", "--mode=line", "-o", "text:-", status=0)
        parent, child = recording["run"]["processes"]
        self.assertEqual(child["argv"][1:], ["child.py", "10", "4"])
        self.assertEqual(child["parent"], parent["pid"])
        lines = result.stdout.decode().splitlines()
        at = lines.index("Processes: 2")
        name = os.path.basename(child["argv"][0])
        self.assertEqual(lines[at + 2:at + 4], [f"{parent['pid']:>7}  {'exit status 0':<22}  {os.path.basename(parent['argv'][0])} script.py",
                                                f"{child['pid']:>7}  {'exit status 4':<22}    {name} child.py 10 4"])

    def test_a_program_without_children_has_no_tree(self):
        result, _ = self.record("", "--mode=line", "-o", "text:-")
        self.assertNotIn(b"Processes:", result.stdout)

    def test_left_alone(self):
        code = "p = os.fork()\nif p == 0: work(10); os._exit(4)\nos.waitpid(p, 0)\nrun(CHILD); subprocess.run([PY, '-c', 'import os; print(os.readlink(\"/proc/self/exe\"))'])"
        for mode in ("line,alloc", "profile"):
            with self.subTest(mode=mode):
                result, recording = self.record(code, "--mode=" + mode, "--no-follow", status=0)
                self.assertEqual((calls(recording), tree(recording)), (3, [MAIN]))
                self.assertNotIn(b"pyharness", result.stdout)

    def test_nothing_is_followed_without_a_mode(self):
        result, recording = self.record("subprocess.run([PY, '-c', 'import os; print(os.readlink(\"/proc/self/exe\"))'])", "--mode=none")
        self.assertNotIn(b"pyharness", result.stdout)
        self.assertEqual(tree(recording), [MAIN])

    def test_other_programs_find_nothing_of_ours(self):
        code = "subprocess.run(['/bin/sh', '-c', 'cat /proc/self/environ /proc/self/maps; ls -l /proc/self/fd'], close_fds=False)\nos.execv('/bin/sh', ['sh', '-c', 'cat /proc/self/environ /proc/self/maps; ls -l /proc/self/fd'])"
        result, _ = self.record(code, "--mode=line")
        self.assertGreater(result.stdout.count(b"libc"), 1, result)
        for word in (b"memfd", b"pyharness-host", b"pharn"):
            self.assertNotIn(word, result.stdout)
        self.assertNotRegex(result.stdout, rb" (4|5|255) -> ")

    def test_a_child_that_outlives_the_program_is_running(self):
        code = """if sys.argv[1:]:
    work(10); open('ready', 'w').write(str(os.getpid()))
    while not os.path.exists('stop'): time.sleep(0.01)
    os._exit(0)
if os.fork() == 0:
    os.execv(PY, [PY, *sys.argv, 'x'])
while not (os.path.exists('ready') and open('ready').read()): time.sleep(0.01)
os._exit(0)
"""
        with harness.workspace({**FILES, "script.py": START + code}) as root:
            result, recording = harness.record(root, "--mode=line", "script.py", stdout=-3, stderr=-3)
            pid = int((root / "ready").read_text())
            try:
                self.assertEqual(calls(recording), 16)
                self.assertEqual(tree(recording), [MAIN, ["fork", 0, REPLACED], ["exec", 1, "running"]])
                (root / "stop").touch()
                harness.wait_for(lambda: not os.path.exists(f"/proc/{pid}") or " Z " in pathlib.Path(f"/proc/{pid}/stat").read_text(), "the end of the child")
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def test_decorated_in_one_process_only(self):
        code = "run([PY, '-c', 'import sys\\nfrom part import work\\n@profile\\ndef marked():\\n    work(2)\\nmarked()\\nsys.exit(4)'])"
        _, recording = self.record(code, "--mode=line", status=0)
        self.assertEqual([f["name"] for f in recording["sections"]["line"]["functions"]], ["marked"])
        self.assertIn("Only functions decorated with @profile are shown.", recording["run"]["notes"])

    def test_repeated(self):
        _, recording = self.record("run(CHILD)", "--mode=line", "--repeat=2", status=0)
        self.assertEqual(calls(recording), 26)
        self.assertEqual([p["start"] for p in recording["run"]["processes"]], ["run", "exec"] * 2)

    def test_a_child_is_watched_as_the_program_is(self):
        code = "run(CHILD, cwd='/') if 0 else run([PY, os.path.abspath('child.py'), '10', '4'], cwd='/', env={'PYTHONPATH': sys.path[0]})"
        _, recording = self.record(code, "--mode=line", "--exclude=child.py", status=0)
        self.assertEqual(calls(recording), 13)
        self.assertFalse(any(f["file"].endswith("child.py") for f in recording["sections"]["line"]["functions"]))

    def test_hosts_that_are_removed_meanwhile(self):
        code = "import glob\nfor f in glob.glob('bin/pyharness-host*'): os.remove(f)\nrun(CHILD)\ncode_of(os.waitpid(os.posix_spawn(PY, CHILD, {}), 0)[1])"
        with harness.workspace({**FILES, "script.py": START + code}) as root:
            (root / "bin").mkdir()
            for file in pathlib.Path(harness.PYHARNESS).parent.glob("pyharness*"):
                if re.fullmatch(r"pyharness(-host-3\.\d+(-shared(\.so)?)?)?", file.name):
                    shutil.copy(file, root / "bin")
            words = ["run", "--python", harness.PYTHON, "-q", "--mode=line", "-o", "out.json", "script.py"]
            result = harness.run([root / "bin" / "pyharness", *words], cwd=root)
            self.assertEqual((result.status, result.stderr), (0, b""))
            recording = harness.json.loads((root / "out.json").read_bytes())
            self.assertEqual((calls(recording), tree(recording)), (3, [MAIN]))


def add_cases():
    for name, case in CASES.items():
        def one(self, name=name, case=case):
            self.check("line,alloc", *case)
        def profiled(self, name=name, case=case):
            self.check("profile", *case)
        words = "".join(c if c.isalnum() else "_" for c in name)
        setattr(Children, "test_case_" + words, one)
        if name in PROFILED:
            setattr(Children, "test_profiled_" + words, profiled)


class Many(unittest.TestCase):
    """Short children by the hundred take the room of those that live at a time."""

    # Without giving anything back a child takes some 40 KiB, a thousand 40 MiB. How far the supervisor lags behind on a busy
    # machine is its scheduler's affair: so every fifty children the program waits until the supervisor has caught up, and goes on
    # after a minute where it does not.
    MOST_BYTES = 8 << 20
    FORKS = f"""
end = time.monotonic() + 60
for i in range({{}}):
    p = os.fork()
    if p == 0: part(i); os._exit(0)
    os.waitpid(p, 0)
    while i % 50 == 49 and os.stat('kept').st_blocks * 512 > {MOST_BYTES // 2} and time.monotonic() < end: time.sleep(0.01)
"""

    def check(self, code, total, processes):
        with harness.workspace({**FILES, "script.py": START + code}) as root:
            result, recording = harness.record(root, "--mode=line", "--keep=kept", "script.py")
            self.assertEqual((result.status, result.stderr), (0, b""))
            self.assertEqual(recording["run"]["losses"], {})
            self.assertEqual(calls(recording), total)
            listed = recording["run"]["processes"]
            self.assertEqual(len(listed), processes)
            self.assertTrue(all(p["exit_status"] == 0 for p in listed))
            self.assertLess(os.stat(root / "kept").st_blocks * 512, self.MOST_BYTES)
            self.assertLess(os.stat(root / "kept").st_size, 2 * self.MOST_BYTES)
            again = harness.pyharness("report", "kept", "-o", "again.json", cwd=root)
            self.assertEqual(again.status, 0, again)
            self.assertEqual(sorted(f.name for f in root.iterdir() if f.name != "__pycache__"),
                             ["again.json", "child.py", "kept", "out.json", "part.py", "script.py"])

    def test_forks(self):
        many = 1000 if harness.VERSION == (3, 11) else 200  # the others share all of this
        self.check(self.FORKS.format(many), many + 3, many + 1)

    def test_subprocesses(self):
        self.check("for i in range(15):\n    for p in [subprocess.Popen([PY, 'child.py', '10', '0']) for _ in range(4)]: p.wait()", 603, 61)

    def test_what_was_added_up_is_in_a_snapshot(self):
        code = self.FORKS.format(100) + "print(1, flush=True)\nsys.stdin.read()"
        with harness.workspace({**FILES, "script.py": START + code}) as root:
            process = harness.start(harness.run_words("-q", "--mode=line", "--keep=kept", "script.py"), cwd=root)
            try:
                process.stdout.readline()
                for words in (["snapshot", str(process.pid)], ["report", "kept"]):
                    result = harness.pyharness(*words, "-o", "now.json", cwd=root)
                    self.assertEqual(result.status, 0, result)
                    recording = harness.json.loads((root / "now.json").read_bytes())
                    self.assertEqual((calls(recording), len(recording["run"]["processes"])), (103, 101))
            finally:
                self.assertEqual(harness.finish(process).status, 0)


add_cases()

if __name__ == "__main__":
    unittest.main()
