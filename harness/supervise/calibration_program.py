"""Loops whose events are known, to learn what hooks cost: timed under them and without (calibration.h).

Says for each loop: its name, the turns of one repetition, the events of a turn (lines reached in watched code, watched frames
entered and left, events of unwatched code as a trace function sees them), and what each repetition took in nanoseconds.
"""

from codecs import IncrementalDecoder
from time import perf_counter_ns as now

LONGEST_NS = 40_000_000  # of all loops together; on a slow machine they are repeated less often
MOST, LEAST = 12, 4  # repetitions


class Record:
    size = 0


def called(x):
    return x


def generated(turns):
    for turn in range(turns):
        yield turn


unwatched = IncrementalDecoder.getstate  # one line of the standard library, in each CPython

def simple_lines(turns):
    for _ in range(turns):
        x = 1
        y = x
        x = y
        y = 2


def usual_lines(turns):
    record, table, total = Record(), [3, 1, 4, 1, 5, 9, 2, 6], 0
    for turn in range(turns):
        item = table[turn & 7]
        record.size = item + 1
        if item > 4:
            total += record.size
        text = str(item)
        total += len(text)
        total ^= turn


def calls(turns):
    for turn in range(turns):
        called(turn)


def resumptions(turns):
    for _ in generated(turns):
        pass


def unwatched_calls(turns):
    for _ in range(turns):
        unwatched(None)


# `item > 4` holds for three of eight.
LOOPS = [
    (simple_lines, 1600, (5, 0, 0)),
    (usual_lines, 1600, (7.375, 0, 0)),
    (calls, 1600, (3, 1, 0)),
    (resumptions, 1600, (4, 1, 0)),
    (unwatched_calls, 1600, (2, 0, 3)),
]


def measure():
    times = {loop: [] for loop, *_ in LOOPS}
    begin = now()
    for repetition in range(MOST):
        if repetition >= LEAST and now() - begin > LONGEST_NS:
            break
        for loop, turns, _ in LOOPS:
            before = now()
            loop(turns)
            times[loop].append(now() - before)
    for loop, turns, events in LOOPS:
        print(loop.__name__, turns, *(round(turns * each) for each in events), *times[loop])


measure()
