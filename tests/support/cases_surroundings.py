"""Cases of side_by_side.py: odd surroundings, and tools of the library that run other programs."""

import resource

from harness import Link
from side_by_side import code, line

# --- little room
for _megabytes in (50, 100, 200):
    code(f"room_address_space_{_megabytes}", "x = list(range(100000)); print(len(x))", limits={resource.RLIMIT_AS: _megabytes << 20},
         unsanitized="the shadow memory takes terabytes of address space")
code("room_no_file_may_grow", "try:\n    open('x', 'w').write('a')\nexcept OSError as e: print(e)\nprint('on')", limits={resource.RLIMIT_FSIZE: 0})
code("room_data_limit", "print(len(list(range(1000))))", limits={resource.RLIMIT_DATA: 64 << 20},
     unsanitized="the shadow memory is data")
code("room_no_locked_memory", "print(1)", limits={resource.RLIMIT_MEMLOCK: 0})
code("room_small_stack", "def f(n): return n and f(n - 1)\nf(900); print('deep')", limits={resource.RLIMIT_STACK: 1 << 20})
for _descriptors in (5, 8):
    code(f"room_descriptors_{_descriptors}", "print(open('/dev/null').fileno())", limits={resource.RLIMIT_NOFILE: _descriptors})

# --- odd places
code("place_directory_gone", "import os, sys\nos.mkdir('d'); os.chdir('d'); os.rmdir('../d')\nprint(1, flush=True)\nos.execv(sys.executable, [sys.executable, '-c', 'print(2)'])")
code("place_changed_directory", "import os\nos.chdir('/'); import near; print(near.__file__ != '')\ndef f(): 1/0\nf()", files={"near.py": "def g(): pass\ng()\n"})
code("place_script_replaced_while_running", "import os\nos.rename('new.py', __file__)\ndef f():\n    1/0\nf()", files={"new.py": "# other\n" * 10})
code("place_script_deleted_while_running", "import os\nos.remove(__file__)\ndef f():\n    1/0\nf()")
line("place_script_by_link", "link/p.py", files={"real/near.py": "print(__file__)", "real/p.py": "import near, sys; print(sys.path[0], __file__)", "link": Link("real")})
line("place_script_is_a_link", "p.py", files={"real/near.py": "print(__file__)", "real/p.py": "import near, sys; print(sys.path[0], __file__)", "p.py": Link("real/p.py")})
line("place_dev_stdin", "/dev/stdin", "a", stdin=b"import sys; print(sys.argv, __file__)")
line("place_dev_null", "/dev/null")
line("place_directory_with_dot_name", "./", files={"__main__.py": "import sys; print(sys.argv, sys.path[0])"})
line("place_tilde_is_no_home", "~/x.py")
line("place_absolute_missing", "/nowhere/x.py")
line("place_not_a_file", "/proc/self/root/nowhere")

# --- tools that run a program
PROGRAM = {"prog.py": "import sys\ndef f(x):\n    return x * 2\nprint(f(2), sys.argv, __name__)\n"}
TESTS = {"test_a.py": "import unittest\nclass T(unittest.TestCase):\n    def test_ok(self): pass\n    @unittest.skip('no')\n    def test_skip(self): pass\n    def test_bad(self): 1/0\n"}
line("tool_pdb", "-m", "pdb", "prog.py", "a", files=PROGRAM, stdin=b"b 3\nc\np x\nc\nq\n")
line("tool_trace", "-m", "trace", "--trace", "--ignore-dir=/usr", "prog.py", "a", files=PROGRAM)
line("tool_trace_count", "-m", "trace", "--count", "-C", "cover", "prog.py", "a", files=PROGRAM)
line("tool_unittest_discover", "-c", "import unittest, io; r = unittest.main(module=None, argv=['x', 'discover'], exit=False, testRunner=unittest.TextTestRunner(io.StringIO())).result; print(r)", files=TESTS)
line("tool_doctest", "-m", "doctest", "prog.py", files={"prog.py": "def f(x):\n    '''\n    >>> f(1)\n    3\n    '''\n    return x\n"})
line("tool_runpy", "-c", "import runpy; print(sorted(runpy.run_path('prog.py', run_name='x'))); runpy.run_module('prog', run_name='__main__', alter_sys=True)", files=PROGRAM)
line("tool_compileall", "-m", "compileall", "-q", ".", files=PROGRAM)
line("tool_ast", "-m", "ast", "prog.py", files=PROGRAM)
line("tool_dis", "-m", "dis", "prog.py", files=PROGRAM)
line("tool_tokenize", "-m", "tokenize", "prog.py", files=PROGRAM)
line("tool_inspect", "-m", "inspect", "--details", "json")
line("tool_platform", "-m", "platform")
line("tool_sysconfig", "-m", "sysconfig")
line("tool_site", "-m", "site")
line("tool_pydoc", "-m", "pydoc", "prog", files={"prog.py": "'doc of prog'\ndef f(): 'doc of f'\n"})
line("tool_venv", "-m", "venv", "--without-pip", "--symlinks", "new")
line("tool_code", "-m", "code", "-q", stdin=b"1 + 1\nimport sys\nsys.exit(3)\n")
line("tool_base64", "-m", "base64", "-e", stdin=b"abc")
line("tool_calendar", "-m", "calendar", "2024", "2")
line("tool_this", "-m", "this")
