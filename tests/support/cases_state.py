"""Cases of side_by_side.py: what a program can find out about itself, its interpreter and its process."""

import os
import resource
import signal

from harness import PYTHON
from side_by_side import code, line

# --- the interpreter
code("sys_attributes", "import sys\nskip = {'meta_path', 'modules', 'builtin_module_names'}\nfor n in sorted(set(dir(sys)) - skip):\n    v = getattr(sys, n)\n    if isinstance(v, (int, str, tuple, list, type(None), bytes)): print(n, v)")
code("sys_builtin_module_names", "import sys; print(sys.builtin_module_names, sorted(sys.stdlib_module_names) != [])")
code("sys_modules_at_start", "import sys; print(list(sys.modules))")
code("sys_tracers", "import sys, threading; print(sys.gettrace(), sys.getprofile(), threading.gettrace(), threading.getprofile(), sys.monitoring if hasattr(sys, 'monitoring') else None)\ndef f(): print(sys._getframe().f_trace, sys._getframe().f_trace_lines)\nf()")
code("sys_hooks", "import sys; print(sys.excepthook is sys.__excepthook__, sys.unraisablehook is sys.__unraisablehook__, sys.displayhook is sys.__displayhook__, sys.breakpointhook is sys.__breakpointhook__, sys.get_asyncgen_hooks(), sys.path_hooks)")
code("sys_audit_hook", "import sys\nseen = []\nsys.addaudithook(lambda e, a: seen.append(e))\nimport near\nopen('near.py').close(); exec('1'); print(seen)", files={"near.py": ""})
code("sys_limits", "import sys; print(sys.getrecursionlimit(), sys.getswitchinterval(), sys.get_int_max_str_digits(), sys.getallocatedblocks() > 0)")
code("sys_stack_depth", "import sys, inspect\nprint(len(inspect.stack()), sys._getframe().f_back, [f.function for f in inspect.stack()], sys._current_frames().keys().__len__())")
code("gc_callbacks", "import gc; print(gc.callbacks)")
code("gc_state", "import gc; print(gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.garbage, gc.get_freeze_count())")
code("gc_objects", "import gc\ngc.collect()\nprint([type(o).__name__ for o in gc.get_objects() if 'harness' in type(o).__module__])")
code("gc_when_it_runs", "import gc\nseen = []\ngc.callbacks.append(lambda p, i: seen.append((p, i['generation'])))\nx = [[i] for i in range(5000)]\nprint(len(seen))")
code("main_module", "import sys, __main__\nprint(sorted(vars(__main__)), __main__.__spec__, __loader__.__class__, __builtins__.__name__, __annotations__ if '__annotations__' in vars() else None, __cached__, __doc__)")
code("site_and_help", "import site, sys; print(site.ENABLE_USER_SITE, exit, quit, type(copyright), type(credits), sys.flags.no_site)")
code("sysconfig", "import sysconfig, platform; print(sysconfig.get_paths(), sysconfig.get_config_var('Py_ENABLE_SHARED'), platform.python_version(), platform.python_build(), platform.python_implementation())")
code("import_machinery", "import sys, importlib.machinery, importlib.util as u\nprint(sys.meta_path[:3], u.find_spec('json').origin, u.find_spec('no_such_thing'), importlib.machinery.all_suffixes())")
code("import_extension_modules", "import _decimal, _ctypes, _asyncio, _json, _bz2, _lzma, _hashlib, _sqlite3, _ssl, _uuid, _curses, mmap, readline, _dbm\nprint(_decimal.__file__, _ctypes.__file__, _ctypes.__loader__.__class__)")
code("ctypes_pythonapi", "import ctypes\nprint(ctypes.pythonapi.Py_IsInitialized(), ctypes.pythonapi.PyLong_FromLong.__name__, hasattr(ctypes.CDLL(None), 'PyRun_SimpleString'), hasattr(ctypes.CDLL(None), '_ZN9pyharness7FailureD1Ev'))")
code("pickle_of_main_classes", "import pickle, sys\nclass A:\n    def __init__(self): self.x = 1\ndef f(): return 5\nprint(pickle.loads(pickle.dumps(A())).x, pickle.loads(pickle.dumps(f))(), pickle.dumps(A, 0), A.__module__)")
code("copy_and_marshal", "import copy, marshal\ndef f(x): return x + 1\nprint(marshal.loads(marshal.dumps(f.__code__)) == f.__code__, copy.deepcopy({'a': f})['a'] is f)")
code("inspect_source", "import inspect\ndef f(a, b=2):\n    'doc'\n    return a\nclass A:\n    def m(self): pass\nprint(inspect.getsource(f), inspect.getsource(A.m), inspect.signature(f), inspect.getsourcefile(A), inspect.currentframe().f_lineno)")
code("code_objects", "import dis\ndef f(a):\n    for i in range(a): yield i\nc = f.__code__\nprint(c.co_code, list(c.co_lines()), c.co_consts, c.co_flags, hash(c) == hash(f.__code__))\nlist(f(30)); dis.dis(f)")
code("code_extra_slot_of_another", "import ctypes\napi = ctypes.pythonapi\nf = lambda: 1\nindex = api._PyEval_RequestCodeExtraIndex(None)\nv = ctypes.c_void_p()\napi._PyCode_GetExtra(ctypes.py_object(f.__code__), index, ctypes.byref(v)); print(v.value)\nprint(api._PyCode_SetExtra(ctypes.py_object(f.__code__), index, ctypes.c_void_p(77)))\nf()\napi._PyCode_GetExtra(ctypes.py_object(f.__code__), index, ctypes.byref(v)); print(v.value)")
code("frames_of_generators", "def g():\n    x = 1\n    yield x\n    x = 2\n    yield x\ni = g(); next(i); print(i.gi_frame.f_lineno, i.gi_frame.f_locals, i.gi_running); next(i); print(i.gi_frame.f_lineno)")
code("frame_f_lineno_jump_needs_a_tracer", "import sys\ntry: sys._getframe().f_lineno = 1\nexcept ValueError as e: print(e)")
code("builtins_profile_may_be_shadowed", "def profile(x): return 'own'\nprint(profile(1))\nimport profile\nprint(profile.__name__, profile.Profile.__module__)")
code("tracemalloc", "import tracemalloc\ntracemalloc.start()\nx = [bytes(1000) for _ in range(50)]\ns = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, __file__)])\nprint([(t.traceback[0].lineno, t.size // 10000) for t in s.statistics('lineno') if t.size > 10000])")
code("hash_of_text_is_random", "import sys; print(sys.flags.hash_randomization, hash(1), hash(2.5), hash(None) is not None)")
code("object_sizes", "import sys; print([sys.getsizeof(x) for x in (1, 'a', [], {}, (), f if 0 else 1.5, sys, lambda: 1)])")

