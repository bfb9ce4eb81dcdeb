"""Cases of side_by_side.py: how programs end, and what they say then."""

import resource
import signal

from side_by_side import MONITORED, code, line

# --- sys.exit and its relatives
for _name, _value in {"int": "3", "none": "None", "nothing": "", "zero": "0", "text": "'message é'", "big": "2**40 + 5", "negative": "-1", "256": "256", "object": "object", "list": "[1, 'a']", "true": "True", "float": "1.5", "huge": "10**40", "pair": "(1, 2)"}.items():
    code("exit_" + _name, f"import sys\nsys.exit({_value})")
code("exit_object_whose_str_fails", "class A:\n    def __str__(self): 1/0\nraise SystemExit(A())")
code("exit_builtin", "exit(4)")
code("exit_quit_closes_stdin", "import sys\ntry:\n    quit()\nfinally:\n    print(sys.stdin.closed)")
code("exit_in_function", "import sys\ndef f():\n    try:\n        sys.exit(5)\n    finally:\n        print('finally')\nf()")
code("exit_caught", "import sys\ntry:\n    sys.exit(5)\nexcept SystemExit as e:\n    print(e.code)")
code("exit_in_thread", "import sys, threading\nt = threading.Thread(target=lambda: sys.exit(5)); t.start(); t.join(); print('on')")
code("exit_in_atexit", "import atexit, sys\natexit.register(print, 'first')\natexit.register(lambda: sys.exit(5))")
code("exit_in_excepthook", "import sys\nsys.excepthook = lambda *a: sys.exit(7)\n1/0")
code("exit_os", "import os, sys, atexit\natexit.register(print, 'never')\nsys.stdout.write('lost'); os.write(1, b'seen'); os._exit(9)")
code("exit_os_in_thread", "import os, threading, time\nthreading.Thread(target=lambda: os._exit(6)).start()\ntime.sleep(30)")
code("exit_with_bad_stdout_flush", "import sys\nclass W:\n    def write(self, t): pass\n    def flush(self): raise OSError('full')\nsys.stdout = W(); print('x')")
code("exit_status_120", "import os, sys\nos.dup2(os.open('/dev/full', os.O_WRONLY), 1)\nprint('x')")
code("exit_order_of_everything", "import atexit, sys, threading, weakref\nclass D:\n    def __del__(self): print('del')\nd = D(); weakref.finalize(d, print, 'finalize')\natexit.register(print, 'atexit')\nthreading.Thread(target=lambda: print('thread')).start()\nsys.modules['x'] = d\nprint('end')")

# --- exceptions nobody catches
code("error", "def f(x):\n    return (x +\n            1 / 0)\ndef g():\n    f(\n        2)\ng()")
code("error_chained", "def f():\n    try:\n        {}['a']\n    except KeyError as e:\n        raise ValueError('v') from e\ntry:\n    f()\nexcept ValueError:\n    raise TypeError")
code("error_group", "def f(): 1/0\ndef g():\n    e = []\n    try: f()\n    except ZeroDivisionError as x: e.append(x)\n    raise ExceptionGroup('g', e + [ExceptionGroup('h', [ValueError(1)])])\ng()")
code("error_with_notes", "e = ValueError('a')\ne.add_note('note 1')\ne.add_note('note\\n2')\nraise e")
code("error_in_thread", "import threading\ndef f(): 1/0\nt = threading.Thread(target=f, name='T'); t.start(); t.join(); print('on')")
code("error_in_atexit", "import atexit\ndef f(): 1/0\natexit.register(f); atexit.register(print, 'other')")
code("error_in_del", "class A:\n    def __del__(self): 1/0\na = A(); a.__class__.__repr__ = lambda s: 'A'\ndel a\nprint('on')")
code("error_in_del_at_end", "class A:\n    def __repr__(self): return 'A'\n    def __del__(self): raise ValueError('late')\na = A()")
code("error_keyboard_interrupt", "def f():\n    raise KeyboardInterrupt('by hand')\nf()")
code("error_in_excepthook", "import sys\ndef hook(*a): 1/0\nsys.excepthook = hook\nraise ValueError")
code("error_without_message", "class E(Exception):\n    def __str__(self): 1/0\nraise E")
code("error_name_suggestion", "import sys\nnumber = 1\nprint(nubmer)")
code("error_builtin_suggestion", "prin(1)")
code("error_attribute_suggestion", "class A:\n    value = 1\nA().valeu")
code("error_in_decorated_and_lambda", "import functools\ndef d(f):\n    @functools.wraps(f)\n    def w(*a): return f(*a)\n    return w\n@d\ndef g(x): return (lambda y: y[x])({})\ng(1)")
code("error_in_generator", "def g():\n    yield 1\n    yield from h()\ndef h():\n    yield 2\n    raise RuntimeError('in h')\nfor x in g(): print(x)")
code("error_in_coroutine", "import asyncio\nasync def f(): await g()\nasync def g():\n    await asyncio.sleep(0)\n    raise ValueError('g')\nasyncio.run(f())")
code("error_never_retrieved", "import asyncio, gc\nasync def f(): raise ValueError('f')\nasync def main():\n    t = asyncio.ensure_future(f()); t.set_name('task'); await asyncio.sleep(0)\n    asyncio.get_running_loop().set_exception_handler(lambda l, c: print(c['message']))\n    del t; gc.collect()\nasyncio.run(main())")
code("error_coroutine_never_awaited", "async def f(): pass\nf()")
code("error_in_comprehension_and_exec", "exec('def f():\\n    return [1/x for x in (1, 0)]\\nf()')")
code("error_in_import", "import a", files={"a.py": "import b\n", "b.py": "def f():\n    raise ImportError('x', name='y')\nf()\n"})
code("error_in_class_body", "class A:\n    class B:\n        x = undefined")
code("error_with_unicode_source", "é = 'ñ' * 3; raise ValueError(é + '\\udc80')")
code("error_tracebacklimit", "import sys\nsys.tracebacklimit = 1\ndef f(n): f(n - 1) if n else 1/0\nf(5)")
code("error_traceback_module", "import traceback\ndef f():\n    try: 1/0\n    except ZeroDivisionError: traceback.print_exc(); traceback.print_stack()\nf()")
code("error_recursion", "def f(n): return f(n + 1)\nf(0)")
code("error_recursion_depth", "import sys\nn = 0\ndef f():\n    global n\n    n += 1\n    f()\nfor limit in (100, 1000, 5000):\n    sys.setrecursionlimit(limit); n = 0\n    try: f()\n    except RecursionError as e: print(n, e)")
code("error_recursion_in_c", "x = []\nfor i in range(100000): x = [x]\ntry: repr(x)\nexcept RecursionError as e: print(e)")
code("error_recursion_in_thread", "import threading\ndef f(n):\n    try: f(n + 1)\n    except RecursionError:\n        if n < 900: raise\n        seen.add(n)\nseen = set(); t = threading.Thread(target=f, args=(0,)); t.start(); t.join(); print(len(seen) > 0)")
code("error_memory", "try: x = 'a' * (1 << 60)\nexcept MemoryError as e: print('memory')\nraise MemoryError",
     unsanitized="a refused allocation is said on stderr")
