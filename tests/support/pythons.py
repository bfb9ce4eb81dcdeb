"""The other Pythons of this machine, as clients of what we write."""

import functools
import os
import pathlib
import subprocess

import harness


@functools.cache
def found():
    """Executables of Python 3.6 and later: the one under test first, then pyenv's, one for each version."""
    versions = pathlib.Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
    others = sorted(versions.glob("3.*/bin/python3"), key=lambda path: [int(n) for n in path.parts[-3].split(".")[:2] if n.isdigit()])
    return [harness.PYTHON, *(str(path) for path in others if runs(path))]


def runs(python):
    check = "import sys; sys.exit(sys.version_info < (3, 6))"
    return subprocess.run([python, "-I", "-c", check], capture_output=True, timeout=60).returncode == 0
