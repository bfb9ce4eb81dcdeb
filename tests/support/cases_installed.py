"""Cases of side_by_side.py: more options and variables; virtual environments, user site, .pth files; zip applications."""

import os

from harness import PYTHON, VERSION, Link
from side_by_side import code, line

SERIES = f"python{VERSION[0]}.{VERSION[1]}"
SITE = f"lib/{SERIES}/site-packages"
SEE = "import site, sys; print(sys.prefix, sys.base_prefix, sys.exec_prefix, sys.executable, sys._base_executable, sys.path, sys.flags, site.ENABLE_USER_SITE, site.USER_SITE, site.USER_BASE, sys.orig_argv, sys.argv)\n"

# --- -i and what is typed then
TYPED = b"x\nprint(x + 1)\n1/0\ndef f():\n  return 3\n\nf()\nexit(3)\n"
code("interactive_script", "x = 5", options=("-i",), stdin=TYPED)
code("interactive_script_quiet", "x = 5", options=("-q -i",), stdin=TYPED)
line("interactive_command", "-c", "x = 6; print(x)", options=("-i",), stdin=TYPED)
line("interactive_module", "-m", "mod", options=("-i",), stdin=TYPED, files={"mod.py": "x = 7"})
line("interactive_directory", "app", options=("-i",), stdin=TYPED, files={"app/__main__.py": "x = 8"})
code("interactive_after_error", "x = 1\ndef f(): 1/0\nf()", options=("-i",), stdin=b"print(x)\nimport sys\nprint(sys.last_type)\nsys.exit(4)\n")
code("interactive_after_exit", "import sys; x = 1; sys.exit(9)", options=("-i",), stdin=b"print(x)\n")
code("interactive_end_of_input", "import atexit; x = 1; atexit.register(print, 'atexit')", options=("-i",), stdin=b"print(x)")
code("interactive_os_exit", "x = 1", options=("-i",), stdin=b"import os\nos._exit(5)\n")
code("interactive_killed", "x = 1", options=("-i",), stdin=b"import os\nos.kill(os.getpid(), 15)\n")
code("interactive_by_variable", "x = 2", env={"PYTHONINSPECT": "1"}, stdin=TYPED)
code("interactive_asked_for_at_run_time", "import os; x = 3; os.environ['PYTHONINSPECT'] = '1'", stdin=TYPED)
code("interactive_startup", "x = 3", options=("-i",), env={"PYTHONSTARTUP": "start.py"}, files={"start.py": "print('started')\n1/0"}, stdin=b"x\n")
code("interactive_isolated", "x = 3", options=("-I -i",), env={"PYTHONSTARTUP": "start.py"}, files={"start.py": "print('never')"}, stdin=b"x\n")
code("interactive_unicode_and_syntax_errors", "x = 'é'", options=("-i",), stdin="x\nprint('ñ')\nx = = 1\nif x:\n  1\n\n(\n".encode())
code("interactive_hooks", "import sys; sys.displayhook = lambda v: print('<', v, '>'); sys.ps1 = '? '; sys.excepthook = lambda *a: print('hook', a[0].__name__)", options=("-i",), stdin=b"1\n1/0\n")

# --- further options
for _option in ("-b -O", "-OO -d", "-sSEB", "-uB", "-W default -W error::DeprecationWarning", "-W once::ImportWarning:near", "-X utf8 -X dev", "-X tracemalloc", "-X faulthandler=0", "-X frozen_modules=on", "-X importtime=no" if VERSION >= (3, 14) else "-X other", "-X cpu_count=1", "-X perf=0", "-X int_max_str_digits=0"):
    code("options" + "".join(c if c.isalnum() else "_" for c in _option), SEE + "import near", options=(_option,), files={"near.py": "import warnings; warnings.warn('near', DeprecationWarning); warnings.warn('i', ImportWarning)"})
for _option in ("-X int_max_str_digits=5", "-X tracemalloc=-1", "-W nonsense", "-X utf8=2", "-Z", "--nonsense", "-X"):
    code("options_wrong" + "".join(c if c.isalnum() else "_" for c in _option), "print(1)", options=(_option,), apart=() if _option not in ("-Z", "--nonsense", "-X") else ("none", "timer", "profile", "line", "alloc"))
code("options_bytes_warning", "print({b'a': 1, 'a': 2}, b'a' == 'a')", options=("-b",))
code("options_assertions_and_docstrings", "'doc'\ndef f():\n    'doc of f'\n    assert 0\nprint(__doc__, f.__doc__, f(), __debug__)", options=("-OO",))
code("options_no_bytecode", "import near, sys; print(sys.dont_write_bytecode)", options=("-B",), files={"near.py": ""})
code("options_optimized_bytecode", "import near, os; print(sorted(os.listdir('__pycache__')))", options=("-O",), files={"near.py": ""})
code("options_path_is_safe", "import sys\ntry: import near\nexcept ImportError as e: print(e)\nprint(sys.path[0])", options=("-P",), files={"near.py": ""})
code("options_no_site_then_site", "import sys\nn = len(sys.path)\nimport site; site.main(); print(len(sys.path) > n)", options=("-S",))
code("options_unbuffered_binary", "import sys; sys.stdout.buffer.write(b'a'); sys.stdout.write('b'); sys.stdout.buffer.write(b'c'); sys.stderr.write('d')", options=("-u",))