# --- the program's own hooks
code("settrace_by_program", "import sys\nlog = []\ndef t(f, e, a):\n    log.append((e, f.f_code.co_name, f.f_lineno)); return t\ndef f(n):\n    x = n\n    return x\nf(1); sys.settrace(t); f(2); print(sys.gettrace() is t); sys.settrace(None); f(3); print(log, sys.gettrace())")
code("settrace_opcodes_and_jump", "import sys\nlog = []\ndef t(f, e, a):\n    f.f_trace_opcodes = True; log.append(e)\n    if e == 'line' and f.f_lineno == 9: f.f_lineno = 10\n    return t\ndef f():\n    a = 1\n    print('skipped')\n    return a\nsys.settrace(t); f(); sys.settrace(None); print(log)")
code("settrace_that_fails", "import sys\ndef t(f, e, a): raise ValueError('tracer')\ndef f(): pass\nsys.settrace(t)\ntry: f()\nexcept ValueError as e: print(e)\nprint(sys.gettrace()); f()")
code("settrace_in_threads", "import sys, threading\nlog = []\ndef t(f, e, a):\n    if f.f_code.co_name == 'w': log.append(e)\n    return t\ndef w(): return 1\nthreading.settrace(t)\nx = threading.Thread(target=w); x.start(); x.join(); threading.settrace(None); print(log, sys.gettrace())")
code("setprofile_by_program", "import sys\nlog = []\nsys.setprofile(lambda f, e, a: log.append((e, f.f_code.co_name, getattr(a, '__name__', None))))\ndef f(): return len('a')\nf(); sys.setprofile(None); print(log)")
code("setprofile_within_calls_and_again", 'import sys, log, mod\ndef f(): return len(\'x\')\ndef again(): sys.setprofile(log.note); f(); sys.setprofile(None)\nsys.setprofile(None); exec(\'again(); again()\')\nexec("sys.setprofile(log.note); exec(\'f()\'); sorted([1, 2], key=lambda x: (sys.setprofile(None), sys.setprofile(log.note), f())[2])")\nsys.setprofile(None)\ndef fails(*a): raise ValueError(\'no\')\ntry: sys.setprofile(fails); f()\nexcept ValueError as e: print(e, sys.getprofile())\nprint(*log.lines, sep=\'\\n\')\n', files={"log.py": "lines = []\ndef note(frame, event, arg): lines.append((event, frame.f_code.co_name, getattr(arg, '__name__', None)))\n", "mod.py": 'import sys, log\nsys.setprofile(log.note)\n'})
code("setprofile_of_methods_around_c_functions", "import sys\nlog = []\nclass A:\n    f = classmethod(repr); g = classmethod(str.upper); h = classmethod(lambda c: len('x'))\na = A()\ndef calls():\n    a.f(); a.f(*()); a.h(); a.h(*()); a.f(*(), **{}); str.upper('x')\n    try: a.g()\n    except TypeError: pass\n    return len('x')\nfor _ in range(2):\n    calls(); sys.setprofile(lambda f, e, a: log.append((e, f.f_code.co_name, getattr(a, '__name__', None)))); calls(); sys.setprofile(None)\nprint(log)")
code("setprofile_in_threads", "import sys, threading\nlog = []\ndef p(f, e, a):\n    if len(log) < 9: log.append((e, f.f_code.co_name, getattr(a, '__name__', None)))\ndef w(): return len('x')\nthreading.setprofile(p)\nx = threading.Thread(target=w); x.start(); x.join(); threading.setprofile(None); print(log, sys.getprofile())")
code("pdb", "import pdb\ndef f(x):\n    y = x\n    return y\npdb.runcall(f, 1)\nprint('on')", stdin=b"s\np x\nn\nn\nw\nc\n")
code("bdb_and_trace_module", "import trace\nt = trace.Trace(count=1, trace=1)\ndef f(n):\n    for i in range(n): pass\nt.runfunc(f, 3)\nprint({k[1]: v for k, v in t.results().counts.items() if 'script' in k[0]})")
code("cprofile", "import cProfile, pstats\ndef f(): return [g() for _ in range(5)]\ndef g(): return len('x')\np = cProfile.Profile(); p.runcall(f)\nprint(sorted((k[2], v[:2]) for k, v in pstats.Stats(p).stats.items()))")
code("settrace_in_generator_and_back", "import sys\ndef t(f, e, a): return t\ndef g():\n    sys.settrace(t)\n    yield 1\n    sys.settrace(None)\n    yield 2\nprint(list(g()), sys.gettrace())\ndef f(): return sys.gettrace()\nprint(f())")

