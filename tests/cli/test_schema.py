"""The published JSON Schema: recordings of real runs obey it, and it is strict enough to refuse damaged ones."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "share" / "recording.schema.json"

PROGRAMS = {
    "plain": "def f():\n    return 1\nf()\n",
    "fork": "import os\nif os.fork() == 0:\n    os._exit(3)\nos.wait()\n",
    "killed": "import os\nos.kill(os.getpid(), 9)\n",
    "tracer": "import sys\nsys.settrace(lambda *a: None)\nsys.settrace(None)\n",
    "profiler": "import sys\nsys.setprofile(lambda *a: None)\nsys.setprofile(None)\n",
    "generated": "exec('x = 1\\ny = 2')\n",
    "failing": "raise SystemExit(7)\n",
}


def changed(recording, path, value):
    """A copy with another value at the end of the path."""
    copy = json.loads(json.dumps(recording))
    at = copy
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return copy


@unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed")
class Schema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))

    def record(self, program, *options):
        with harness.workspace({"script.py": program}) as root:
            _, recording = harness.record(root, *options, "script.py")
        return recording

    def test_recordings_obey_it(self):
        for name, program in PROGRAMS.items():
            for options in (["--mode=none"], ["--mode=timer"], ["--mode=profile"], ["--mode=line"], ["--mode=line", "--repeat=2", "--no-source"]):
                with self.subTest(program=name, options=options):
                    errors = [e.message for e in self.validator.iter_errors(self.record(program, *options))]
                    self.assertEqual(errors, [])

    def test_every_name_in_a_recording_is_described(self):
        """A new name in the JSON must come with its description in the schema."""
        described = set()

        def collect(schema):
            if isinstance(schema, dict):
                described.update(schema.get("properties", {}))
                for value in schema.values():
                    collect(value)
            elif isinstance(schema, list):
                for value in schema:
                    collect(value)

        collect(self.validator.schema)
        recordings = [self.record(PROGRAMS["tracer"], "--mode=line"), self.record(PROGRAMS["profiler"], "--mode=profile")]
        for recording in recordings:
            recording["run"]["losses"] = {}
            recording["run"]["overhead"] = list(recording["run"].get("overhead", {}).values())  # by kinds of events
            recording["sources"] = [{**source, "lines": {}} for source in recording.get("sources", [])]

        def names(value):
            if isinstance(value, dict):
                return set(value).union(*map(names, value.values()))
            return set().union(*map(names, value)) if isinstance(value, list) else set()

        self.assertEqual(names(recordings) - described, set())

    def test_parts_that_not_every_recording_has_obey_it(self):
        recording = self.record(PROGRAMS["plain"], "--mode=line")
        cost = {"count": 2, "cost_ps": 10_700, "error_ps": 500}
        recording["run"]["overhead"] = {"line": cost, "call": cost, "total_ns": 42, "error_ns": 2}
        for function in recording["sections"]["line"]["functions"]:
            function.update(thread=77, corrected_ns=1)
            for line in function["lines"]:
                line.update(own_ns=1, corrected_ns=0)
        self.assertEqual([e.message for e in self.validator.iter_errors(recording)], [])
        for path, value in ((("run", "overhead", "line"), 5), (("sections", "line", "functions", 0, "thread"), "MainThread"),
                            (("sections", "line", "functions", 0, "lines", 0, "own_ns"), -1)):
            with self.subTest(path=path):
                self.assertFalse(self.validator.is_valid(changed(recording, path, value)))

    def test_it_refuses_damage(self):
        recording = self.record(PROGRAMS["plain"], "--mode=line")
        for path, value in (
            (("schema",), "other"),
            (("run", "wall_ns"), -1),
            (("run", "exit_status"), None),
            (("run", "started_at"), "yesterday"),
            (("sections", "line", "functions", 0, "lines", 0, "hits"), 1.5),
        ):
            with self.subTest(path=path):
                self.assertFalse(self.validator.is_valid(changed(recording, path, value)))


if __name__ == "__main__":
    unittest.main()
