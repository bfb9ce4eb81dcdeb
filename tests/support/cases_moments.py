"""Cases of side_by_side.py: signals at several moments, to the process and to its group; very deep recursion; faulthandler."""

import resource

from side_by_side import code

NO_CORE = {resource.RLIMIT_CORE: 0}

# --- a signal at a moment. The program sends it itself, so that it is always the same moment.
SEND = {
    "process": "def send(): os.kill(os.getpid(), {number})\n",
    "group": "def send(): os.killpg(0, {number})\n",
    "thread": "def send(): signal.pthread_kill(threading.get_ident(), {number})\n",
}
MOMENTS = {
    "main": "send()\n",
    "function": "def f(n):\n    if n: f(n - 1)\n    else: send()\n    time.sleep(0)\nf(5)\n",
    "import": "import near\n",
    "finally": "try:\n    1/0\nfinally:\n    send()\n    print('in finally')\n",
    "after_finally": "def f():\n    try:\n        send()\n    finally:\n        print('cleaned up')\nf()\n",
    "except": "try:\n    send(); time.sleep(0)\nexcept KeyboardInterrupt:\n    print('caught'); sys.exit(3)\n",
    "atexit": "atexit.register(print, 'earlier one'); atexit.register(send)\n",
    "del_at_end": "class D:\n    def __repr__(self): return 'D'\n    def __del__(self, send=send): send()\nd = D()\n",
    "comprehension": "x = [send() for i in range(1)]\n",
    "generator": "def g():\n    try:\n        yield send()\n    finally: print('closed')\nfor i in g(): pass\n",
    "handler": "signal.signal(signal.SIGUSR1, lambda *a: send()); signal.raise_signal(signal.SIGUSR1)\n",
    "thread_waits": "lock = threading.Lock(); lock.acquire()\nmain = threading.get_native_id()\ndef w():\n    while open(f'/proc/self/task/{main}/stat').read().split(') ')[1][0] != 'S': pass\n    send()\nt = threading.Thread(target=w, daemon=True); t.start()\ntry: lock.acquire(timeout=50)\nexcept KeyboardInterrupt: print('caught')\n",
    "other_thread_waits": "t = threading.Thread(target=threading.Event().wait, daemon=True); t.start(); send()\n",
    "forked": "sys.stdout.flush(); p = os.fork()\nif p == 0: send(); os._exit(5)\nprint(os.waitpid(p, 0)[1])\n",
    "coroutine": "import asyncio\nasync def f():\n    try:\n        send(); await asyncio.sleep(0)\n    finally: print('in coroutine')\nasyncio.run(f())\n",
    "trace_function": "def t(f, e, a): send()\ndef f(): pass\nsys.settrace(t)\nf()\nsys.settrace(None)\n",
}
QUIET = ("SIGPIPE",)  # nothing comes of them
START = "import atexit, os, signal, sys, threading, time\n{send}print('before', flush=True)\n{moment}print('after', flush=True)\n"
FEW = ("main", "import", "finally", "atexit", "thread_waits")  # for signals that python treats as it treats SIGTERM, or ignores
for _signal in ("SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE"):
    for _moment, _text in MOMENTS.items():
        if _signal in ("SIGHUP", "SIGPIPE") and _moment not in FEW:
            continue
        for _to, _send in SEND.items():
            if _to == "thread" and (_signal != "SIGINT" or _moment == "thread_waits"):
                continue
            if (_moment, _to) == ("forked", "group") or (_moment == "thread_waits" and _signal in QUIET):
                continue  # parent and child would race
            _send = _send.format(number=f"signal.{_signal}")
            code(f"moment_{_signal}_{_moment}_{_to}", START.format(send=_send, moment=_text), files={"near.py": "import __main__\n__main__.send()\nprint('imported')\n"}, limits=NO_CORE)
HANDLED = "seen = []\nsignal.signal(signal.{name}, lambda n, f: seen.append(f.f_code.co_name))\n"
for _signal in ("SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE", "SIGQUIT", "SIGUSR1", "SIGTSTP", "SIGCONT", "SIGALRM"):
    for _to in ("process", "group"):
        code(f"moment_handled_{_signal}_{_to}", START.format(send=SEND[_to].format(number=f"signal.{_signal}") + HANDLED.format(name=_signal), moment="for i in range(3): send()\nprint(seen)\n"))
    code(f"moment_ignored_{_signal}", START.format(send=SEND["group"].format(number=f"signal.{_signal}") + f"signal.signal(signal.{_signal}, signal.SIG_IGN)\n", moment="for i in range(3): send()\n"))
for _signal in ("SIGINT", "SIGTERM", "SIGHUP"):
    code(f"moment_blocked_{_signal}", START.format(send=SEND["process"].format(number=f"signal.{_signal}"), moment=f"signal.pthread_sigmask(signal.SIG_BLOCK, [signal.{_signal}]); send(); print(signal.sigpending(), flush=True); signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.{_signal}])\n"))
