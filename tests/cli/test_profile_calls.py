"""Calls: the counts of --mode=profile are those of cProfile, function by function and edge by edge.

The programs are those of examples/, tests/corpus/, with those of tests/support/library_programs.py. What is booked must begin and end
at the same place on both sides, although pyharness profiles the whole run of the interpreter. So each program is run by
tests/support/count_calls.py: under python with cProfile's engine switched on for the program's code alone, under
pyharness with a watched region around it. And each example also by `python -m cProfile` and by `pyharness run` as they
are: there what is compared are the functions of the example itself, which only it can call, and all that they call.
"""

import functools
import json
import os
import pathlib
import pstats
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import corpus_programs  # noqa: E402
import harness  # noqa: E402
import library_programs  # noqa: E402
from corpus_programs import SCRIPT  # noqa: E402

EXAMPLES = harness.CORPUS.parent.parent / "examples"
DRIVER = harness.SUPPORT / "count_calls.py"
SEED = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
# With threads or forks: cProfile sees one thread of one process.
NOT_FOR_CPROFILE = {"threads", "forks", "exits", "called_from_c", "coroutine_protocol"}
# Books a region of its own where it finds pyharness.
OWN_REGION = {"marked_region"}


def plain_key(file, line, name):
    """Without what is another in each process. All types' __new__ are one function to cProfile, named after whichever
    type happens to be made first."""
    name = re.sub(r" at 0x[0-9a-f]+", "", name)
    file = re.sub(r"/tmp/tmp\w{8}/", "/tmp/", file)
    return file, line, "__new__" if file == "~" and "__new__" in name else name


def ends_of_region(key):
    return "'disable' of '_lsprof" in key[2] or "'__exit__' of '_pyharness" in key[2]


def region_of(functions, edges):
    """Without the driver around the region; those without calls were open when it began."""
    own = str(DRIVER)
    functions = {k: n for k, n in functions.items() if n[0] and k[0] != own and not ends_of_region(k)}
    edges = {k: n for k, n in edges.items() if n[0] and k[0][0] != own and not ends_of_region(k[1])}
    return functions, edges


def added(rows):
    figures = {}
    for key, calls, recursive in rows:
        known = figures.get(key, (0, 0))
        figures[key] = known[0] + calls, known[1] + recursive
    return figures


def counted_by_cprofile(dump):
    functions = added((plain_key(*key), calls, recursive) for key, calls, recursive in dump["functions"])
    edges = added(((plain_key(*a), plain_key(*b)), calls, recursive) for a, b, calls, recursive in dump["edges"])
    return functions, edges


def recursive_calls(figures):
    return figures["calls"] - figures["primitive_calls"]


def counted_by_pyharness(recording, name=lambda name: name):
    section = recording["sections"]["profile"]
    keys = [plain_key(f["file"], f["line"], name(f["name"])) for f in section["functions"]]
    functions = added((k, f["calls"], recursive_calls(f)) for k, f in zip(keys, section["functions"], strict=True))
    edges = added(((keys[e["caller"]], keys[e["callee"]]), e["calls"], recursive_calls(e)) for e in section["edges"])
    return functions, edges


def differences(expected, counted):
    return [f"{key}: {counted.get(key)}, not {expected.get(key)}"
            for key in sorted(expected.keys() | counted.keys()) if expected.get(key) != counted.get(key)]


def check_sums(case, recording):
    """What must be true of any call graph."""
    section = recording["sections"]["profile"]
    functions = section["functions"]
    case.assertEqual(section["total_ns"], sum(f["self_ns"] for f in functions))
    case.assertEqual(section["total_calls"], sum(f["calls"] for f in functions))
    called = [0] * len(functions)
    for edge in section["edges"]:
        called[edge["callee"]] += edge["calls"]
        case.assertLessEqual(edge["primitive_calls"], edge["calls"])
    for function, count in zip(functions, called, strict=True):
        case.assertLessEqual(count, function["calls"], function)
        case.assertLessEqual(function["primitive_calls"], function["calls"], function)
    case.assertEqual(recording["run"]["losses"], {})


class Calls(unittest.TestCase):
    maxDiff = None

    def compare(self, files, *arguments):
        with harness.workspace() as top:
            root = top / "own"
            words = [DRIVER, top / "counts.json", SCRIPT, *arguments]
            harness.fill(root, files)
            plain = harness.run([harness.PYTHON, *words], cwd=root, env=SEED)
            harness.fill(root, files)  # a program may have written into its directory
            result, recording = harness.record(
                root, "--mode=profile", words[0], "--", *words[1:], name=str(top / "out.json"), env=SEED
            )
            self.assertEqual((result.status, result.stdout), (plain.status, plain.stdout), plain.stderr.decode())
            expected = region_of(*counted_by_cprofile(json.loads((top / "counts.json").read_text())))
            counted = region_of(*counted_by_pyharness(recording))
            self.assertTrue(any(key[0] == str(root / SCRIPT) for key in expected[0]), "cProfile saw nothing")
            for want, got in zip(expected, counted, strict=True):
                self.assertEqual(differences(want, got), [])
            check_sums(self, recording)

    def compare_as_they_are(self, path):
        with harness.workspace({SCRIPT: path}) as root:
            words = [harness.PYTHON, "-m", "cProfile", "-o", "out.pstats", SCRIPT]
            plain = harness.run(words, cwd=root, env=SEED)
            result, recording = harness.record(root, "--mode=profile", SCRIPT, env=SEED)
            self.assertEqual((result.status, result.stdout), (plain.status, plain.stdout), plain.stderr.decode())
            own = str(root / SCRIPT)

            def absolute(key):
                return plain_key(own if key[0] == SCRIPT else key[0], *key[1:])

            stats = {absolute(key): figures for key, figures in pstats.Stats(str(root / "out.pstats")).stats.items()}
            functions = {key: (calls, calls - primitive) for key, (primitive, calls, *_) in stats.items()}
            edges = {
                (absolute(caller), key): (calls, calls - primitive)
                for key, figures in stats.items()
                for caller, (calls, primitive, *_) in figures[4].items()
            }

            def last_name(name):
                return name if name.startswith("<") else name.rpartition(".")[2]

            for want, got in zip((functions, edges), counted_by_pyharness(recording, last_name), strict=True):
                # A function's key, or the caller's of an edge.
                mine = [{k: n for k, n in side.items() if own in (k[0], k[0][0])} for side in (want, got)]
                self.assertTrue(mine[0])
                self.assertEqual(differences(*mine), [])


def compared(files, *words):
    return lambda self: self.compare(files, *words)


for _path in sorted(EXAMPLES.glob("*.py")):
    if _path.stem not in NOT_FOR_CPROFILE | OWN_REGION:
        setattr(Calls, f"test_example_{_path.stem}", compared({SCRIPT: _path}))
        setattr(Calls, f"test_example_as_it_is_{_path.stem}", lambda self, path=_path: self.compare_as_they_are(path))
for _name, (_files, _words) in corpus_programs.corpus(NOT_FOR_CPROFILE).items():
    if _name not in NOT_FOR_CPROFILE:
        setattr(Calls, f"test_corpus_{_name}", compared(_files, *_words))
for _name, _files in library_programs.programs(SCRIPT).items():
    setattr(Calls, f"test_library_{_name}", compared(_files, SCRIPT))

if __name__ == "__main__":
    unittest.main()
