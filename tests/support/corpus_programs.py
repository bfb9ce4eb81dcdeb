"""The programs of tests/corpus/ as tests run them: several in one process where they can, since a process costs more than
most of them. SCRIPT is what is run, with the words that come with the files."""

import harness

SCRIPT = "program.py"
GROUPS = 5
_RUNS_OTHERS = """import gc, os, runpy, sys
here, names, sys.argv[1:] = os.path.dirname(os.path.abspath(__file__)), sys.argv[2:], sys.argv[1:2]
for name in names:
    print(name)
    runpy.run_path(os.path.join(here, name), run_name="__main__")
    gc.collect()  # what one leaves does not end within another
"""


def in_one_process(paths, argument):
    """(files, words): the programs there, one after the other, each with that argument."""
    names = [path.name for path in paths]
    return {SCRIPT: _RUNS_OTHERS, **dict(zip(names, paths))}, (argument, *names)


def corpus(alone):
    """{name: (files, words)}; each of those named in `alone` is run as the script itself."""
    programs = {path.stem: path for path in sorted(harness.CORPUS.glob("*.py"))}
    found = {stem: ({SCRIPT: programs.pop(stem)}, ()) for stem in sorted(alone)}
    for number in range(GROUPS):
        found[f"group_{number}"] = in_one_process(list(programs.values())[number::GROUPS], "0")
    return found