code("moment_twice", "import os, signal\ntry:\n    try: os.kill(os.getpid(), signal.SIGINT)\n    finally: os.kill(os.getpid(), signal.SIGINT)\nexcept KeyboardInterrupt as e: print(repr(e), repr(e.__context__)); os.kill(os.getpid(), signal.SIGTERM)")
code("moment_interrupt_in_threads_of_a_pool", "import concurrent.futures as c, os, signal\nwith c.ThreadPoolExecutor(2) as p:\n    try: p.submit(os.kill, os.getpid(), signal.SIGINT).result(); signal.pause()\n    except KeyboardInterrupt: print('caught')")
code("moment_input_interrupted", "import os, signal, threading\nr, w = os.pipe(); os.dup2(r, 0)\nt = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)); t.start()\ntry: input()\nexcept KeyboardInterrupt: print('caught')")
code("moment_interrupt_while_waiting_for_a_child", "import os, signal, subprocess\np = subprocess.Popen(['sh', '-c', f'read x; kill -INT {os.getpid()}; exec sleep 60'], stdin=-1)\ntry: p.stdin.write(b'go\\n'); p.stdin.flush(); p.wait()\nexcept KeyboardInterrupt: print('caught'); p.kill(); print(p.wait())")
code("moment_child_signals_the_group", "import os, signal, subprocess, sys\nsignal.signal(signal.SIGTERM, lambda *a: sys.exit(9))\nsubprocess.run(['sh', '-c', 'trap : TERM; kill -TERM 0; exit 4'])\nsignal.pause()")
code("moment_terminated_from_a_forked_child", "import os, signal\nif os.fork() == 0: os.kill(os.getppid(), signal.SIGTERM); os._exit(0)\nwhile True: signal.pause()")
code("moment_set_wakeup_and_exit", "import signal, sys, os\nsignal.signal(signal.SIGTERM, lambda *a: sys.exit(21)); os.kill(os.getpid(), 15); print('never')")
code("moment_os_exit_in_handler", "import signal, os\nsignal.signal(signal.SIGTERM, lambda *a: os._exit(22)); os.kill(os.getpid(), 15); print('never')")
code("moment_default_again_in_handler", "import signal, os\ndef h(n, f): signal.signal(n, signal.SIG_DFL); os.kill(os.getpid(), n)\nsignal.signal(signal.SIGTERM, h); os.kill(os.getpid(), 15); print('never')")
code("moment_siginterrupt_and_itimers", "import signal, time\nseen = []\nfor which, number in ((signal.ITIMER_REAL, signal.SIGALRM), (signal.ITIMER_VIRTUAL, signal.SIGVTALRM), (signal.ITIMER_PROF, signal.SIGPROF)):\n    signal.signal(number, lambda n, f: seen.append(n)); signal.setitimer(which, 0.01)\nwhile len(set(seen)) < 3: pass\nprint(sorted(seen), [signal.getitimer(w) for w in range(3)])")
code("moment_itimer_ends_it", "import signal\nsignal.setitimer(signal.ITIMER_VIRTUAL, 0.02)\nwhile True: pass")
code("moment_broken_pipe_at_exit", "import os, sys\nr, w = os.pipe(); os.dup2(w, 1); os.close(w); os.close(r); print('x')")
code("moment_broken_pipe_of_head", "import subprocess, sys\np = subprocess.Popen(['head', '-c', '1'], stdin=-1, stdout=-1)\ntry:\n    while True: p.stdin.write(b'x' * 65536)\nexcept BrokenPipeError as e: print(e, p.wait())")