# --- further variables
for _name, _value in {"PYTHONVERBOSE": "", "PYTHONDEBUG": "1", "PYTHONCASEOK": "1", "PYTHONASYNCIODEBUG": "1", "PYTHONPLATLIBDIR": "lib64", "PYTHONWARNDEFAULTENCODING": "1", "PYTHONINSPECT": "", "PYTHON_FROZEN_MODULES": "off", "PYTHON_COLORS": "1", "PYTHON_CPU_COUNT": "3", "PYTHON_BASIC_REPL": "1", "PYTHONMALLOC": "malloc", "PYTHONOPTIMIZE": "x", "PYTHONUNBUFFERED": "", "PYTHONHASHSEED": "0", "PYTHONNODEBUGRANGES": "", "PYTHONPERFSUPPORT": "0", "PYTHONCOERCECLOCALE": "warn", "NO_COLOR": "1", "FORCE_COLOR": "1", "TERM": "dumb", "TZ": "America/Sao_Paulo", "COLUMNS": "30", "TMPDIR": ".", "LD_BIND_NOW": "1", "MALLOC_ARENA_MAX": "1", "LC_NUMERIC": "C", "LANGUAGE": "de"}.items():
    code(f"variables_{_name}_{_value}".strip("_").replace("/", "_").replace(".", "_"), SEE + "import asyncio, os, tempfile, time; print(os.cpu_count(), asyncio.new_event_loop().get_debug(), time.tzname, tempfile.gettempdir(), os.environ.get('LC_CTYPE'))\ndef f(): 1 / 0\nf()", env={_name: _value})
