"""The jobs of docs/ci.md: their steps run as they stand on the page, one after the other as GitHub's or GitLab's runner would,
and a server of ours takes the comments.

Apart from the build, which is what this build directory is."""

import contextlib
import gzip
import http.server
import json
import os
import pathlib
import pstats
import re
import shutil
import sys
import textwrap
import threading
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = "def f():\n    return [i * i for i in range(1000)]\nkept = f()\nfor i in range({calls}): f()\nprint('done')\nraise SystemExit({status})\n"
FAST, SLOW = 5, 10


def job_on_the_page(heading):
    page = (PROJECT / "docs" / "ci.md").read_text()
    return re.search(rf"^## {heading}\n.*?^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[1]


def github_steps():
    """{name: shell text} of the steps with a run."""
    found = re.findall(r"^      - name: (.*)\n(?:        if: .*\n)?        run: \|\n((?:          .*\n)+)", job_on_the_page("GitHub Actions"), re.MULTILINE)
    return {name: textwrap.dedent(text) for name, text in found}


def gitlab_lines(part):
    """The commands of `script:` or its like; one that goes over several lines is one."""
    text = re.search(rf"^  {part}:\n((?:    .*\n)+)", job_on_the_page("GitLab"), re.MULTILINE)[1]
    return [textwrap.dedent(item[2:] if item.startswith("|\n") else item) for item in re.split(r"^    - ", text, flags=re.MULTILINE)[1:]]


@contextlib.contextmanager
def comment_server():
    """Yields its address and the list of comments that it gets: (path, authorization, text)."""
    comments = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            token = self.headers["Authorization"] or self.headers["PRIVATE-TOKEN"]
            comments.append((self.path, token, json.loads(body)["body"]))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", comments
    finally:
        server.shutdown()
        server.server_close()


PATH = f"{os.path.dirname(harness.PYTHON)}:/usr/bin:/bin"
ENVIRONMENT = {"PYTHONHASHSEED": "0", "no_proxy": "127.0.0.1"}


@unittest.skipUnless(shutil.which("cmake"), "cmake is not installed")
class GitHub(unittest.TestCase):
    PUSH = ["Run the script", "Show the report"]

    def run_job(self, root, steps, path=(), **changes):
        paths = root / "paths"
        (root / "pyharness").mkdir(exist_ok=True)
        (root / "pyharness" / "build").symlink_to(pathlib.Path(harness.PYHARNESS).parent)
        known = github_steps()
        ends = {}
        for name in ["Install pyharness", *steps]:
            added = paths.read_text().split() if paths.exists() else []
            env = {**ENVIRONMENT, "RUNNER_TEMP": root / "temp", "GITHUB_PATH": paths, "GITHUB_STEP_SUMMARY": root / "summary",
                   "PATH": ":".join([*added, PATH]), **changes}
            ends[name] = harness.run(["sh", "-e", "-c", known[name]], cwd=root, env={k: str(v) for k, v in env.items()})
        return ends

    def check(self, status):
        with harness.workspace({"script.py": PROGRAM.format(calls=FAST, status=status)}) as root:
            ends = self.run_job(root, self.PUSH)
            self.assertEqual({name: end.status for name, end in ends.items()},
                             {"Install pyharness": 0, "Run the script": status, "Show the report": 0}, ends)
            self.assertEqual((ends["Run the script"].stdout, ends["Run the script"].stderr), (b"done\n", b""))
            recording = json.loads(gzip.decompress((root / "profile.json.gz").read_bytes()))
            self.assertEqual(recording["run"]["exit_status"], status)
            self.assertEqual(set(recording["sections"]), {"timer", "profile", "alloc"})
            self.assertIn("f", {name for _, _, name in pstats.Stats(str(root / "profile.pstats")).stats})
            for word in ("function calls", "[ Top", "Timer:"):
                self.assertIn(word, (root / "summary").read_text())

    def test_as_it_stands_on_the_page(self):
        self.assertEqual(list(github_steps()), ["Build pyharness", "Install pyharness", *self.PUSH, "Compare with the base branch", "Comment on the pull request"])
        self.check(0)

    def test_the_job_fails_as_the_script_does_and_reports_all_the_same(self):
        self.check(3)

    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_a_pull_request(self):
        for base, head, status in ((FAST, SLOW, 1), (SLOW, FAST, 0)):
            files = {"script.py": PROGRAM.format(calls=head, status=0), "base/script.py": PROGRAM.format(calls=base, status=0)}
            with self.subTest(status=status), harness.workspace(files) as root, comment_server() as (address, comments):
                ends = self.run_job(root, list(github_steps())[2:], COMMENTS=address + "/comments", TOKEN="secret")
                self.assertEqual([end.status for end in ends.values()], [0, 0, 0, status, 0], ends)
                self.assertEqual(b"::error" in ends["Compare with the base branch"].stdout, bool(status), ends)
                [(path, token, text)] = comments
                self.assertEqual((path, token), ("/comments", "Bearer secret"))
                self.assertIn("profile.calls>+5%", text)
                self.assertEqual(text, (root / "comparison.md").read_text())


@unittest.skipUnless(shutil.which("git") and shutil.which("curl"), "git or curl is not installed")
class GitLab(unittest.TestCase):
    def test_a_merge_request(self):
        with harness.workspace({"script.py": PROGRAM.format(calls=FAST, status=0)}) as root, comment_server() as (address, comments):
            git = ["git", "-c", "user.name=x", "-c", "user.email=x", "-c", "init.defaultBranch=main"]
            for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
                self.assertEqual(harness.run([*git, *words], cwd=root).status, 0)
            base = harness.run(["git", "rev-parse", "HEAD"], cwd=root).stdout.decode().strip()
            (root / "script.py").write_text(PROGRAM.format(calls=SLOW, status=0))
            env = {**ENVIRONMENT, "PATH": f"{os.path.dirname(harness.PYHARNESS)}:{PATH}", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "CI_API_V4_URL": address,
                   "CI_MERGE_REQUEST_PROJECT_ID": "7", "CI_MERGE_REQUEST_IID": "8", "COMMENT_TOKEN": "secret"}
            ends = [harness.run(["sh", "-c", "set -e\n" + "\n".join(gitlab_lines(part))], cwd=root, env=env) for part in ("script", "after_script")]
            self.assertEqual([end.status for end in ends], [1, 0], ends)
            [(path, token, text)] = comments
            self.assertEqual((path, token), ("/projects/7/merge_requests/8/notes", "secret"))
            self.assertIn("profile.calls>+5%", text)
            suite = xml.etree.ElementTree.parse(root / "comparison.xml").getroot()
            self.assertTrue(list(suite.iter("failure")))


if __name__ == "__main__":
    unittest.main()
