"""Programs that use modules of the standard library as their own code: the modules are copied beside the program.

They are tests/corpus/library/*.py; the first line of each names the modules and packages of Lib, those of all versions.
"""

import functools
import pathlib
import subprocess

import harness

_HEAD = "# modules: "


@functools.cache
def _library():
    words = [harness.PYTHON, "-c", "import os, pathlib; print(pathlib.Path(os.__file__).resolve().parent, end='')"]
    return pathlib.Path(subprocess.check_output(words, text=True, timeout=30))


def programs(script):
    """{name: the files of its directory}, as harness.fill() takes them; the program is `script`. Of the modules those that
    this version has."""
    found = {}
    for path in sorted((harness.CORPUS / "library").glob("*.py")):
        text = path.read_text()
        head = text.partition("\n")[0]
        assert head.startswith(_HEAD), f"{path} does not say which modules it uses"
        names = [name for name in head.removeprefix(_HEAD).split() if (_library() / name).exists()]
        found[path.stem] = {script: text, **{name: _library() / name for name in names}}
    return found
