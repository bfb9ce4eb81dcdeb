"""The command line: help, bad input (status 125 and one sentence), where options may stand.

What the options do is in test_run_options.py; `pyharness report` is in test_report.py.
"""

import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

SHOW = "import sys\nprint(sys.argv[1:])\n"


class Base(unittest.TestCase):
    def run_in(self, files, *words, **options):
        """`pyharness WORDS` in a directory with these files: the Result, and the names left there."""
        with harness.workspace(files) as root:
            result = harness.pyharness(*words, cwd=root, **options)
            return result, sorted(str(p.relative_to(root)) for p in root.rglob("*"))

    def refused(self, *words, files=None, says=()):
        files = {"script.py": "open('ran', 'w')\n", **(files or {})}
        result, left = self.run_in(files, *words)
        self.assertEqual((result.status, result.stdout), (harness.OWN_FAILURE, b""), result)
        lines = result.stderr.decode().splitlines()
        self.assertEqual(len(lines), 1, result.stderr)
        self.assertTrue(lines[0].startswith("pyharness: "), lines[0])
        for word in (says,) if isinstance(says, str) else says:
            self.assertIn(word, lines[0])
        self.assertEqual(left, sorted(files))


class Help(Base):
    def test_help(self):
        for words in (["--help"], ["-h"], ["run", "--help"], ["run", "--mode=line", "-h"], ["report", "--help"],
                      ["compare", "-h"], ["timeit", "-h"], ["snapshot", "-h"]):
            result, _ = self.run_in({}, *words)
            self.assertEqual((result.status, result.stderr), (0, b""), words)
            self.assertLessEqual(max(map(len, result.stdout.decode().splitlines())), 80, words)
            self.assertIn(b"pyharness run" if words[0].startswith("-") else f"Usage: pyharness {words[0]} ".encode(), result.stdout)
        self.assertIn(b"--python-option", self.run_in({}, "run", "--help")[0].stdout)

    def test_version(self):
        result, _ = self.run_in({}, "--version")
        self.assertRegex(result.stdout, rb"\Apyharness \d+\.\d+\.\d+\n\Z")

    def test_list(self):
        result, _ = self.run_in({}, "list", env={"PATH": os.path.dirname(harness.PYTHON)})
        self.assertEqual((result.status, result.stderr), (0, b""))
        for word in (b"timer", b"line", b"none", b"json", b"text", os.fsencode(harness.PYTHON)):
            self.assertIn(word, result.stdout)

    def test_help_into_a_full_device(self):
        with open("/dev/full", "wb") as full:
            self.assertEqual(harness.pyharness("--help", stdout=full).status, harness.OWN_FAILURE)

    def test_help_of_the_program_is_the_programs(self):
        result, _ = self.run_in({"script.py": SHOW}, "run", "-q", "script.py", "--help")
        self.assertEqual(result.stdout, b"['--help']\n")


