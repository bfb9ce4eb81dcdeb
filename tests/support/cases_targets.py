"""Cases of side_by_side.py: what is run, with which words, options and variables."""

import io
import zipfile

from side_by_side import code, line

ARGV = "import sys; print(sys.argv, sys.orig_argv, sys.path[0], __name__, __file__)"
WHO = "import sys; print(__name__, __spec__ and __spec__.name, sys.argv, sys.path[:2], globals().get('__file__'), __package__)"
STATE = "import sys; print(sys.flags, sys._xoptions, sys.warnoptions, sys.dont_write_bytecode, __debug__)\nassert 0, 'a'"
PACKAGE = {"pack/__init__.py": "print('init', __name__)", "pack/__main__.py": WHO, "pack/mod.py": WHO}


def archive(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zip_file:
        for name, text in files.items():
            zip_file.writestr(zipfile.ZipInfo(name.replace("__py", ".py")), text)
    return out.getvalue()


APP = archive(__main____py="import other\nother.f()\n" + WHO, other__py="def f():\n    print(__file__)\n")

# --- targets
code("script", WHO)
line("script_in_directory", "sub/../sub/prog.py", "a", files={"sub/prog.py": WHO + "\nimport near", "sub/near.py": "print(1)"})
line("script_without_suffix", "prog", files={"prog": WHO})
line("script_with_shebang_and_crlf", "p.py", files={"p.py": b"#!/usr/bin/env python3\r\n# coding: latin-1\r\nprint('\xe9')\r\n"})
line("script_with_bom", "p.py", files={"p.py": b"\xef\xbb\xbfprint('bom')\n1/0\n"})
line("script_with_space_and_accent", "./a é.py", files={"a é.py": WHO + "\n1/0"})
line("script_empty", "p.py", files={"p.py": ""})
line("script_compiled", "c.py", files={"c.py": "import py_compile, subprocess, sys\nopen('t.py','w').write('print(__file__)\\n1/0')\npy_compile.compile('t.py', 't.pyc')\nr = subprocess.run([sys.executable, 't.pyc'])\nprint(r.returncode)"})
line("script_missing", "missing.py", "a")
line("script_not_readable_as_text", "p.py", files={"p.py": b"print(1)\n\x00\xff"})
line("script_bad_coding", "p.py", files={"p.py": "# coding: nonsense\nprint(1)\n"})
line("script_syntax_error", "p.py", files={"p.py": "print(1)\nif x\n  y\n"})
line("script_indentation_error", "p.py", files={"p.py": "def f():\n\tx\n        y\n"})
line("script_syntax_error_in_import", "p.py", files={"p.py": "import bad", "bad.py": "x = (\n"})
line("module", "-m", "pack.mod", "x", "-m", files=PACKAGE)
line("module_package", "-m", "pack", "--mode=line", files=PACKAGE)
line("module_joined", "-mpack.mod", "-c", files=PACKAGE)
line("module_missing", "-m", "no.such.module")
line("module_without_main", "-m", "pack", files={"pack/__init__.py": ""})
line("module_failing_import", "-m", "pack.mod", files={"pack/__init__.py": "1/0", "pack/mod.py": ""})
line("module_of_library", "-m", "json.tool", "--compact", stdin=b'{"a": [1, 2]}')
line("module_timeit_help", "-m", "timeit", "-h")
line("module_that_is_ours", "-m", "mod", files={"mod.py": "import mod as m, __main__; print(m is __main__, m.__name__)"})
line("command", "-c", WHO, "a", "-b", "--mode=line")
line("command_joined", "-cprint(1); import sys; print(sys.argv)", "x")
line("command_several_lines", "-c", "import sys\nfor i in range(2):\n    print(i)\nraise SystemExit('bye')")
line("command_syntax_error", "-c", "print(1")
line("command_empty", "-c", "")
line("stdin_program", "-", "a", "b", stdin=(WHO + "\nprint(input())\n'the rest'\n").encode())
line("stdin_program_failing", "-", stdin=b"def f():\n    1/0\nf()\n")
line("stdin_program_syntax_error", "-", stdin=b"print(1)\nx = = 2\n")
line("stdin_program_empty", "-")
line("directory", "app", "x", files={"app/__main__.py": "import near\n" + WHO, "app/near.py": "print(__file__)"})
line("directory_here", ".", files={"__main__.py": WHO})
line("directory_without_main", "app", files={"app/other.py": ""})
line("zip", "app.pyz", "x", files={"app.pyz": APP})
line("zip_with_shebang", "app", files={"app": b"#!/usr/bin/python3\n" + APP})
line("zip_without_main", "app.zip", files={"app.zip": archive(other__py="")})
line("zip_failing", "app.zip", files={"app.zip": archive(__main____py="def f():\n    1/0\nf()")})

# --- words
code("words_none", ARGV)
code("words_odd", ARGV, "", "a b", "é", "\u2028", "-x", "--", "-", "=", "*", "'\"", "\\", "\n")
code("words_like_ours_behind_separator", ARGV, "--mode=line", "--quiet", "-o", "x", "--", "--output=y", separator=True)
code("words_separator_twice", ARGV, "--", "--", separator=True)
code("words_not_utf8", "import sys; print(ascii(sys.argv), ascii(sys.orig_argv))", b"\xff\xfe", b"a\x80")
code("words_long", "import sys; print(len(sys.argv[1]), len(sys.argv))", "x" * 100000, *map(str, range(500)))
code("words_command_line_in_proc", "print(open('/proc/self/cmdline').read().split('\\0'))", "a", "", "é")

# --- interpreter options
for _option in ("-O", "-OO", "-B", "-s", "-S", "-E", "-I", "-P", "-u", "-d", "-b", "-bb", "-q", "-x", "-W error", "-W ignore::UserWarning", "-X dev", "-X utf8", "-X utf8=0", "-X faulthandler", "-X tracemalloc=5", "-X int_max_str_digits=640", "-X no_debug_ranges", "-X showrefcount", "-X frozen_modules=off", "-X warn_default_encoding", "-X pycache_prefix=cache", "-X own=1", "-R"):
    code("option" + _option.translate(str.maketrans(" -=:", "____")), STATE, options=(_option,), files={"near.py": ""})
code("option_several", STATE, options=("-O -B", "-X dev", "-W error"))
code("option_u_writes_at_once", "import sys, os; print('a'); sys.stdout.write('b'); os._exit(0)", options=("-u",))
code("option_W_error_at_compile_time", "import warnings\ndef f():\n    '\\d'\n    warnings.warn('w')\nf()", options=("-W error",))
code("option_bb_comparison", "print(b'a' == 'a', str(b'x'))", options=("-bb",))
code("option_dev_reports_resources", "open('/dev/null')\nimport asyncio; print(asyncio.new_event_loop().get_debug())", options=("-X dev",))
code("option_S_path", "import sys; print(sys.path, 'site' in sys.modules, 'exit' in dir(__builtins__))", options=("-S",))
code("option_I_path", "import sys; print(sys.path); import near", options=("-I",), files={"near.py": ""})
line("option_check_hash", "script.py", files={"script.py": "import near", "near.py": ""}, options=("--check-hash-based-pycs always",))

# --- variables
for _name, _value in {"PYTHONOPTIMIZE": "2", "PYTHONUTF8": "1", "PYTHONWARNINGS": "error,ignore::UserWarning", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "PYTHONNOUSERSITE": "1", "PYTHONDEVMODE": "1", "PYTHONFAULTHANDLER": "1", "PYTHONTRACEMALLOC": "3", "PYTHONSAFEPATH": "1", "PYTHONINTMAXSTRDIGITS": "700", "PYTHONMALLOC": "debug", "PYTHONNODEBUGRANGES": "1"}.items():
    code("variable_" + _name, STATE, env={_name: _value})
code("variable_PYTHONHASHSEED", "print(hash('a'), list({'x', 'y', 'z', 'w'}))", env={"PYTHONHASHSEED": "7"})
code("variable_PYTHONHASHSEED_bad", "print(1)", env={"PYTHONHASHSEED": "x"})
code("variable_PYTHONPATH", "import sys, lib; print(sys.path)", env={"PYTHONPATH": "more:/nowhere"}, files={"more/lib.py": "print(__file__)"})
code("variable_PYTHONSTARTUP", "print(1)", env={"PYTHONSTARTUP": "start.py"}, files={"start.py": "print('never')"})
code("variable_PYTHONBREAKPOINT", "breakpoint(); print(1)", env={"PYTHONBREAKPOINT": "0"})
code("variable_PYTHONIOENCODING", "import sys; print('é', sys.stdout.encoding, sys.stdin.errors)", env={"PYTHONIOENCODING": "latin-1:replace"})
code("variable_PYTHONHOME_bad", "print(1)", env={"PYTHONHOME": "/nowhere"})
code("variable_PYTHONPYCACHEPREFIX", "import near", env={"PYTHONPYCACHEPREFIX": "cache"}, files={"near.py": ""})
code("variable_PYTHONEXECUTABLE", "import sys; print(sys.executable)", env={"PYTHONEXECUTABLE": "/x/python"})
code("variable_LC_ALL_C", "import sys, locale; print(sys.flags.utf8_mode, sys.getfilesystemencoding(), locale.getlocale()); print('\\xe9')", env={"LC_ALL": "C"})
code("variable_LC_ALL_C_strict", "import os, sys; print(sys.stdout.encoding, sys.stdout.errors, os.environ.get('LC_CTYPE')); print('\\xe9')", env={"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"})
code("variable_LANG_gone", "import os, sys, locale; print(sys.stdout.encoding, os.environ.get('LC_CTYPE'), locale.setlocale(locale.LC_CTYPE))", env={"LANG": None})
code("variable_PATH_gone", "import sys; print(sys.executable, sys.path)", env={"PATH": None})
code("variable_HOME_gone", "import site, sys; print(site.getusersitepackages(), sys.path)", env={"HOME": None})
