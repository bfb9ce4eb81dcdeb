"""Programs that make it hard on purpose: each was once a bug, found by reading the code as its enemy."""

import os
import pathlib
import shutil
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import engines  # noqa: E402
import harness  # noqa: E402

FORKER = r"""
#include <sys/wait.h>
#include <unistd.h>
int go(int n) {
  int bad = 0;
  for (int i = 0; i < n; i++) {
    pid_t child = fork();
    if (child == 0) _exit(0);
    int status = 0;
    if (child > 0) waitpid(child, &status, 0);
    if (status) bad = status;
  }
  return bad;
}
"""

FORKING_THREADS = """
import ctypes, os, sys, threading
sys.setrecursionlimit(5000)
forker = ctypes.CDLL(os.path.abspath("forker.so"))
bad = []
def deep(n):
    if n: return deep(n - 1)
    bad.append(forker.go(10))   # without the interpreter lock
def work(k):
    for depth in range(20, 1500, 100): deep(depth + k)
threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
for t in threads: t.start()
for t in threads: t.join()
print("alive", max(bad))
"""

SUB_INTERPRETER = """
try: import _xxsubinterpreters as interpreters
except ImportError: import _interpreters as interpreters
kept = interpreters.create()
"""

CLASS_THAT_CHANGES = """
class Evil:
    def __getattr__(self, name):
        owner[0].__dict__.get('x') and delattr(owner[0], 'x')
        raise SystemExit("code of the program ran")
owner = []
class Meta(type):
    def __new__(meta, *args):
        made = super().__new__(meta, *args)
        owner.append(made)
        return made
for i in range(50):
    owner.clear()
    @profile
    class A(metaclass=Meta):
        x = Evil()
        def f(self): pass
print("alive")
"""

C_TRACER = """
import ctypes
callback = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.py_object, ctypes.c_int, ctypes.c_void_p)(lambda *a: 0)
set_trace = ctypes.pythonapi.PyEval_SetTrace
set_trace.restype = None
set_trace.argtypes = [ctypes.c_void_p, ctypes.py_object]
def f():
    x = 1
f()
set_trace(ctypes.cast(callback, ctypes.c_void_p), None)   # as coverage and line_profiler start
set_trace(None, None)                                     # and stop
for i in range(100): f()
"""