class Refused(Base):
    def test_nothing_to_do(self):
        self.refused(says="pyharness --help")
        self.refused("run", says="nothing to run")
        self.refused("run", "--mode=line", says="nothing to run")
        self.refused("run", "-m", says="module")
        self.refused("run", "-c", says="code")

    def test_commands(self):
        self.refused("rum", "script.py", says="run")
        self.refused("script.py", says="pyharness run script.py")
        self.refused("list", "x")

    def test_modes(self):
        self.refused("run", "--mode=lime", "script.py", says=("lime", "line"))
        self.refused("run", "--mode=timer,lnie", "script.py", says=("lnie", "line"))
        self.refused("run", "script.py", "--mode=tiner", says="timer")
        self.refused("run", "--mode=none,line", "script.py", says="none")
        self.refused("run", "--mode=line", "--mode=none", "script.py", says="none")
        self.refused("run", "--mode=", "script.py")
        self.refused("run", "--mode", says="--mode")
        self.refused("run", "--mode=\x1b[31m\n", "script.py")

    def test_options(self):
        self.refused("run", "--outptu", "x", "script.py", says=("--outptu", "--output"))
        self.refused("run", "-z", "script.py", says="-z")
        self.refused("run", "--quiet=5x", "script.py")
        for value in ("0", "-1", "x", "1.5", "99999999999999999999", ""):
            self.refused("run", f"--repeat={value}", "script.py", says="repeat")
        self.refused("run", "script.py", "--repeat=no", says="repeat")
        self.refused("run", "--unit=years", "script.py")
        self.refused("run", "--python-option", "'unclosed", "script.py")

    def test_outputs(self):
        self.refused("run", "-o", "missing/out.json", "script.py", says="missing")
        self.refused("run", "-o", "json:.", "script.py")
        self.refused("run", "-o", "out.nonsense", "script.py", says=("out.nonsense", "json"))
        self.refused("run", "-o", "jsn:out", "script.py")
        self.refused("run", "-o", "json:", "script.py")
        self.refused("run", "-o", "", "script.py")
        self.refused("run", "-o", "/proc/version.json", "script.py", says="/proc/version.json")
        self.refused("run", "-o", "a.json", "-o", "json:a.json", "script.py", says="a.json")
        self.refused("run", "-o", "first.json", "-o", "missing/second.json", "script.py", says="missing")
        self.refused("run", "script.py", "--output=missing/x.json", says="missing")

    def test_interpreters(self):
        self.refused("run", "--python", "/nowhere/python", "script.py", says="/nowhere/python")
        self.refused("run", "--python", "no-such-python", "script.py", says="no-such-python")
        self.refused("run", "--python", "./script.py", "script.py", says="script.py")
        self.refused("run", "--python", ".", "script.py")

    def refused_script(self, text, says):
        """A file that is run as an interpreter."""
        with harness.workspace({"other": text}) as elsewhere:
            (elsewhere / "other").chmod(0o755)
            self.refused("run", "--python", elsewhere / "other", "script.py", says=says)

    def refused_python(self, *answers, says):
        """An interpreter that says so of itself: version, implementation, executable, library, headers, without a lock, for debugging."""
        self.refused_script("#!/bin/sh\nprintf '{}'\n".format("\\000".join(("pyharness", *answers, ""))), says)

    @harness.unless_sanitized("there is no host that loads a library")
    def test_interpreters_without_a_host(self):
        rest = ("/x/python", "/x/libpython.so", "/x/include")
        self.refused_python("3.10.4", "cpython", *rest, "0", "0", says=("other", "Python 3.10.4", "hosts for 3.11"))
        self.refused_python("3.19.0", "cpython", *rest, "0", "0", says=("Python 3.19.0", "-DPYHARNESS_PYTHON_HEADERS=/x/include"))
        self.refused_python("3.11.9", "pypy", *rest, "0", "0", says="pypy")
        self.refused_python("3.11.9", "cpython", "/x/python", "", "/x/include", "0", "0", says="--enable-shared")
        self.refused_python("3.11.9", "cpython", *rest, "1", "0", says="without the interpreter lock")
        self.refused_python("3.11.9", "cpython", *rest, "0", "1", says="built for debugging")

    def test_what_does_not_answer_as_an_interpreter(self):
        rest = ("/x/python", "/x/libpython.so", "/x/include")
        for answers in (("nonsense",), ("3.11.9", "cpython", *rest, "0", ""), ("3.11.9", "cpython", *rest, "0", "maybe"),
                        ("3.11.9", "cpython", *rest, "0"), ("3.11.9", "cpython", *rest, "0", "0", "0")):
            self.refused_python(*answers, says="no Python: it does not answer.")
        self.refused_script("#!/bin/sh\nexec cat /dev/zero\n", says="no Python: it does not answer.")
        self.refused_script("#!/bin/sh\nexec cat /dev/zero >&2\n", says="no Python: it says '\\x00")
        self.refused_script("no program", says="no Python: it cannot be started: Exec format error.")
        self.refused_script("#!/bin/sh\nprintf '\\n pyenv: python3.12: command \\033[31m not found\\nmore\\n' >&2\nexit 127\n",
                            says=r"no Python: it says 'pyenv: python3.12: command \x1b[31m not found'.")


class Placing(Base):
    def arguments(self, *words, stderr=b""):
        result, _ = self.run_in({"script.py": SHOW}, "run", *words)
        self.assertEqual((result.status, result.stderr), (0, stderr), result)
        return eval(result.stdout)

    def test_ours_after_the_script(self):
        self.assertEqual(self.arguments("script.py", "--quiet"), [])
        self.assertEqual(self.arguments("script.py", "--mode=line", "--quiet", "x", "--mode=line"), ["x", "--mode=line"])
        self.assertEqual(self.arguments("-q", "script.py", "--repeat=1", "--only=x", "--exclude=y", "--"), [])
        self.assertEqual(self.arguments("-q", "script.py", "--sort=time"), ["--sort=time"])
        self.assertEqual(self.arguments("-q", "script.py", "-q", "-o", "x"), ["-q", "-o", "x"])

    def test_separator(self):
        self.assertEqual(self.arguments("-q", "script.py", "--", "--mode=line"), ["--mode=line"])
        self.assertEqual(self.arguments("-q", "script.py", "--mode=none", "--", "--", "a"), ["--", "a"])
        self.assertEqual(self.arguments("-q", "script.py", "a", "--", "b"), ["a", "--", "b"])
        self.assertEqual(self.arguments("-q", "--", "script.py", "a"), ["a"])
        self.assertEqual(self.arguments("-q", "-c", SHOW, "--", "--mode=x"), ["--", "--mode=x"])

    def test_hint(self):
        for word in ("--mod=line", "--mode", "--modes=line", "--outptu=x.json", "--repaet=3"):
            result, _ = self.run_in({"script.py": SHOW}, "run", "-q", "script.py", word)
            self.assertEqual((result.status, eval(result.stdout)), (0, [word]))
            self.assertEqual(result.stderr.count(b"\n"), 1, (word, result.stderr))
            self.assertTrue(result.stderr.startswith(b"pyharness: "), result.stderr)
            self.assertIn(word.split("=")[0].encode(), result.stderr)
        self.arguments("-q", "script.py", "--verbose", "--mod=line")
        self.arguments("-q", "script.py", "--", "--mod=line")


if __name__ == "__main__":
    unittest.main()