# --- the process
code("proc_threads_and_name", "import os; print(os.listdir('/proc/self/task').__len__(), open('/proc/self/comm').read(), [open(f'/proc/self/task/{t}/comm').read() for t in os.listdir('/proc/self/task')])")
code("proc_descriptors", "import os; print(sorted(os.listdir('/proc/self/fd')), os.open('/dev/null', 0), [os.get_inheritable(i) for i in range(3)])")
code("proc_environment", "import os; print(sorted(os.environ.items()), open('/proc/self/environ').read().count('\\0') == len(os.environ))")
code("proc_signals", "import signal; print([(s, signal.getsignal(s)) for s in signal.valid_signals()], signal.pthread_sigmask(signal.SIG_BLOCK, []), [l for l in open('/proc/self/status') if l.startswith(('SigP', 'SigB', 'SigI', 'SigC', 'Shd'))])")
code("proc_signals_inherited", "import signal; print(signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGCHLD), signal.getsignal(signal.SIGHUP))", ignored=(signal.SIGINT, signal.SIGCHLD, signal.SIGHUP))
code("proc_limits", "import resource\nprint([(n, resource.getrlimit(getattr(resource, n))) for n in dir(resource) if n.startswith('RLIMIT')])", limits={resource.RLIMIT_NOFILE: 100, resource.RLIMIT_CORE: 0})
code("proc_few_descriptors", "import os\nn = 0\ntry:\n    while True: os.open('/dev/null', 0); n += 1\nexcept OSError as e: print(n, e)", limits={resource.RLIMIT_NOFILE: 16})
code("proc_file_size_limit", "f = open('out', 'wb')\ntry:\n    f.write(b'x' * 100000); f.flush()\nexcept OSError as e: print(e)", limits={resource.RLIMIT_FSIZE: 5000})
code("proc_address_space_limit", "try:\n    x = bytearray(1 << 30)\nexcept MemoryError: print('memory')", limits={resource.RLIMIT_AS: 1 << 29},
     unsanitized="the shadow memory takes terabytes of address space")