code("variables_malloc_kinds", "print('on')", env={"PYTHONMALLOC": "nonsense"})
code("variables_pymalloc_debug", "x = [bytes(i) for i in range(1000)]; print(len(x))", env={"PYTHONMALLOC": "pymalloc_debug"})
code("variables_utf8_off_in_C", "import sys; print(sys.flags.utf8_mode, sys.stdout.encoding, ascii('é'), sys.argv)", "é", env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
code("variables_posix_locale", "import sys, locale; print(sys.flags.utf8_mode, sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), locale.getpreferredencoding())\nopen('é', 'w').write('ü')", env={"LC_ALL": "POSIX"})
code("variables_missing_locale", "import locale, sys; print(sys.stdout.encoding, locale.setlocale(locale.LC_CTYPE, None))\ntry: locale.setlocale(locale.LC_ALL, '')\nexcept locale.Error as e: print(e)", env={"LC_ALL": "xx_XX.UTF-8"})
code("variables_locale_latin", "import sys; print(sys.stdout.encoding); print('\\xe9')", env={"LC_ALL": "en_US.ISO-8859-1", "PYTHONUTF8": "0"})
code("variables_all_gone", SEE, env={name: None for name in os.environ})
code("variables_changed_by_program", "import os, time; os.environ['TZ'] = 'Asia/Tokyo'; time.tzset(); print(time.tzname, time.localtime(0).tm_hour); os.environ['PYTHONPATH'] = 'x'; os.unsetenv('HOME'); print(os.path.expanduser('~') != '')\nimport subprocess; print(subprocess.run(['env'], capture_output=True).stdout.count(b'PYTHONPATH=x'))")

# --- site, user site, .pth files
USER = {f"user/{SITE}/lib.py": "print('lib', __name__)\n", f"user/{SITE}/a.pth": "more\n# comment\n/nowhere\nimport sys; sys.from_pth = 1\n", f"user/{SITE}/more/deep.py": "print('deep')\n"}
code("site_of_the_user", SEE + "import lib, deep; print(sys.from_pth)", env={"PYTHONUSERBASE": "user"}, files=USER)
code("site_of_the_user_off", SEE + "try: import lib\nexcept ImportError as e: print(e)", env={"PYTHONUSERBASE": "user"}, files=USER, options=("-s",))
code("site_of_the_user_customized", SEE + "print(sys.custom)", env={"PYTHONUSERBASE": "user"}, files={f"user/{SITE}/usercustomize.py": "import sys; sys.custom = sys.argv, sys.gettrace()\nprint('customized')"})
code("site_customized", SEE + "print(sys.custom)", env={"PYTHONPATH": "lib"}, files={"lib/sitecustomize.py": "import sys; sys.custom = getattr(sys, 'argv', None), sys.gettrace()\nprint('customized', sys._getframe().f_back is not None)"})
code("site_customized_failing", "print('on')", env={"PYTHONPATH": "lib"}, files={"lib/sitecustomize.py": "import sys\nsys.stderr.write('failing\\n')\n1/0"})
code("site_customized_exits", "print('never')", env={"PYTHONPATH": "lib"}, files={"lib/sitecustomize.py": "import os; os.write(1, b'early'); os._exit(6)"})
code("site_customized_sets_a_tracer", "import sys; print(sys.gettrace() is not None); sys.settrace(None)", env={"PYTHONPATH": "lib"}, files={"lib/sitecustomize.py": "import sys\ndef t(f, e, a): return None\nsys.settrace(t)\n"})
code("site_customized_starts_a_thread", "import threading; go.set(); t.join(); print('end')", env={"PYTHONPATH": "lib"}, files={"lib/sitecustomize.py": "import builtins, threading\nbuiltins.go = threading.Event()\nbuiltins.t = threading.Thread(target=lambda: (go.wait(), print('thread'))); t.start()\n"})
code("site_customized_forks", "print('program', flush=True)", env={"PYTHONPATH": "lib"}, files={"lib/sitecustomize.py": "import os\np = os.fork()\nif p == 0: os._exit(0)\nos.waitpid(p, 0)\n"})
code("site_pth_failing", "print('on')", env={"PYTHONUSERBASE": "user"}, files={f"user/{SITE}/bad.pth": "import no_such_module\nnever\n"})
code("site_added_by_program", "import site, sys; site.addsitedir('d'); print(sys.path[-2:], sys.x); import inside", files={"d/x.pth": "more\nimport sys; sys.x = 4\n", "d/more/inside.py": "print('inside')"})

# --- virtual environments
ENVIRONMENT = {"env/bin/python": Link(PYTHON), f"env/{SITE}/lib.py": "print('lib of env')\n", f"env/{SITE}/x.pth": "extra\nimport sys; sys.from_pth = sys.prefix\n", f"env/{SITE}/extra/other.py": "print('other')\n"}
for _system in ("false", "true"):
    _files = {**ENVIRONMENT, "env/pyvenv.cfg": f"home = {os.path.dirname(PYTHON)}\ninclude-system-site-packages = {_system}\nversion = {VERSION[0]}.{VERSION[1]}\n"}
    code("venv_by_hand_" + _system, SEE + "import lib, other; print(sys.from_pth)\nimport multiprocessing, subprocess; print(subprocess.run([sys.executable, '-c', 'import lib, sys; print(sys.prefix)'], capture_output=True))", python="env/bin/python", files=_files)
    code("venv_by_hand_user_site_" + _system, SEE, python="env/bin/python", files={**_files, **USER}, env={"PYTHONUSERBASE": "user"})
for _how in ("option", "variable"):
    code("venv_system_" + _how, SEE + "import subprocess; print(subprocess.run([sys.executable, '-c', 'import sys; print(sys.prefix, sys.path)'], capture_output=True))", venv=_how, venv_options=("--system-site-packages",))
    code("venv_copies_" + _how, SEE, venv=_how, venv_options=("--copies",))
code("venv_with_options", SEE, venv="option", options=("-I", "-O -X dev"))
code("venv_without_site", SEE, venv="option", options=("-S",))
code("venv_with_pythonpath_and_home", SEE, venv="option", env={"PYTHONPATH": "x", "PYTHONNOUSERSITE": "1"})
code("venv_in_which_pip_is_missing", "import runpy, sys\nsys.argv = ['pip']\ntry: runpy.run_module('pip', run_name='__main__')\nexcept ImportError as e: print(e)", venv="option")
code("venv_moved_home", "print(1)", python="env/bin/python", files={**ENVIRONMENT, "env/pyvenv.cfg": f"home = {os.path.dirname(PYTHON)}\n"}, options=("-E",))
line("venv_module_of_it", "-m", "lib", python="env/bin/python", files={**ENVIRONMENT, "env/pyvenv.cfg": f"home = {os.path.dirname(PYTHON)}\n"})

# --- zip applications
MAKE = "import subprocess, sys\nr = subprocess.run([sys.executable, '-m', 'zipapp', 'app', '-o', 'app.pyz', '-p', sys.executable, *sys.argv[1:]], capture_output=True); print(r)\nprint(subprocess.run([sys.executable, 'app.pyz', 'a'], capture_output=True), subprocess.run(['./app.pyz', 'b'], capture_output=True))\nimport os; os.remove('app.pyz')"
code("zipapp_made_and_run", MAKE, files={"app/__main__.py": SEE + "import pkg.mod\n", "app/pkg/__init__.py": "", "app/pkg/mod.py": "import pkgutil\nprint(pkgutil.get_data('pkg', 'data.txt'), __file__)", "app/pkg/data.txt": "data"})
code("zipapp_compressed_with_main", MAKE, "-c", "-m", "pkg.mod:main", files={"app/pkg/__init__.py": "", "app/pkg/mod.py": "def main():\n    print('main', __name__, __file__)\n    1/0\n"})
line("zipapp_module_missing", "-m", "zipapp", "nowhere")