class Hostile(unittest.TestCase):
    @unittest.skipUnless(shutil.which("gcc"), "there is no C compiler")
    def test_threads_that_fork_without_the_interpreter_lock(self):
        with harness.workspace({"script.py": FORKING_THREADS, "forker.c": FORKER}) as root:
            subprocess.run(["gcc", "-shared", "-fPIC", "-o", "forker.so", "forker.c"], cwd=root, check=True, timeout=60)
            # A sub-interpreter makes PyGILState_Check() answer yes for good.
            (root / "after.py").write_text(SUB_INTERPRETER + FORKING_THREADS)
            for mode in ("timer", "line", "profile", "alloc"):
                for script in ("script.py", "after.py"):
                    with self.subTest(mode=mode, script=script):
                        result = harness.run(harness.run_words("-q", f"--mode={mode}", script), cwd=root)
                        self.assertEqual((result.status, result.stdout), (0, b"alive 0\n"), result)

    @harness.unless_sanitized("its library must be loaded first")
    @unittest.skipUnless(shutil.which("gcc"), "there is no C compiler")
    def test_a_preloaded_library_that_exits_before_main(self):
        source = "#include <unistd.h>\n__attribute__((constructor)) void begin(void) { _exit(3); }\n"
        with harness.workspace({"script.py": "", "early.c": source}) as root:
            subprocess.run(["gcc", "-shared", "-fPIC", "-o", "early.so", "early.c"], cwd=root, check=True, timeout=60)
            result = harness.run(harness.run_words("-q", "script.py"), cwd=root, env={"LD_PRELOAD": str(root / "early.so")})
            self.assertEqual(result.status, 3, result)

    def test_the_end_of_the_code_is_the_end(self):
        program = "import atexit, time\natexit._run_exitfuncs()\ntime.sleep(.1)\n"
        with harness.workspace({"script.py": program}) as root:
            _, recording = harness.record(root, "script.py")
        self.assertGreater(recording["run"]["code_wall_ns"], 100_000_000)

    def test_a_tracer_that_raises_gives_its_place_back(self):
        program = (
            "import sys\ndef boom(*a): raise ValueError\ndef f():\n    x = 1\n"
            "sys.set{0}(boom)\ntry: f()\nexcept ValueError: pass\nassert sys.get{0}() is None\nfor i in range(7): f()\n"
        )
        with harness.workspace({"line.py": program.format("trace"), "profile.py": program.format("profile")}) as root:
            _, recording = harness.record(root, "--mode=line", "line.py")
            self.assertGreaterEqual(harness.hits_of(recording, "f").get(4, 0), 7)
            _, recording = harness.record(root, "--mode=profile", "profile.py")
            (f,) = [f for f in recording["sections"]["profile"]["functions"] if f["name"] == "f"]
            self.assertGreaterEqual(f["calls"], 7)

    def test_profile_runs_no_code_of_a_class(self):
        with harness.workspace({"script.py": CLASS_THAT_CHANGES}) as root:
            for mode in ("timer", "line"):
                with self.subTest(mode=mode):
                    result = harness.run(harness.run_words("-q", f"--mode={mode}", "script.py"), cwd=root)
                    self.assertEqual((result.status, result.stdout, result.stderr), (0, b"alive\n", b""))

    def test_profile_marks_what_a_class_holds(self):
        program = (
            "@profile\nclass A:\n    def m(self): return 1\n    @staticmethod\n    def s(): return 2\n"
            "    @property\n    def p(self): return 3\na = A(); a.m(); a.s(); a.p\ndef other(): pass\nother()\n"
        )
        with harness.workspace({"script.py": program}) as root:
            _, recording = harness.record(root, "--mode=line", "script.py")
        names = {f["name"] for f in recording["sections"]["line"]["functions"]}
        self.assertEqual(names, {"A.m", "A.s", "A.p"})

    def test_a_tracer_set_through_the_c_api_is_noticed(self):
        with harness.workspace({"script.py": C_TRACER}) as root:
            for engine in engines.engines_of("line"):
                with self.subTest(engine=engine):
                    _, recording = harness.record(root, "--mode=line", f"--engine=line={engine}", "script.py")
                    self.assertEqual(harness.hits_of(recording, "f"), {8: 101})
                    # The others do not take the same place.
                    self.assertEqual(recording["run"]["losses"], {"tracers_set_by_the_program": 1} if engine == "trace" else {})

    def test_a_script_that_deletes_itself_is_reported(self):
        with harness.workspace({"script.py": "import os\nos.unlink(__file__)\n"}) as root:
            _, recording = harness.record(root, "--mode=line", "script.py")
        self.assertEqual(harness.hits_of(recording, "<module>"), {1: 1, 2: 1})

    def test_a_shared_terminal_made_non_blocking(self):
        functions = "".join(f"def f{i}():\n    x = {i}\n    return x\nf{i}()\n" for i in range(400))
        program = "import fcntl, os\nfcntl.fcntl(2, fcntl.F_SETFL, os.O_NONBLOCK | fcntl.fcntl(2, fcntl.F_GETFL))\n" + functions
        with harness.workspace({"script.py": program}) as root:
            result = harness.run(harness.run_words("--mode=line", "script.py"), cwd=root)
        self.assertEqual(result.status, 0)
        self.assertGreater(len(result.stderr), 100_000)
        self.assertIn(b"Timer: ", result.stderr)

    def test_a_replaced_report_keeps_its_permissions(self):
        with harness.workspace({"script.py": "", "out.json": "old"}) as root:
            (root / "out.json").chmod(0o600)
            harness.record(root, "script.py")
            self.assertEqual(stat.S_IMODE(os.stat(root / "out.json").st_mode), 0o600)

    def test_failing_imports_fail_as_ever(self):
        program = (
            "import sys\n"
            "for name in ('a\\0b', '\\udc80x', 'no_such_module'):\n"
            "    try: __import__(name)\n"
            "    except Exception as error: print(type(error).__name__)\n"
            "print([f.find_spec(fullname='nothing', path=None, target=None) for f in sys.meta_path][-1])\n"
        )
        with harness.workspace({"script.py": program}) as root:
            plain = harness.run([harness.PYTHON, "script.py"], cwd=root)
            ours = harness.run(harness.run_words("-q", "script.py"), cwd=root)
        self.assertEqual((ours.status, ours.stdout), (plain.status, plain.stdout))

    def test_a_current_directory_that_is_gone(self):
        with harness.workspace() as root:
            words = f'mkdir gone && cd gone && rmdir ../gone && exec "{harness.PYHARNESS}" run --python ./python3 -c pass'
            result = harness.run(["sh", "-c", words], cwd=root)
        self.assertEqual(result.status, harness.OWN_FAILURE)
        self.assertRegex(result.stderr.decode(), r"\Apyharness: [^\n]+\n\Z")

    def test_recursion_through_exec_books_time_once(self):
        program = "import time\nSRC = 'time.sleep(0.01)\\nif n: f(n - 1)\\n'\ndef f(n):\n    exec(compile(SRC, '<gen>', 'exec'), {**globals(), 'n': n})\nf(10)\n"
        with harness.workspace({"script.py": program}) as root:
            _, recording = harness.record(root, "--mode=line", "script.py")
        for function in recording["sections"]["line"]["functions"]:
            for row in function["lines"]:
                self.assertLessEqual(row["time_ns"], recording["run"]["wall_ns"], (function["name"], row))


    @unittest.skipIf(os.getuid() != 0, "only root makes pid namespaces")
    def test_children_in_a_pid_namespace_of_their_own(self):
        # Their process ids are somebody else's, or nobody's, where the supervisor is.
        program = (
            "import ctypes, os, subprocess, sys\n"
            "def work(): return 1\n"
            "if ctypes.CDLL(None).unshare(0x20000000) != 0: print('refused'); sys.exit()\n"
            "first = subprocess.Popen([sys.executable, '-c', 'input(); print(1)'], stdin=-1)\n"
            "spawned = os.posix_spawn(sys.executable, [sys.executable, '-c', 'print(2)'], os.environ)\n"
            "print(os.waitpid(spawned, 0)[1], flush=True)\n"
            "r, w = os.pipe()\n"
            "stays = os.fork()\n"
            "if stays == 0:\n    os.close(w); work(); os.read(r, 1); work(); os._exit(0)\n"
            "for i in range(100):\n"
            "    child = os.fork()\n"
            "    if child == 0: work(); os._exit(0)\n"
            "    os.waitpid(child, 0)\n"
            "os.close(w)\n"
            "print(os.waitpid(stays, 0)[1], flush=True)\n"
            "first.communicate(b'x'); print(first.returncode)\n"
        )
        with harness.workspace({"script.py": program}) as root:
            result, recording = harness.record(root, "--mode=line", "script.py")
        if result.stdout == b"refused\n":
            self.skipTest("no pid namespace may be made here")
        self.assertEqual((result.status, result.stdout, result.stderr), (0, b"2\n0\n0\n1\n0\n", b""))
        self.assertEqual(harness.hits_of(recording, "work"), {2: 102})

    def test_a_script_with_many_arguments_started_by_a_thread_with_a_small_stack(self):
        program = (
            "import os, subprocess, threading\n"
            "threading.stack_size(128 * 1024)\n"
            "def work():\n"
            "    print(subprocess.run(['./s', *['x'] * 60000], capture_output=True).stdout)\n"
            "    print(os.waitpid(os.posix_spawn('./s', ['./s', *['x'] * 60000], {}), 0)[1])\n"
            "thread = threading.Thread(target=work); thread.start(); thread.join()\n"
        )
        with harness.workspace({"script.py": program, "s": "#!/bin/sh\n[ $# = 60000 ] && exit\n"}) as root:
            (root / "s").chmod(0o755)
            result = harness.run(harness.run_words("-q", "--mode=line", "script.py"), cwd=root)
        self.assertEqual((result.status, result.stdout, result.stderr), (0, b"b''\n0\n", b""))

    def test_an_env_of_the_programs_own(self):
        program = (
            "import os, subprocess, sys\n"
            "open('s', 'w').write('#!' + os.path.abspath('env') + ' python\\nprint(1)\\n'); os.chmod('s', 0o755); os.chmod('env', 0o755)\n"
            "os.symlink(sys.executable, 'python'); os.environ['PATH'] = os.getcwd() + ':/usr/bin:/bin'\n"
            "print(subprocess.run(['./s'], capture_output=True).stdout)\n"
        )
        with harness.workspace({"script.py": program, "env": "#!/bin/sh\necho mine\n"}) as root:
            result = harness.run(harness.run_words("-q", "--mode=line", "script.py"), cwd=root)
        self.assertEqual((result.status, result.stdout, result.stderr), (0, b"b'mine\\n'\n", b""))

    @unittest.skipIf(os.getuid() != 0, "only root becomes another user")
    def test_a_child_that_is_spawned_as_another_user(self):
        program = (
            "import os, sys\n"
            "os.chdir('/'); os.setresuid(65534, 0, 0)\n"
            "child = os.posix_spawn(sys.executable, [sys.executable, '-c', 'import os; print(os.getresuid())'], {}, resetids=True)\n"
            "print(os.waitpid(child, 0)[1])\n"
        )
        with harness.workspace({"script.py": program}) as root:
            plain = harness.run([harness.PYTHON, "script.py"], cwd=root)
            ours = harness.run(harness.run_words("-q", "--mode=line", "script.py"), cwd=root)
        self.assertEqual((ours.status, ours.stdout, ours.stderr), (plain.status, plain.stdout, plain.stderr))


if __name__ == "__main__":
    unittest.main()
