"""Tests of CPython's that cannot end under pyharness as they do under python, each with its reason."""

import dataclasses
import fnmatch

import harness


@dataclasses.dataclass(frozen=True)
class Accepted:
    test: str  # as the runner names it, without "test."; may be a pattern
    modes: str  # several words
    reason: str
    sometimes: bool = False  # it may also be equal
    hosts: str = "default shared"

    def applies(self, module, mode, python):
        host = "default" if python == "/usr/bin/python3.11" else "shared"
        return self.test.split(".")[0] == module and mode in self.modes.split() and host in self.hosts.split()

    def covers(self, test):
        return fnmatch.fnmatchcase(test.removeprefix("test."), self.test)


TABLE = []
