"""The job of docs/ci.md: its steps run as they stand on the page, one after the other as GitHub's runner would.

Apart from the build, which is what this build directory is."""

import gzip
import json
import os
import pathlib
import pstats
import re
import shutil
import sys
import textwrap
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = "def f():\n    return [i * i for i in range(1000)]\nkept = f()\nprint('done')\nraise SystemExit({})\n"


def steps_of(page):
    """{name: shell text} of the steps with a run."""
    job = re.search(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[1]
    found = re.findall(r"^      - name: (.*)\n(?:        if: .*\n)?        run: \|\n((?:          .*\n)+)", job, re.MULTILINE)
    return {name: textwrap.dedent(text) for name, text in found}


@unittest.skipUnless(shutil.which("cmake"), "cmake is not installed")
class Job(unittest.TestCase):
    def run_job(self, status):
        steps = steps_of((PROJECT / "docs" / "ci.md").read_text())
        self.assertEqual(list(steps), ["Build pyharness", "Install pyharness", "Run the script", "Show the report"])
        with harness.workspace({"script.py": PROGRAM.format(status)}) as root:
            (root / "pyharness").mkdir()
            (root / "pyharness" / "build").symlink_to(pathlib.Path(harness.PYHARNESS).parent)
            paths, summary = root / "paths", root / "summary"
            path = f"{os.path.dirname(harness.PYTHON)}:/usr/bin:/bin"
            ends = {}
            for name, text in list(steps.items())[1:]:
                added = paths.read_text().split() if paths.exists() else []
                changes = {"RUNNER_TEMP": root / "temp", "GITHUB_PATH": paths, "GITHUB_STEP_SUMMARY": summary, "PATH": ":".join([*added, path])}
                ends[name] = harness.run(["sh", "-e", "-c", text], cwd=root, env={k: str(v) for k, v in changes.items()})
            return (
                ends,
                json.loads(gzip.decompress((root / "profile.json.gz").read_bytes())),
                pstats.Stats(str(root / "profile.pstats")),
                summary.read_text(),
            )

    def check(self, status):
        ends, recording, stats, summary = self.run_job(status)
        self.assertEqual({name: end.status for name, end in ends.items()},
                         {"Install pyharness": 0, "Run the script": status, "Show the report": 0}, ends)
        self.assertEqual(ends["Run the script"].stdout, b"done\n")
        self.assertEqual(ends["Run the script"].stderr, b"")
        self.assertEqual(recording["run"]["exit_status"], status)
        self.assertEqual(set(recording["sections"]), {"timer", "profile", "alloc"})
        self.assertIn("f", {name for _, _, name in stats.stats})
        for word in ("function calls", "[ Top", "Timer:"):
            self.assertIn(word, summary)

    def test_as_it_stands_on_the_page(self):
        self.check(0)

    def test_the_job_fails_as_the_script_does_and_reports_all_the_same(self):
        self.check(3)


if __name__ == "__main__":
    unittest.main()
