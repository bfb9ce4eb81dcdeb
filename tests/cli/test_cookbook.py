"""docs/cookbook.md: every command of the page runs as it stands there, on the page's own files."""

import os
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

PAGE = pathlib.Path(__file__).resolve().parent.parent.parent / "docs" / "cookbook.md"


class Cookbook(unittest.TestCase):
    def test_every_command(self):
        text = PAGE.read_text()
        files = dict(re.findall(r"^`(\S+\.py)`:\n\n```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
        blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        commands = [line for block in blocks for line in block.splitlines()]
        self.assertGreaterEqual(len(commands), 15)
        path = f"{os.path.dirname(harness.PYHARNESS)}:/usr/bin:/bin"
        with harness.workspace({**files, "bin/python3": harness.Link(harness.PYTHON)}) as root:
            for command in commands:
                with self.subTest(command):
                    result = harness.run(["sh", "-c", command], cwd=root, env={"PATH": f"{root}/bin:{path}"})
                    self.assertEqual(result.status, 0, result)
                    if command.startswith("pyharness run ") and " -o " not in command:
                        self.assertTrue(result.stdout.startswith(b"some result! 99999\n"), result)
                        self.assertTrue(result.stderr.startswith(b"pyharness "), result)
                    else:
                        self.assertEqual(result.stderr, b"")
            self.assertEqual({name for name in os.listdir(root) if name.startswith("out.")}, {"out.prof", "out.json", "out.lprof"})


if __name__ == "__main__":
    unittest.main()
