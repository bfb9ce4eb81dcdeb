"""Tests of CPython's that cannot end under pyharness as they do under python, each with its reason."""

import dataclasses
import fnmatch


@dataclasses.dataclass(frozen=True)
class Accepted:
    test: str  # as the runner names it, without "test."; may be a pattern
    modes: tuple
    reason: str
    hosts: tuple = ("default", "3.11")  # where it differs
    sometimes: bool = False  # it may also be equal

    def applies(self, module, mode, host):
        return self.test.split(".")[0] == module and mode in self.modes and host in self.hosts

    def covers(self, test):
        return fnmatch.fnmatchcase(test.removeprefix("test."), self.test)


HOOKS = ("line", "profile")
MONITORED = ("3.12", "3.13", "3.14")  # where these two work by sys.monitoring

COLLECTION = "a traced frame has a frame object, which the collector counts: collections come at other moments"
SPECIALIZED = "code that is traced or monitored is not specialized, as under sys.settrace; the test looks at specialized code"
OFFSETS = "sys.monitoring makes a number, the place in the code, for each event that it tells; tracemalloc sees its block"
TOOL = "before each of its tests it asserts that no tool of sys.monitoring is in use; ours is"

INSTRUMENTED = "what runs, and is specialized, is the instrumented copy; the test looks at the original"
ROOM = "a frame of instrumented code has room for two values more"

TABLE = [
    Accepted("test_frame.TestIncompleteFrameAreInvisible.test_sneaky_frame_object", HOOKS, COLLECTION, ("3.11", "3.12")),
    Accepted("test_frame.TestIncompleteFrameAreInvisible.test_sneaky_frame_object", ("profile",), COLLECTION),
    *(
        Accepted(f"test_dis.{case}.test_{name}", ("line",), INSTRUMENTED, ("default",))
        for case in ("DisTests", "DisWithFileTests")
        for name in ("super_instructions", "show_caches")
    ),
    Accepted("test_sys.SizeofTest.test_objecttypes", ("line",), ROOM, ("default",)),
    *(
        Accepted(f"test_dis.{case}.test_{name}", HOOKS, SPECIALIZED, ("default", "3.11", *MONITORED))
        for case in ("DisTests", "DisWithFileTests")
        for name in ("binary_specialize", "call_specialize", "load_attr_specialize", "loop_quicken")
    ),
    *(
        Accepted(f"test_dis.{case}.test_super_instructions", HOOKS, SPECIALIZED, MONITORED)
        for case in ("DisTests", "DisWithFileTests")
    ),
    *(Accepted(f"test_dis.{case}.test_show_caches", HOOKS, SPECIALIZED, ("3.12",)) for case in ("DisTests", "DisWithFileTests")),
    Accepted("test_tracemalloc.TestTracemallocEnabled.test_get_traced_memory", ("profile",), OFFSETS, MONITORED),
    Accepted("test_monitoring.*", HOOKS, TOOL, MONITORED),
]