# --- faulthandler
WAIT = "while not os.fstat(f.fileno()).st_size: time.sleep(0.01)"
code("faulthandler_later", f"import faulthandler, os, time\nf = open('trace', 'w')\ndef g():\n    {WAIT}\nfaulthandler.dump_traceback_later(0.05, file=f); g(); faulthandler.cancel_dump_traceback_later()\n")
code("faulthandler_later_exit", "import faulthandler, time\ndef g(): time.sleep(60)\nfaulthandler.dump_traceback_later(0.3, exit=True); g()")
code("faulthandler_later_repeat", "import faulthandler, os, time\nf = open('trace.no', 'w'); os.remove('trace.no')\nfaulthandler.dump_traceback_later(0.02, repeat=True, file=f)\nsize = 0\nfor _ in range(3):\n    while os.fstat(f.fileno()).st_size <= size: time.sleep(0.01)\n    size = os.fstat(f.fileno()).st_size\nfaulthandler.cancel_dump_traceback_later(); print('thrice')")
code("faulthandler_all_threads", "import faulthandler, sys, threading\nlock = threading.Event(); ready = threading.Semaphore(0)\ndef w(): ready.release(); lock.wait()\nts = [threading.Thread(target=w) for _ in range(3)]; [t.start() for t in ts]; [ready.acquire() for _ in ts]\nimport io, re\nwith open('trace', 'w+') as f: faulthandler.dump_traceback(f); f.seek(0); t = f.read()\nopen('trace', 'w').close(); print(t.count('Thread 0x'), len(re.findall('in w$', t, re.M))); lock.set()")
code("faulthandler_register_chain", "import faulthandler, os, signal\nsignal.signal(signal.SIGUSR1, lambda *a: print('python handler'))\nfaulthandler.register(signal.SIGUSR1, chain=True, all_threads=False); os.kill(os.getpid(), signal.SIGUSR1); faulthandler.unregister(signal.SIGUSR1); os.kill(os.getpid(), signal.SIGUSR1)")
code("faulthandler_fatal_in_thread", "import ctypes, faulthandler, threading\nfaulthandler.enable(all_threads=False)\ndef w(): ctypes.string_at(0)\nt = threading.Thread(target=w); t.start(); t.join()", limits=NO_CORE)
code("faulthandler_disabled_again", "import faulthandler\nprint(faulthandler.is_enabled()); faulthandler.enable(); print(faulthandler.is_enabled()); faulthandler.disable(); print(faulthandler.is_enabled()); faulthandler._sigsegv()", limits=NO_CORE)
for _kind in ("_sigabrt()", "_sigfpe()", "_sigsegv()", "_stack_overflow()"):
    code("faulthandler" + _kind.strip("()"), f"import faulthandler\nfaulthandler.enable(all_threads=False)\ndef f(): faulthandler.{_kind}\nf()", limits={**NO_CORE, resource.RLIMIT_STACK: 1 << 20})

# --- recursion
DEEP = "import sys, threading\nsys.setrecursionlimit(400_000)\ndef f(n): return n and f(n - 1) + 1\n"
code("deep_functions", DEEP + "print(f(300_000))", slow=True)
code("deep_functions_to_the_limit", "import sys\nsys.setrecursionlimit(300_000)\nn = 0\ndef f():\n    global n\n    n += 1; f()\ntry: f()\nexcept RecursionError as e: print(n, e)", slow=True)
code("deep_functions_uncaught", "import sys\nsys.setrecursionlimit(20_000)\ndef f(n): f(n + 1)\nf(0)")
code("deep_methods_and_closures", DEEP + "class A:\n    def m(self, n): return n and self.m(n - 1)\ndef outer(n):\n    def inner(): return n and outer(n - 1)\n    return inner()\nprint(A().m(100_000), outer(50_000))", slow=True)
code("deep_functions_in_thread", DEEP + "threading.stack_size(1 << 18); t = threading.Thread(target=lambda: print(f(300_000))); t.start(); t.join()", slow=True)
code("deep_with_finally_and_exceptions", DEEP + "count = 0\ndef g(n):\n    global count\n    try:\n        if n: g(n - 1)\n        else: 1/0\n    finally: count += 1\ntry: g(100_000)\nexcept ZeroDivisionError as e:\n    depth = 0; t = e.__traceback__\n    while t: depth += 1; t = t.tb_next\n    print(count, depth)", slow=True)
code("deep_under_its_own_tracer", DEEP + "n = 0\ndef t(frame, event, arg):\n    global n\n    n += 1\nsys.settrace(t); f(20_000); sys.settrace(None); print(n)")
code("deep_through_map_and_sorted", "import sys\nn = 0\ndef f(x):\n    global n\n    n += 1\n    return list(map(f, [1]))\ntry: f(1)\nexcept RecursionError as e: print(n > 100, e)")
code("deep_generators", "def g(n):\n    if n: yield from g(n - 1)\n    yield n\nprint(sum(g(150)))")
code("deep_data", "x = None\nfor _ in range(200_000): x = (x,)\ndel x\nprint('freed')\nimport pickle\ny = []\nfor _ in range(5000): y = [y]\ntry: pickle.dumps(y)\nexcept RecursionError as e: print('too deep')")
code("deep_parser_and_compiler", "for text in ('(' * 150 + ')' * 150, '-' * 3000 + '1', 'x' + '.y' * 3000, '[' * 5000):\n    try: compile(text, 's', 'eval'); print('ok')\n    except (SyntaxError, RecursionError, MemoryError) as e: print(type(e).__name__, e)")
code("deep_limit_errors", "import sys\nfor n in (0, -1, 1, 2**31):\n    try: sys.setrecursionlimit(n); print(n)\n    except (RecursionError, ValueError, OverflowError) as e: print(type(e).__name__, e)")