code("proc_identity", "import os; print(os.getpgrp() == os.getsid(0), os.umask(0), os.getcwd() == os.path.dirname(os.path.abspath(__file__)), os.nice(0), os.sched_getaffinity(0), os.getpriority(os.PRIO_PROCESS, 0))")
code("proc_children", "import os\ntry: os.wait()\nexcept ChildProcessError as e: print(e)\nprint(open(f'/proc/self/task/{os.getpid()}/children').read(), os.times().children_user)")
code("proc_dumpable_and_death_signal", "import ctypes\nc = ctypes.CDLL(None)\nprint(c.prctl(3, 0, 0, 0, 0), c.prctl(21, 0, 0, 0, 0), c.prctl(30, 0, 0, 0, 0))")
code("proc_mlockall", "import ctypes\nprint(ctypes.CDLL(None).mlockall(2) in (0, -1)); x = bytearray(100000)")
code("stdin_read", "import sys; print(sys.stdin.readline(), input(), sys.stdin.read(), sys.stdin.buffer.raw.fileno())", stdin="a é\nb\nc\nd".encode())
code("stdin_end", "print(repr(input()))")
code("stdin_binary", "import sys, hashlib; print(hashlib.md5(sys.stdin.buffer.read()).hexdigest())", stdin=bytes(range(256)) * 1000)
code("stdin_rest_is_left", "import os, sys, subprocess; print(os.read(0, 2), subprocess.run(['cat'], capture_output=True).stdout)", stdin=b"abcdef")
code("stdout_big", "import sys\nfor i in range(20000): print(i, 'x' * 20)\nprint('e', file=sys.stderr)")
code("stdout_interleaved", "import os, sys\nsys.stdout.write('a'); sys.stderr.write('b'); os.write(1, b'c'); os.write(2, b'd')")
code("stdout_state", "import sys; print(sys.stdout.line_buffering, sys.stdout.write_through, sys.stderr.line_buffering, sys.stdout.encoding, sys.stdout.errors, sys.stderr.errors, sys.stdout.isatty())")
for _descriptors in ((0,), (1,), (2,), (0, 1), (0, 1, 2)):
    _name = "closed_" + "_".join(map(str, _descriptors))
    code(_name, "import os, sys\nwith open('seen', 'w') as f: print(sys.stdin and 1, sys.stdout and 1, sys.stderr and 1, f.fileno(), file=f)\nos.path.exists('/proc/self/fd/9')\nprint('out')\n1/0", closed=_descriptors)

# --- virtual environments
VENV = "import sys, site, sysconfig; print(sys.prefix, sys.base_prefix, sys.exec_prefix, sys.executable, sys._base_executable, sys.path, site.getsitepackages(), sys.orig_argv, sysconfig.get_path('purelib'))"
for _how in ("option", "variable"):
    code("venv_" + _how, VENV, venv=_how)
    code("venv_subprocess_" + _how, "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'import sys; print(sys.prefix, sys.path)'], capture_output=True), sys.prefix)", venv=_how)
    line("venv_module_" + _how, "-m", "site", venv=_how)
code("venv_isolated", VENV, venv="option", options=("-I",))
code("venv_no_site", "import sys; print(sys.path, sys.prefix)", venv="option", options=("-S",))
if os.path.realpath("/usr/bin/python3") == os.path.realpath(PYTHON):
    line("python_by_link", "-c", "import sys; print(sys.executable, sys.prefix, sys.path, sys.argv)", python="/usr/bin/python3")


# --- data of the program's own beside code objects (PEP 523), as debuggers have it: told of what it marked, and of nothing else
code("code_extra", """import ctypes, gc, sys
prefix = "_Py" if sys.version_info < (3, 12) else "PyUnstable_"
Free = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
freed = []
free = Free(freed.append)
request = getattr(ctypes.pythonapi, prefix + "Eval_RequestCodeExtraIndex")
mark = getattr(ctypes.pythonapi, prefix + "Code_SetExtra")
request.argtypes, mark.argtypes = (Free,), (ctypes.py_object, ctypes.c_ssize_t, ctypes.c_void_p)
index = request(free)
for n in range(20):
    exec("def f(): return 1")
    if n == 10: mark(f.__code__, index, 7)
    f()
    if n == 15: mark(f.__code__, index, 8)
f = None; gc.collect(); print(freed)
""")
