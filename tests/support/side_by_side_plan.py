"""Which modes a case of side_by_side.py is run under, on the host under test.

By default, each host has heavy modes, and each other mode a sample: every SAMPLE-th case, other cases for each mode and each
series. PYHARNESS_TEST_FULL=1 (./dev test --full): every case under every mode.

    host             under
    the default      line, and alloc: the whole list
    shared           one of line, profile and alloc, in turn: a sixth of the list, another one for each series
"""

import functools
import os
import re
import zlib

import harness

MODES = ("none", "timer", "profile", "line", "alloc", "line,alloc", "profile,alloc")
ROTATED = ("line", "profile", "alloc")
SAMPLE = 12
SHARE = 6  # of the list, one part is a shared host's
FULL = os.environ.get("PYHARNESS_TEST_FULL", "") not in ("", "0")


@functools.cache
def listing():
    result = harness.pyharness("list")
    assert result.status == 0, result
    return result.stdout.decode()


def modes_listed():
    """The names of all modes that this pyharness has."""
    profilers = listing().split("\n\n")[0]
    return set(re.findall(r"^  (\w+)", profilers, re.MULTILINE))


def default_interpreter():
    """The executable of the interpreter that is built in."""
    return re.search(r"^  \d+\.\d+\S* +(/.*) and its .*built-in default", listing(), re.MULTILINE)[1]


def on_default_host():
    return os.path.realpath(harness.PYTHON) == os.path.realpath(default_interpreter())


def heavy_modes(case):
    if on_default_host():
        return ("line", "alloc")
    number = number_of(case)
    if (number + harness.VERSION[1]) % SHARE != 0:
        return ()
    return (ROTATED[number // SHARE % len(ROTATED)],)


def number_of(case):
    """The same in every run, and on every machine."""
    return zlib.crc32(case.name.encode())


def sampled(case, mode):
    turn = MODES.index(mode) + harness.VERSION[1]
    return (number_of(case) // len(ROTATED) + turn) % (SAMPLE * (4 if case.slow else 1)) == 0


def modes_of(case):
    possible = [mode for mode in MODES if not set(mode.split(",")) & set(case.apart)]
    if FULL:
        return possible
    heavy = heavy_modes(case)
    if case.slow:
        heavy = heavy[:1]
    return [mode for mode in possible if mode in heavy or sampled(case, mode)]
