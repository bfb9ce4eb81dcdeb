"""The engines of a mode that the interpreter under test has, as `pyharness list` says it of each."""

import re

import harness
import side_by_side_plan as plan


def _have_it(where):
    """Of all that the list says of where an engine works; anything else is an error here, so that no engine is left out."""
    if "built-in" in where:
        return plan.on_default_host()
    if match := re.search(r"on 3\.(\d+)( and later)?$", where):
        return harness.VERSION[1] == int(match[1]) or bool(match[2]) and harness.VERSION[1] > int(match[1])
    raise AssertionError(f"where is that? {where}")


def engines_of(mode):
    """Their names, for --engine=MODE=NAME, the one first that is taken without the option."""
    described = re.search(rf"^  {mode} .*\n((?:   .*\n)*)", plan.listing(), re.MULTILINE)[1]
    return [name for name, where in re.findall(r"^ +engine (\w+): (.*)", described, re.MULTILINE) if _have_it(where)]
