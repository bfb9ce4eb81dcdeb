"""Which interpreter runs the program, and how pyharness gets to know it."""

import os
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402
import side_by_side_plan as plan  # noqa: E402

SCRIPT = "import sys; print(sys.executable)\n"


class Interpreters(unittest.TestCase):
    def executable(self, root, *words, **env):
        result = harness.run([harness.PYHARNESS, "run", "-q", *words, "script.py"], cwd=root, env=env)
        self.assertEqual((result.status, result.stderr), (0, b""), result)
        return result.stdout.decode().strip()

    def test_the_order_of_choice(self):
        with harness.workspace({"script.py": SCRIPT, "shim/python3": f"#!/bin/sh\nexec {harness.PYTHON} \"$@\"\n"}) as root:
            (root / "shim" / "python3").chmod(0o755)
            (root / "bin").mkdir()
            (root / "bin" / "python3").symlink_to(harness.PYTHON)
            made = harness.run([harness.PYTHON, "-m", "venv", "--without-pip", root / "venv"])
            self.assertEqual(made.status, 0, made)
            path, environment = f"{root}/bin:/usr/bin:/bin", str(root / "venv")
            self.assertEqual(self.executable(root, PATH=path), f"{root}/bin/python3")
            self.assertEqual(self.executable(root, PATH=path, CONDA_PREFIX=environment), f"{environment}/bin/python")
            self.assertEqual(self.executable(root, PATH=path, VIRTUAL_ENV=environment, CONDA_PREFIX="/x"), f"{environment}/bin/python")
            self.assertEqual(self.executable(root, "--python", harness.PYTHON, VIRTUAL_ENV=environment), harness.PYTHON)
            # A script that starts an interpreter, as pyenv's shims: the interpreter itself is run.
            self.assertEqual(self.executable(root, PATH=f"{root}/shim:/usr/bin:/bin"), harness.PYTHON)

    @harness.unless_sanitized("there is no host that loads a library")
    def test_an_interpreter_is_asked_once(self):
        with harness.workspace({"script.py": SCRIPT}) as root:
            python = root / "bin" / os.path.basename(harness.PYTHON)
            python.parent.mkdir()
            # A copy of a static interpreter finds its library where that is installed; of another one, beside the original.
            shutil.copy(os.path.realpath(harness.PYTHON), python)
            library = pathlib.Path(os.path.realpath(harness.PYTHON)).parent.parent / "lib"
            if library.joinpath(f"python{harness.VERSION[0]}.{harness.VERSION[1]}").exists() and library != pathlib.Path("/usr/lib"):
                (root / "lib").symlink_to(library)
            env = {"XDG_CACHE_HOME": str(root / "cache")}
            self.assertEqual(self.executable(root, "--python", python, **env), str(python))
            (kept,) = (root / "cache" / "pyharness").iterdir()
            answers = kept.read_text()
            self.assertIn(str(python), answers)

            # What is kept is believed, as long as the library that it names is there and the interpreter is the same file.
            told = answers.replace(f"\0{'.'.join(map(str, harness.VERSION))}.", "\0003.10.")
            kept.write_text(told)
            result = harness.run([harness.PYHARNESS, "run", "--python", python, "script.py"], cwd=root, env=env)
            self.assertEqual(result.status, harness.OWN_FAILURE)
            self.assertIn(b"is Python 3.10.", result.stderr)
            for wrong in ("", "nonsense", told.replace("libpython", "libnothing")):
                kept.write_text(wrong)
                self.assertEqual(self.executable(root, "--python", python, **env), str(python))
            kept.write_text(told)
            os.utime(python, (1, 1))
            self.assertEqual(self.executable(root, "--python", python, **env), str(python))

    def test_a_path_may_hold_anything(self):
        with harness.workspace({"script.py": "import sys; print(ascii(sys.executable))\n"}) as root:
            python = root / "py dir" / "new\nline"
            python.parent.mkdir()
            python.symlink_to(os.path.realpath(harness.PYTHON))
            self.assertEqual(self.executable(root, "--python", python), ascii(str(python)))
            python.unlink()
            python.write_text("#!/bin/sh\n")
            python.chmod(0o755)
            result = harness.run([harness.PYHARNESS, "run", "--python", python, "script.py"], cwd=root)
            self.assertEqual((result.status, result.stderr.count(b"\n")), (harness.OWN_FAILURE, 1), result)
            self.assertIn(rb"py dir/new\x0aline", result.stderr)

    @unittest.skipUnless(plan.on_default_host(), "no host takes part, and it takes ten seconds: the default host's run has it")
    def test_one_that_hangs_is_ended(self):
        hanging = "#!/bin/sh\nsleep 100 &\necho $! $$ >>ids\nwait\n"
        with harness.workspace({"script.py": SCRIPT, "bin/python3": hanging}) as root:
            (root / "bin" / "python3").chmod(0o755)
            named = harness.start([harness.PYHARNESS, "run", "--python", "bin/python3", "script.py"], cwd=root)
            # As python3 on PATH it is passed over.
            self.assertNotEqual(self.executable(root, PATH=f"{root}/bin:/usr/bin:/bin"), f"{root}/bin/python3")
            result = harness.finish(named)
            self.assertEqual((result.status, result.stdout, result.stderr.count(b"\n")), (harness.OWN_FAILURE, b"", 1), result)
            self.assertIn(b"is no Python: it did not answer within 10 s.", result.stderr)
            ids = (root / "ids").read_text().split()
            self.assertEqual(len(ids), 4)
            for pid in ids:
                harness.wait_for(lambda pid=pid: not pathlib.Path(f"/proc/{pid}").exists(), f"the end of {pid}")

    def test_without_a_place_to_keep_the_answer(self):
        with harness.workspace({"script.py": SCRIPT, "file": ""}) as root:
            for env in ({"HOME": None}, {"HOME": "relative"}, {"HOME": "/proc"}, {"HOME": str(root / "file")}):
                with self.subTest(env=env):
                    self.assertEqual(self.executable(root, "--python", harness.PYTHON, XDG_CACHE_HOME=None, **env), harness.PYTHON)


if __name__ == "__main__":
    unittest.main()
