"""Cases of side_by_side.py: python processes that the program starts, by each means there is, and what they see.

The program has PY, its own interpreter; run(), which starts a child and prints what came of it; and see.py beside it, which
prints all that a process can see of itself (what_a_child_sees.py).
"""

import os
import pathlib
import resource

from harness import PYTHON, SUPPORT
from side_by_side import VENV, code, line

SEE = {"see.py": SUPPORT / "what_a_child_sees.py"}
START = """import os, signal, subprocess, sys
PY = sys.executable
def run(words, **options):
    r = subprocess.run(words, stdout=-1, stderr=-1, **{'stdin': subprocess.DEVNULL, **options})
    print('status', r.returncode); print(r.stdout.decode(errors='replace')); print(r.stderr.decode(errors='replace'), flush=True)
"""
OTHERS = [path for path in ("/usr/bin/python3.11", os.path.expanduser("~/.pyenv/versions/3.12.1/bin/python3.12"), os.path.expanduser("~/.pyenv/versions/3.10.13/bin/python3.10"))
          if os.path.realpath(path) != os.path.realpath(PYTHON)]


def child(name, text, *arguments, files=None, **options):
    code("child_" + name, START + text, *arguments, files={**SEE, **(files or {})}, **options)


# --- the ways to name the interpreter
child("plain", "run([PY, 'see.py', 'a', '', 'é', '--', '--mode=line'])")
child("inherits_streams", "print('before', flush=True); print(subprocess.call([PY, 'see.py']))")
child("other_name", "run(['other name', 'see.py'], executable=PY)")
child("other_name_missing_path", "run(['/nowhere/python', 'see.py'], executable=PY)")
child("other_name_of_another_python", "run([sys.argv[1], 'see.py'], executable=PY)", OTHERS[0])
child("empty_name", "run(['', '-c', 'import sys; print(sys.argv, sys.executable, sys.orig_argv, sys.prefix, sys.path)'], executable=PY)")
child("through_path", "os.environ['PATH'] = os.path.dirname(PY); run([os.path.basename(PY), 'see.py'])")
child("through_path_of_env", "run([os.path.basename(PY), 'see.py'], env={'PATH': os.path.dirname(PY)})")
child("through_relative_path", "os.mkdir('bin'); os.symlink(PY, 'bin/py'); os.environ['PATH'] = 'bin:/usr/bin'; run(['py', 'see.py'])")
child("through_path_with_gaps", "os.environ['PATH'] = '/nowhere::' + os.path.dirname(PY); run([os.path.basename(PY), 'see.py'])")
child("relative_link", "os.symlink(PY, 'py'); run(['./py', 'see.py']); os.mkdir('d'); run(['d/../py', 'see.py']); run(['../py', '../see.py'], cwd='d')")
child("link_to_a_link", "os.symlink(PY, 'a'); os.symlink('a', 'b'); run(['./b', 'see.py'])")
child("real_path", "run([os.path.realpath(PY), 'see.py'])")
child("doubled_slashes", "run([PY.replace('/', '//'), 'see.py']); run(['/.' + PY, 'see.py'])")
child("bytes_words", "run([os.fsencode(PY), b'see.py', b'\\xff\\xfe'])")
child("executable_changed_by_program", "sys.executable = '/bin/echo'; run([sys.executable, 'x']); run([PY, 'see.py'])")
child("copied_interpreter", "import shutil\nshutil.copy(PY, 'copy'); run(['./copy', '-c', 'import sys; print(sys.executable, sys.version, sys.path[0])'], env={**os.environ, 'PYTHONHOME': sys.base_prefix})")

# --- the environment, descriptors and the rest of what is handed on
child("env_empty", "run([PY, 'see.py'], env={})")
child("env_own", "run([PY, 'see.py'], env={'A': '1', 'é': 'ü', 'EMPTY': '', 'PYTHONPATH': 'lib', 'PYTHONOPTIMIZE': '1', 'PYTHONHASHSEED': '3'})")
child("env_changed", "os.environ['NEW'] = 'x'; os.environ.pop('LANG'); os.putenv('HIDDEN', 'y'); run([PY, 'see.py'])")
child("env_not_utf8", "run([PY, 'see.py'], env={b'A': b'\\xff'})")
child("env_without_equal_sign", "import ctypes\nWords = ctypes.c_char_p * 5; Env = ctypes.c_char_p * 3\nprint(end='', flush=True); ctypes.CDLL(None).execve(os.fsencode(PY), Words(os.fsencode(PY), b'see.py', None), Env(b'NOTHING', b'A=1', None))")
child("env_twice", "import ctypes\nWords = ctypes.c_char_p * 5; Env = ctypes.c_char_p * 4\nctypes.CDLL(None).execve(os.fsencode(PY), Words(os.fsencode(PY), b'see.py', None), Env(b'A=1', b'A=2', b'B=', None))")
child("env_preload", "run([PY, 'see.py'], env={'LD_PRELOAD': 'libm.so.6', 'LD_LIBRARY_PATH': '/nowhere'})",
      unsanitized="its library must be loaded first")
