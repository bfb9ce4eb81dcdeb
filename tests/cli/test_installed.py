"""`cmake --install`: the tree works from any prefix, and carries what it promises."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

BUILD = pathlib.Path(harness.PYHARNESS).parent


@unittest.skipUnless(shutil.which("cmake"), "cmake is not installed")
class Installed(unittest.TestCase):
    def test_the_tree_works_from_where_it_is(self):
        with harness.workspace({"script.py": "def f():\n    print('here')\nf()\n"}) as root:
            subprocess.run(["cmake", "--install", BUILD, "--prefix", root / "first"], check=True, capture_output=True, timeout=60)
            os.rename(root / "first", root / "moved")
            names = {str(p.relative_to(root / "moved")) for p in (root / "moved").rglob("*") if p.is_file()}
            self.assertLessEqual(
                {"bin/pyharness", "libexec/pyharness/pyharness-host-3.11", "share/pyharness/pyharness.py", "share/pyharness/recording.schema.json"},
                names,
            )
            result = harness.run(
                [root / "moved/bin/pyharness", "run", "-q", "--python", harness.PYTHON, "--mode=line", "-o", "a.json", "script.py"], cwd=root
            )
            self.assertEqual((result.status, result.stdout, result.stderr), (0, b"here\n", b""))
            self.assertEqual(len(json.loads((root / "a.json").read_text())["sections"]["line"]["functions"]), 2)

    def test_without_its_host_it_says_so(self):
        with harness.workspace({"script.py": ""}) as root:
            shutil.copy(harness.PYHARNESS, root / "pyharness")
            result = harness.run([root / "pyharness", "run", "--python", harness.PYTHON, "script.py"], cwd=root)
            self.assertEqual(result.status, harness.OWN_FAILURE)
            self.assertRegex(result.stderr.decode(), r"\Apyharness: .*(pyharness-host-3\.11 is missing|There are hosts for none).*\n\Z")

    def test_the_host_alone_says_what_to_use(self):
        result = harness.run([BUILD / "pyharness-host-3.11", "script.py"])
        self.assertEqual(result.status, harness.OWN_FAILURE)
        self.assertRegex(result.stderr.decode(), r"\Apyharness: .*pyharness run SCRIPT\n\Z")


if __name__ == "__main__":
    unittest.main()