code("error_closed_stdout", "import sys\nsys.stdout.close()\nprint(1)")
code("error_no_stderr", "import sys\nsys.stderr = None\n1/0")
code("error_warning_once", "import warnings\ndef f(): warnings.warn('w', stacklevel=2)\nfor i in range(3): f()\nf()")
code("error_syntax_warning", "x = 1\nprint(x is 1)\nassert (x, 'never')\n")

# --- signals that end it
for _name in ("SIGTERM", "SIGKILL", "SIGINT", "SIGPIPE", "SIGHUP", "SIGQUIT", "SIGABRT", "SIGUSR1", "SIGALRM", "SIGSEGV", "SIGFPE", "SIGXCPU", "SIGRTMIN"):
    code("killed_by_" + _name, f"import os, signal, time\nprint('before', flush=True)\nos.kill(os.getpid(), signal.{_name})\ntime.sleep(0.2)\nprint('after')", limits={resource.RLIMIT_CORE: 0})
code("killed_by_SIGINT_at_default", "import os, signal\nsignal.signal(signal.SIGINT, signal.SIG_DFL)\nos.kill(os.getpid(), signal.SIGINT)")
code("killed_by_SIGPIPE_at_default", "import os, signal\nsignal.signal(signal.SIGPIPE, signal.SIG_DFL)\nr, w = os.pipe(); os.close(r); os.write(w, b'x')")
code("killed_broken_pipe", "import os\nr, w = os.pipe(); os.close(r); os.dup2(w, 1); os.close(w)\nprint('x', flush=True)")
code("killed_abort", "import os\nprint('never flushed'); os.abort()", limits={resource.RLIMIT_CORE: 0})
code("killed_segfault", "import ctypes\nprint('x', flush=True)\nctypes.string_at(0)", limits={resource.RLIMIT_CORE: 0})
code("killed_segfault_faulthandler", "import ctypes, faulthandler, os\nfaulthandler.enable(all_threads=False)\ndef f(): ctypes.string_at(0)\nf()", limits={resource.RLIMIT_CORE: 0})
code("killed_fatal_error", "import faulthandler\ndef f(): faulthandler._fatal_error_c_thread() if 0 else faulthandler._sigabrt()\nf()", limits={resource.RLIMIT_CORE: 0})
code("killed_stack_overflow", "import sys, faulthandler\nsys.setrecursionlimit(10**9)\nclass A:\n    def __getattr__(self, n): return getattr(self, n)\nA().x", limits={resource.RLIMIT_CORE: 0, resource.RLIMIT_STACK: 2 << 20}, apart=("profile",) if MONITORED else ())
code("killed_by_cpu_limit", "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass", limits={resource.RLIMIT_CORE: 0})
code("killed_in_thread", "import os, signal, threading, time\nthreading.Thread(target=lambda: os.kill(os.getpid(), signal.SIGTERM)).start()\ntime.sleep(30)")
code("killed_while_sigterm_ignored", "import os, signal\nprint(signal.getsignal(signal.SIGTERM))\nos.kill(os.getpid(), signal.SIGTERM)\nprint('alive')", ignored=(signal.SIGTERM,))
code("killed_group_of_a_child", "import os, signal\np = os.fork()\nif p == 0:\n    os.setpgid(0, 0); os.killpg(0, signal.SIGTERM)\nprint(os.waitpid(p, 0)[1])")

# --- another program in its place
line("exec_other", "-c", "import os; print('a', flush=True); os.execv('/bin/sh', ['sh', '-c', 'echo $0 $1; exit 5', 'x', 'y'])")
line("exec_self", "script.py", files={"script.py": "import os, sys\nprint(sys.argv, flush=True)\nif len(sys.argv) < 4: os.execv(sys.executable, [sys.executable, *sys.argv, 'x'])\nsys.exit(3)"})
line("exec_then_killed", "-c", "import os; os.execvp('sh', ['sh', '-c', 'kill -9 $$'])")
line("exec_with_new_environment", "-c", "import os, sys; os.execve(sys.executable, ['python', '-c', 'import os, sys; print(dict(os.environ), sys.executable)'], {'A': '1'})")
line("exec_missing", "-c", "import os; os.execv('/nowhere', ['x'])")