child("env_large", "run([PY, '-c', 'import os; print(len(os.environ), len(os.environ[\"X7\"]))'], env={f'X{i}': 'y' * 1000 for i in range(500)})")
child("fds_open_kept", "r, w = os.pipe(); os.set_inheritable(w, True); os.dup2(w, 40); run([PY, 'see.py'], close_fds=False); run([PY, 'see.py'], close_fds=True)")
child("fds_passed", "r, w = os.pipe(); run([PY, 'see.py'], pass_fds=(w,)); os.dup2(w, 33); run([PY, 'see.py'], pass_fds=(33, r))")
child("fds_used", "r, w = os.pipe(); run([PY, '-c', 'import os, sys; os.write(int(sys.argv[1]), b\"from the child\")', str(w)], pass_fds=(w,)); os.close(w); print(os.read(r, 99), os.read(r, 1))")
child("fds_many", "fds = [os.open('/dev/null', 0) for _ in range(50)]\nfor f in fds: os.set_inheritable(f, True)\nrun([PY, 'see.py'], close_fds=False)")
for _streams in ("0", "1", "2", "12", "012"):
    child("closed_" + _streams, f"print(subprocess.Popen([PY, 'see.py'], preexec_fn=lambda: [os.close(int(n)) for n in '{_streams}']).wait())")
    child("exec_closed_" + _streams, f"for n in '{_streams}': os.close(int(n))\nos.execv(PY, [PY, 'see.py'])")
child("devnull_streams", "print(subprocess.run([PY, 'see.py'], stdin=subprocess.DEVNULL, stdout=open('out', 'w'), stderr=subprocess.STDOUT).returncode)")
child("preexec", "def prepare():\n    os.umask(0o70); os.nice(3); signal.signal(signal.SIGUSR1, signal.SIG_IGN); signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2}); print('prepared', flush=True)\nrun([PY, 'see.py'], preexec_fn=prepare)")
child("preexec_failing", "try: run([PY, 'see.py'], preexec_fn=lambda: 1/0)\nexcept subprocess.SubprocessError as e: print(e)\nrun([PY, 'see.py'])")
child("restore_signals", "run([PY, 'see.py'], restore_signals=False)")
child("new_session", "run([PY, 'see.py', 'leads'], start_new_session=True)")
child("process_group", "run([PY, 'see.py', 'leads'], process_group=0)")
child("cwd_and_umask", "os.mkdir('d'); run([PY, '../see.py'], cwd='d', umask=0o27); run([PY, '-c', 'import sys; print(sys.path)'], cwd='/')")
child("cwd_missing", "try: run([PY, 'see.py'], cwd='nowhere')\nexcept OSError as e: print(e)")
child("directory_gone", "os.mkdir('d'); os.chdir('d'); os.rmdir('../d'); run([PY, '-c', 'import sys; print(sys.path, sys.executable)']); os.execv(PY, [PY, '-c', 'print(3)'])")
child("affinity_and_nice", "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); os.nice(5); run([PY, 'see.py'])")
if os.getuid() == 0:
    child("of_another_user", "run([PY, '-c', 'import os, sys; print(os.getresuid(), os.getresgid(), os.getgroups(), sys.argv, sys.executable, sys.path)', 'a'], user=65534, group=65534, extra_groups=[], cwd='/')")
    child("after_changing_user", "os.chdir('/'); os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)\nrun([PY, '-c', 'import os, sys; print(os.getresuid(), sys.executable, sys.path)']); os.execv(PY, [PY, '-c', 'import os; print(os.getresuid())'])")
for _limit, _soft in {"NOFILE": 12, "CORE": 0, "FSIZE": 1 << 20, "STACK": 1 << 20, "AS": 900 << 20, "DATA": 200 << 20, "MEMLOCK": 0, "NPROC": 5000}.items():
    child("limit_" + _limit, f"import resource\ndef limit(): resource.setrlimit(resource.RLIMIT_{_limit}, ({_soft}, resource.getrlimit(resource.RLIMIT_{_limit})[1]))\nrun([PY, 'see.py'], preexec_fn=limit)",
          unsanitized="the shadow memory is data" if _limit == "DATA" else "")
child("limit_hard", "import resource\nfor name, value in (('NOFILE', 20), ('AS', 400 << 20), ('FSIZE', 100000), ('CORE', 0)): resource.setrlimit(getattr(resource, 'RLIMIT_' + name), (value, value))\nos.execv(PY, [PY, 'see.py'])")
child("limit_inherited", "run([PY, 'see.py'])", limits={resource.RLIMIT_NOFILE: 30, resource.RLIMIT_CORE: 0})

# --- options and targets
for _name, _words in {"I": "-I", "E": "-E", "S": "-S", "s": "-s", "O": "-O", "OO": "-OO", "B": "-B", "u": "-u", "P": "-P", "b": "-b", "d": "-d", "X_dev": "-X dev", "X_utf8": "-X utf8=0", "W": "-W error", "IS": "-IS", "Xfrozen": "-Xfrozen_modules=off", "X_own": "-X own=2"}.items():
    child("option_" + _name, f"run([PY, *{_words.split()!r}, 'see.py', 'a'])", env={"PYTHONPATH": "/nowhere"})
child("option_c", "run([PY, '-c', 'import see; see.show()', 'a', '-b']); run([PY, '-cimport see; see.show()'])")
child("option_m", "run([PY, '-m', 'see', 'a', '-b']); run([PY, '-msee'])")
child("option_m_package", "run([PY, '-m', 'pack', 'x'], env={**os.environ, 'PYTHONPATH': 'lib'})", files={"lib/pack/__init__.py": "", "lib/pack/__main__.py": "import see; see.show()"})
child("option_stdin", "run([PY, '-', 'a'], stdin=open('see.py')); run([PY], stdin=open('see.py'))")
child("option_i", "print(subprocess.run([PY, '-i', 'see.py'], input=b'x = 1\\nprint(x)\\nexit(4)\\n', capture_output=True))")
child("option_of_ours_too", "run([PY, 'see.py', '--mode=line', '-o', 'x.json', '-q', '--no-follow']); run([PY, '-c', 'import see; see.show()', '--quiet'])")
child("version_and_help", "run([PY, '-V']); run([PY, '--version']); run([PY, '-VV']); run([PY, '-h'])")
child("option_wrong", "run([PY, '-Z']); run([PY, '--wrong']); run([PY, '-c']); run([PY, '-X']); run(['name', '-Z'], executable=PY)")
child("target_wrong", "run([PY, 'missing.py']); run([PY, '-m', 'missing']); run([PY, 'd']); run(['name', 'missing.py'], executable=PY)", files={"d/x.py": ""})
child("target_zip_and_directory", "import zipapp\nfor f in ('app', 'app/__main__.py', 'app/see.py'): os.utime(f, (1e9, 1e9))\nzipapp.create_archive('app', 'app.pyz', interpreter=PY); run([PY, 'app', 'x']); run([PY, 'app.pyz', 'x']); run(['./app.pyz', 'y'])", files={"app/__main__.py": "import see; see.show()", "app/see.py": SEE["see.py"]})
child("many_words", "run([PY, '-c', 'import sys; print(len(sys.argv), len(sys.argv[1]), len(open(\"/proc/self/cmdline\").read()))', 'x' * 100000, *map(str, range(3000))])")
child("too_many_words", "try: run([PY, 'see.py', 'x' * 300000])\nexcept OSError as e: print(e)")
child("same_interpreter_flags", "run([PY, *subprocess._args_from_interpreter_flags(), 'see.py'])", options=("-OO -s", "-X dev", "-W once"))
child("variables", "run([PY, 'see.py'])", env={"PYTHONOPTIMIZE": "1", "PYTHONUTF8": "1", "PYTHONWARNINGS": "once", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": "x:y", "PYTHONSAFEPATH": "1"})
child("locale_C", "run([PY, 'see.py'])", env={"LC_ALL": "C"})
child("locale_C_coerced", "run([PY, 'see.py'])", env={"LANG": None, "LC_CTYPE": None})
child("malloc_debug", "run([PY, 'see.py'])", env={"PYTHONMALLOC": "debug"})

# --- exec
EXECS = {"execv": "PY, [PY, 'see.py', 'a']", "execv_other_name": "PY, ['other', 'see.py']", "execve": "PY, [PY, 'see.py'], {'A': '1'}", "execve_empty": "PY, ['x/y', 'see.py'], {}", "execl": "PY, PY, 'see.py', 'a'", "execle": "PY, 'n', 'see.py', {'B': '2'}", "execlp": "os.path.basename(PY), 'py', 'see.py'", "execvp": "os.path.basename(PY), [os.path.basename(PY), 'see.py']", "execvpe": "os.path.basename(PY), ['z', 'see.py'], {'PATH': os.environ['PATH'], 'C': '3'}", "execve_descriptor": "os.open(PY, os.O_RDONLY), [PY, 'see.py'], {'D': '4'}", "execv_relative": "'py', ['py', 'see.py']"}
for _name, _words in EXECS.items():
    child(_name, f"os.environ['PATH'] = os.path.dirname(PY); os.symlink(PY, 'py'); print('before', flush=True)\nos.{_name.split('_')[0]}({_words})")
child("exec_of_itself", "n = int(sys.argv[1]) if sys.argv[1:] else 0\nprint(n, os.getpid() == int(os.environ.setdefault('FIRST', str(os.getpid()))), flush=True)\nif n < 12: os.execv(PY, [PY, *sys.orig_argv[1:2], str(n + 1)])\nsys.exit(7)")
child("exec_keeps_its_state", "signal.signal(signal.SIGUSR1, signal.SIG_IGN); signal.signal(signal.SIGUSR2, lambda *a: 0); signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM}); os.umask(0o31); os.nice(2); os.chdir('/'); os.dup2(0, 20)\nos.execv(PY, [PY, os.path.join(sys.path[0], 'see.py')])")
child("exec_pending_signal", "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1}); os.kill(os.getpid(), signal.SIGUSR1)\nos.execv(PY, [PY, '-c', 'import signal; print(signal.sigpending(), signal.sigwait({signal.SIGUSR1}))'])")
child("exec_pending_alarm", "signal.setitimer(signal.ITIMER_REAL, 1); os.execv(PY, [PY, '-c', 'import time; print(1, flush=True); time.sleep(60)'])")
child("exec_in_thread", "import threading\nprint('before', flush=True); t = threading.Thread(target=os.execv, args=(PY, [PY, 'see.py'])); t.start(); t.join(); print('never')")
child("exec_with_threads", "import threading\nstop = threading.Event(); [threading.Thread(target=stop.wait).start() for _ in range(5)]\nos.execv(PY, [PY, 'see.py'])")
child("exec_in_atexit", "import atexit\natexit.register(os.execv, PY, [PY, 'see.py']); print('end', flush=True)")
child("exec_in_finally", "def f():\n    try: 1/0\n    finally: os.execv(PY, [PY, '-c', 'print(2)'])\nf()")
child("exec_while_importing", "import near", files={"near.py": "import os, sys\nif not sys.argv[1:]: os.execv(sys.executable, [sys.executable, 'script.py', 'x'])\nprint(sys.argv)\n"})
child("exec_lost_output", "print('lost'); os.write(1, b'seen\\n'); os.execv(PY, [PY, '-c', 'print(1)'])")
child("exec_failing", "os.mkdir('d'); open('plain', 'w').write('x'); open('odd', 'wb').write(b'\\x7fELF' + bytes(200)); os.chmod('odd', 0o755); open('noshebang', 'w').write('#!/nowhere/x'); os.chmod('noshebang', 0o755)\nfor name in ('/nowhere', 'd', 'plain', 'odd', 'noshebang', PY + '/x', '', 'a\\0b', 'x' * 5000):\n    try: os.execv(name, ['x'])\n    except (OSError, ValueError) as e: print(e)\nfor name in ('nowhere', 'plain'):\n    try: os.execvp(name, ['x'])\n    except OSError as e: print(e)\ntry: os.execv(PY, [PY, 'x' * 300000])\nexcept OSError as e: print(e)\ntry: os.execv(PY, [])\nexcept ValueError as e: print(e)\nrun([PY, 'see.py']); print('on', open('/proc/self/comm').read()); sys.exit(3)")
child("exec_failing_then_fork", "try: os.execv('/nowhere', ['x'])\nexcept OSError as e: print(e, flush=True)\np = os.fork()\nif p == 0: os.execv(PY, [PY, 'see.py'])\nprint(os.waitpid(p, 0)[1]); 1/0")
child("exec_of_a_shebang_script", "open('s', 'w').write('#!' + PY + ' -s\\nimport see; see.show()'); os.chmod('s', 0o755); os.execv('./s', ['name', 'a'])")
child("exec_of_a_program_that_execs_python", "os.execv('/usr/bin/env', ['env', '-i', 'A=1', PY, 'see.py'])")
child("exec_then_error", "os.execv(PY, [PY, '-c', '1/0'])")
child("exec_then_killed", "os.execv(PY, [PY, '-c', 'import os; os.kill(os.getpid(), 15)'])")
child("exec_in_forked", "for i in range(3):\n    p = os.fork()\n    if p == 0: os.execv(PY, [PY, '-c', f'import sys; print({i}); sys.exit({i})'])\n    print(os.waitpid(p, 0)[1], flush=True)")

# --- posix_spawn, spawn*, fork
child("posix_spawn", "p = os.posix_spawn(PY, [PY, 'see.py', 'a'], os.environ); print(os.waitpid(p, 0)[1])")
child("posix_spawnp", "os.environ['PATH'] = os.path.dirname(PY); p = os.posix_spawnp(os.path.basename(PY), ['other', 'see.py'], {'A': '1'}); print(os.waitpid(p, 0)[1])")
child("posix_spawn_actions", "p = os.posix_spawn(PY, [PY, 'see.py'], {}, file_actions=[(os.POSIX_SPAWN_OPEN, 1, 'out', os.O_CREAT | os.O_WRONLY, 0o600), (os.POSIX_SPAWN_DUP2, 1, 9), (os.POSIX_SPAWN_CLOSE, 0)]); print(os.waitpid(p, 0)[1])")
child("posix_spawn_attributes", "p = os.posix_spawn(PY, [PY, 'see.py'], {}, setpgroup=0, resetids=True, setsigmask={signal.SIGUSR1}, setsigdef={signal.SIGPIPE}); print(os.waitpid(p, 0)[1])")
child("posix_spawn_failing", "for name in ('/nowhere', '.'):\n    try: os.posix_spawn(name, ['x'], {})\n    except OSError as e: print(e)\ntry: os.posix_spawn(PY, [PY], {}, file_actions=[(os.POSIX_SPAWN_OPEN, 1, '/nowhere/x', 0, 0)])\nexcept OSError as e: print(e)\ntry: os.waitpid(-1, 0)\nexcept OSError as e: print(e)")
child("posix_spawn_in_threads", "import threading\nr = []\ndef w(i):\n    p = os.posix_spawn(PY, [PY, '-c', f'import sys; sys.exit({i})'], os.environ); r.append((i, os.waitstatus_to_exitcode(os.waitpid(p, 0)[1])))\nts = [threading.Thread(target=w, args=(i,)) for i in range(8)]; [t.start() for t in ts]; [t.join() for t in ts]; print(sorted(r))")
child("spawn_family", "print(os.spawnv(os.P_WAIT, PY, ['x', 'see.py']), os.spawnlpe(os.P_WAIT, PY, PY, 'see.py', {'A': '1'}), flush=True); p = os.spawnv(os.P_NOWAIT, PY, [PY, '-c', 'raise SystemExit(5)']); print(os.waitpid(p, 0)[1], os.spawnv(os.P_WAIT, '/nowhere', ['x']))")
child("fork_and_see", "import see\nsys.stdout.flush(); p = os.fork()\nif p == 0: see.show(); sys.exit(6)\nprint(os.waitpid(p, 0)[1])")
child("with_many_threads", "import threading\nstop = threading.Event(); ts = [threading.Thread(target=stop.wait) for _ in range(20)]; [t.start() for t in ts]\nfor _ in range(5): run([PY, '-c', 'import threading; print(threading.active_count())'])\nstop.set()")
child("from_many_threads", "import threading\nr = []\ndef w(i): r.append(subprocess.run([PY, '-c', f'print({i})'], capture_output=True).stdout)\nts = [threading.Thread(target=w, args=(i,)) for i in range(12)]; [t.start() for t in ts]; [t.join() for t in ts]; print(sorted(r))")
child("without_vfork", "subprocess._USE_VFORK = False; subprocess._USE_POSIX_SPAWN = False; run([PY, 'see.py'])")
child("vfork_by_c", "import ctypes\nlibc = ctypes.CDLL(None); Words = ctypes.c_char_p * 3\nprint(libc.system(os.fsencode(PY) + b' see.py'), libc.system(b'exit 3'))")

# --- through other programs
child("shell", "run(PY + ' see.py \"a b\" $((1 + 1))', shell=True); run('exec ' + PY + ' see.py', shell=True); print(os.system(PY + ' -c \"raise SystemExit(3)\"'), flush=True); print(os.popen(PY + ' see.py').read())")
child("shell_pipeline", "run(f'{PY} -c \"print(1)\" | {PY} -c \"print(input() + str(2))\" | cat; echo $?', shell=True); run(f'{PY} -c \"while True: print(1)\" | head -n 1', shell=True)")
child("shell_variables", "run(f'A=1 PYTHONOPTIMIZE=1 {PY} see.py; unset PATH HOME; {PY} see.py', shell=True)")
child("shell_ulimit", "run(f'ulimit -n 9; ulimit -v 800000; exec {PY} see.py', shell=True)")
child("shell_exec_a", "run(['bash', '-c', f'exec -a \"odd name\" {PY} see.py'])")
child("shell_substitution", "run(f'x=$({PY} -c \"print(5)\"); echo \"<$x>\"; (exit $x); echo $?; {PY} - a <see.py', shell=True)")
child("shell_closes_descriptors", "run(f'{PY} see.py 0<&- 2>&- 7>&1', shell=True)")
child("shell_background", "run(f'{PY} -c \"raise SystemExit(4)\" & wait $!; echo $?; kill -9 $$', shell=True)")
child("shebang", "open('s', 'w').write('#!' + PY + '\\nimport see; see.show()'); os.chmod('s', 0o755); run(['./s', 'a', '']); run([os.path.abspath('s')]); run(['name'], executable='./s'); os.environ['PATH'] = os.getcwd(); run(['s', 'b'])")
child("shebang_with_options", "open('s', 'w').write('#!' + PY + ' -EsO\\nimport see; see.show()'); os.chmod('s', 0o755); run(['./s'])")
child("shebang_env", "open('s', 'w').write('#!/usr/bin/env ' + os.path.basename(PY) + '\\nimport see; see.show()'); os.chmod('s', 0o755); os.environ['PATH'] = os.path.dirname(PY) + ':/usr/bin:/bin'; run(['./s', 'x'])")
child("shebang_env_S", "open('s', 'w').write('#!/usr/bin/env -S ' + PY + ' -O -X dev\\nimport see; see.show()'); os.chmod('s', 0o755); run(['./s', 'x'])")
child("shebang_relative", "os.symlink(PY, 'py'); open('s', 'w').write('#!./py\\nimport see; see.show()'); os.chmod('s', 0o755); run(['./s', 'x'])")
child("shebang_of_a_shebang", "open('a', 'w').write('#!' + PY + '\\nimport see; see.show()'); open('b', 'w').write('#!./a\\n'); os.chmod('a', 0o755); os.chmod('b', 0o755); run(['./b', 'x'])")
child("starters", "for words in (['env'], ['env', '-i'], ['env', '-u', 'HOME', 'B=1'], ['nice', '-n', '4'], ['setsid', '-w'], ['timeout', '50'], ['nohup'], ['xargs', '-n', '9']): run([*words, PY, 'see.py'])")
child("timeout_kills", "run(['timeout', '-s', 'KILL', '1', PY, '-c', 'import time; time.sleep(60)'])")
child("double_exec_in_shell", "run(['sh', '-c', 'exec \"$@\"', 'sh', 'sh', '-c', 'exec \"$0\" \"$@\"', PY, 'see.py', 'x'])")

# --- how they end
ENDS = {"zero": "", "status": "raise SystemExit(77)", "text": "raise SystemExit('words')", "status_300": "raise SystemExit(300)", "error": "1/0", "syntax": "x = = 1", "os_exit": "import os; print('lost'); os._exit(8)", "abort": "import os; os.abort()", "segfault": "import ctypes; ctypes.string_at(0)", "sigterm": "import os; os.kill(os.getpid(), 15)", "sigkill": "import os; os.kill(os.getpid(), 9)", "interrupt": "import os; os.kill(os.getpid(), 2)", "sigrtmin": "import os; os.kill(os.getpid(), 34)", "thread_daemon": "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", "recursion": "def f(): f()\nf()", "full": "import sys\nsys.stdout = open('/dev/full', 'w'); print(1)"}
child("ends", f"for name, text in {ENDS!r}.items(): print(name); run([PY, '-c', text])", limits={resource.RLIMIT_CORE: 0})
child("end_of_posix_spawned", f"for name, text in {ENDS!r}.items(): print(name, os.waitpid(os.posix_spawn(PY, [PY, '-c', text], os.environ), 0)[1], flush=True)", limits={resource.RLIMIT_CORE: 0})
child("interrupted", "p = subprocess.Popen([PY, '-c', 'import signal, time\\nsignal.pthread_sigmask(signal.SIG_BLOCK, {2}); print(1, flush=True)\\nwhile 2 not in signal.sigpending(): time.sleep(0.01)\\nsignal.pthread_sigmask(signal.SIG_UNBLOCK, {2})'], stdout=-1, stderr=-1); p.stdout.readline(); p.send_signal(2); print(p.communicate(), p.returncode)")
child("signalled", "for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGHUP, signal.SIGUSR1, signal.SIGQUIT):\n    p = subprocess.Popen([PY, '-c', 'print(1, flush=True)\\nimport time\\ntime.sleep(60)'], stdout=-1, stderr=-1); p.stdout.readline(); p.send_signal(number); print(p.communicate(), p.returncode)", limits={resource.RLIMIT_CORE: 0})
child("signalled_as_a_group", "p = subprocess.Popen([PY, '-c', 'import os, sys, time\\nif os.fork() == 0: os.write(1, b\"x\\\\n\"); time.sleep(60)\\nos.wait()'], stdout=-1, stderr=subprocess.DEVNULL, process_group=0); p.stdout.readline(); os.killpg(p.pid, signal.SIGTERM); print(p.communicate(), p.returncode)")
child("signal_handler_in_it", "p = subprocess.Popen([PY, '-c', 'import signal\\nseen = []\\nsignal.signal(signal.SIGTERM, lambda *a: seen.append(a[0])); print(1, flush=True)\\nwhile not seen: signal.pause()\\nprint(seen)'], stdout=-1); p.stdout.readline(); p.terminate(); print(p.communicate(), p.returncode)")
child("stopped_and_continued", "p = subprocess.Popen([PY, '-c', 'import os, signal; os.kill(os.getpid(), signal.SIGSTOP); print(1)']); print(os.WIFSTOPPED(os.waitpid(p.pid, os.WUNTRACED)[1]), flush=True); p.send_signal(signal.SIGCONT); print(p.wait())")
child("timeout_expired", "p = subprocess.Popen([PY, '-c', 'import time; print(1, flush=True); time.sleep(60)'], stdout=-1); p.stdout.readline()\ntry: p.wait(0.01)\nexcept subprocess.TimeoutExpired as e: print(e.timeout)\np.kill(); print(p.communicate(), p.returncode)")
child("sigchld_seen", "seen = []\nsignal.signal(signal.SIGCHLD, lambda *a: seen.append(1))\nfor _ in range(3): run([PY, '-c', ''])\nprint(len(seen))")
child("sigchld_ignored", "signal.signal(signal.SIGCHLD, signal.SIG_IGN); p = subprocess.Popen([PY, '-c', 'print(1)']); print(p.wait())")
child("wait4_and_times", "pid = os.posix_spawn(PY, [PY, '-c', 'sum(range(1000000))'], {}); p, status, usage = os.wait4(pid, 0); print(p == pid, status, usage.ru_utime >= 0, usage.ru_maxrss > 1000); print(os.times().children_user >= 0)")
child("waitid_and_pidfd", "pid = os.posix_spawn(PY, [PY, '-c', 'raise SystemExit(9)'], {}); fd = os.pidfd_open(pid); i = os.waitid(os.P_PIDFD, fd, os.WEXITED); print(i.si_status, i.si_code, i.si_pid == pid)")
child("parent_seen", "p = subprocess.run([PY, '-c', 'import os; print(os.getppid())'], capture_output=True); print(int(p.stdout) == os.getpid())")
child("death_signal", "run([PY, '-c', 'import ctypes; x = ctypes.c_int(); ctypes.CDLL(None).prctl(2, ctypes.byref(x)); print(x.value)'])")
child("children_of_it_afterwards", "run([PY, 'see.py']); print(os.listdir('/proc/self/fd'), len(os.listdir('/proc/self/task')), open(f'/proc/self/task/{os.getpid()}/children').read())\ntry: os.wait()\nexcept OSError as e: print(e)")

# --- talking to them, many of them, and those that stay
child("dialogue", "p = subprocess.Popen([PY, '-u', '-c', 'while True: print(input() * 2)'], stdin=-1, stdout=-1, stderr=-1, text=True)\nfor i in range(20): print(i, file=p.stdin, flush=True); print(p.stdout.readline(), end='')\nprint(p.communicate(), p.returncode)")
child("large_streams", "p = subprocess.run([PY, '-c', 'import sys; d = sys.stdin.buffer.read(); sys.stdout.buffer.write(d[::-1]); sys.stderr.buffer.write(d)'], input=bytes(range(256)) * 4000, capture_output=True); print(len(p.stdout), p.stdout[:9], len(p.stderr))")
child("pipeline", "a = subprocess.Popen([PY, '-c', 'for i in range(1000): print(i)'], stdout=-1); b = subprocess.Popen([PY, '-c', 'import sys; print(sum(map(int, sys.stdin)))'], stdin=a.stdout, stdout=-1); a.stdout.close(); print(b.communicate()[0], a.wait(), b.returncode)")
child("pipeline_broken", "a = subprocess.Popen([PY, '-c', 'while True: print(1)'], stdout=-1, stderr=-1); a.stdout.readline(); a.stdout.close(); print(a.stderr.read(), a.wait())")
child("shares_stdin", "print(os.read(0, 2), flush=True); subprocess.run([PY, '-c', 'import os; print(os.read(0, 2))']); print(os.read(0, 9), flush=True)", stdin=b"abcdef")
child("shares_an_open_file", "f = open('log', 'a', buffering=1)\nf.write('a\\n'); subprocess.run([PY, '-c', 'print(1)'], stdout=f); f.write('b\\n')")
child("file_lock", "import fcntl\nf = open('lock', 'w'); fcntl.flock(f, fcntl.LOCK_EX); run([PY, '-c', 'import fcntl\\ntry: fcntl.flock(open(\"lock\"), fcntl.LOCK_EX | fcntl.LOCK_NB)\\nexcept OSError as e: print(e)'])")
child("two_hundred", "s = 0\nfor i in range(0, 200, 4):\n    ps = [subprocess.Popen([PY, '-ISc', f'raise SystemExit({i + j} % 100)']) for j in range(4)]; s += sum(p.wait() for p in ps)\nprint(s)", slow=True)
child("outlives", "r, w = os.pipe(); subprocess.Popen([PY, '-c', f'import os; os.read({r}, 1); print(\"late\")'], pass_fds=(r,)); os.close(r); print('early', flush=True)")
child("outlives_detached", "r, w = os.pipe(); subprocess.Popen([PY, '-c', f'import os; os.read({r}, 1); print(\"late\", os.getsid(0) == os.getpid())'], pass_fds=(r,), start_new_session=True); print('early', flush=True); os._exit(4)")
child("daemon", "r, w = os.pipe()\nif os.fork() == 0:\n    os.setsid()\n    if os.fork(): os._exit(0)\n    os.dup2(w, 1); os.chdir('/'); os.execv(PY, [PY, os.path.join(sys.path[0], 'see.py')])\nos.wait(); os.close(w)\nd = b''\nwhile c := os.read(r, 4096): d += c\nprint(d.decode())")
child("grandchildren", "run([PY, '-c', 'import subprocess, sys; print(sys.orig_argv, flush=True); sys.exit(subprocess.call([sys.executable, \"-c\", \"import subprocess, sys; print(sys.orig_argv, flush=True); sys.exit(subprocess.call([sys.executable, \\'see.py\\']) + 2)\"]) + 1)'])")
child("grandchild_outlives_child", "r, w = os.pipe(); run([PY, '-c', 'import subprocess, sys; subprocess.Popen([sys.executable, \"-c\", f\"import os; os.write({sys.argv[1]}, b\\'late\\')\"], pass_fds=(int(sys.argv[1]),), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); print(1)', str(w)], pass_fds=(w,)); os.close(w); print(os.read(r, 9))")
child("children_in_atexit_and_del", "import atexit\natexit.register(lambda: run([PY, '-c', 'print(\"atexit\")']))\nclass D:\n    def __del__(self): subprocess.run([PY, '-c', 'print(\"del\")'])\nd = D(); del d; print('end', flush=True)")
child("children_in_signal_handler", "signal.signal(signal.SIGUSR1, lambda *a: run([PY, '-c', 'print(1)'])); os.kill(os.getpid(), signal.SIGUSR1); print('end')")
child("while_it_traces_itself", "log = []\nsys.settrace(lambda f, e, a: log.append(e)); run([PY, '-c', 'import sys; print(sys.gettrace())']); sys.settrace(None); print(len(log) > 0)")
child("in_a_pseudo_terminal", "import pty\ndef read(fd):\n    d = os.read(fd, 4096); return d\nprint(pty.spawn([PY, '-c', 'import sys; print(sys.stdin.isatty(), sys.stdout.isatty())'], read))")
child("asyncio", "import asyncio\nasync def main():\n    ps = [await asyncio.create_subprocess_exec(PY, 'see.py', stdin=-3, stdout=-1) for _ in range(3)]\n    for p in ps: print((await p.communicate())[0].decode(), p.returncode)\n    p = await asyncio.create_subprocess_shell(f'{PY} -c \"raise SystemExit(3)\"'); print(await p.wait())\nasyncio.run(main())")

# --- multiprocessing: what its processes see
WORKER = "import multiprocessing as m, os, signal, sys\nimport see\ndef w(q): q.put({k: ascii(v) for k, v in {**see.process(), **see.interpreter()}.items()})\nif __name__ == '__main__':\n    c = m.get_context(sys.argv[1]); q = c.SimpleQueue(); p = c.Process(target=w, args=(q,)); p.start(); r = q.get(); p.join(); print(p.exitcode)\n    for k, v in r.items(): print(k, v)\n"
for _method in ("fork", "spawn", "forkserver"):
    line("child_multiprocessing_" + _method, "script.py", _method, files={**SEE, "script.py": WORKER})
    line("child_multiprocessing_ends_" + _method, "script.py", _method, files={**SEE, "script.py": "import multiprocessing as m, os, sys\ndef w(e): exec(e)\nif __name__ == '__main__':\n    c = m.get_context(sys.argv[1])\n    for e in ('1', 'import sys; sys.exit(3)', 'import os; os._exit(4)', 'import os; os.kill(os.getpid(), 15)', '1/0'):\n        p = c.Process(target=w, args=(e,), name='P'); p.start(); p.join(); print(p.exitcode, flush=True)\n"})
line("child_multiprocessing_options", "script.py", "spawn", files={**SEE, "script.py": WORKER}, options=("-O -s", "-X dev", "-W ignore"))
child("multiprocessing_executable", "import multiprocessing as m\nif __name__ == '__main__':\n    os.symlink(PY, 'py'); m.set_executable(os.path.abspath('py')); c = m.get_context('spawn'); p = c.Process(target=print, args=(1,)); p.start(); p.join(); print(p.exitcode)")
child("multiprocessing_tracker", "import multiprocessing.shared_memory as s\nm = s.SharedMemory(create=True, size=10); m.buf[0] = 7\nrun([PY, '-c', 'import multiprocessing.shared_memory as s, sys; m = s.SharedMemory(name=sys.argv[1]); print(m.buf[0]); m.close()', m.name]); m.close()\ntry: m.unlink()\nexcept FileNotFoundError as e: print('gone')\nprint(os.listdir('/proc/self/fd'))")

# --- environments and other versions
CHILD_OF_OTHER = "run([sys.argv[1], 'see.py', 'x']); run(['name', 'see.py'], executable=sys.argv[1]); os.execv(sys.argv[1], [sys.argv[1], 'see.py'])"
child("venv_from_system", CHILD_OF_OTHER, VENV + "/bin/python")
child("venv_from_itself", "run([PY, 'see.py']); run([sys._base_executable, 'see.py']); os.execv(PY, [PY, 'see.py'])", venv="option")
child("venv_starts_the_system", CHILD_OF_OTHER, PYTHON, venv="option")
child("venv_activated", "os.environ['VIRTUAL_ENV'] = sys.argv[1]; os.environ['PATH'] = sys.argv[1] + '/bin:/usr/bin:/bin'; run(['python', 'see.py']); run(['python3', 'see.py']); run('python see.py', shell=True)", VENV)
child("venv_multiprocessing", "import multiprocessing as m\nif __name__ == '__main__':\n    c = m.get_context('spawn'); p = c.Process(target=print, args=(sys.prefix,)); p.start(); p.join(); print(p.exitcode)", venv="option")
child("venv_made_by_it", "run([PY, '-m', 'venv', '--without-pip', 'new']); run(['new/bin/python', 'see.py']); run([os.path.abspath('new/bin/python'), '-m', 'see'])")
for _other in OTHERS:
    child("other_version_" + pathlib.Path(_other).name, CHILD_OF_OTHER, _other, needs=_other)
