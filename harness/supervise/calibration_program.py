"""Loops whose events are known, to learn what hooks cost: timed under them and without (calibration.h).

Says for each loop: its name, the turns of one repetition, the events of a turn (lines reached in watched code, watched frames
entered and left, watched generators resumed and suspended, events of unwatched code as a trace function sees them), and what
each repetition took in nanoseconds.
"""

from codecs import IncrementalDecoder
from time import perf_counter_ns as now

LONGEST_NS = 40_000_000  # of all loops together; on a slow machine they are repeated less often
MOST, LEAST = 60, 4  # repetitions: many short ones, so that some have the processor for themselves


class Record:
    size = 0

    def grow(self, by):
        self.size = by


def called(x):
    return x


def fibonacci(n):
    if n < 2:
        return n
    return fibonacci(n - 1) + fibonacci(n - 2)


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


def builtin_lines(turns):
    words, seen = ("amber", "birch", "cedar"), {}
    for turn in range(turns):
        word = words[turn % 3]
        seen[word] = seen.get(word, 0) + len(word)
        text = word.upper()
        text.startswith("B")


def calls(turns):
    for turn in range(turns):
        called(turn)


def method_calls(turns):
    record = Record()
    for turn in range(turns):
        record.grow(turn)


def recursion(turns):
    for _ in range(turns):
        fibonacci(7)


def resumptions(turns):
    for _ in generated(turns):
        pass


def unwatched_calls(turns):
    for _ in range(turns):
        unwatched(None)


# The first are the simplest lines there are: such as the other loops have beside what they are for. Of `item > 4`, three of
# eight are true.
LOOPS = [
    (simple_lines, 400, (5, 0, 0, 0)),
    (usual_lines, 400, (7.375, 0, 0, 0)),
    (builtin_lines, 400, (5, 0, 0, 0)),
    (calls, 400, (3, 1, 0, 0)),
    (method_calls, 400, (3, 1, 0, 0)),
    (recursion, 10, (84, 41, 0, 0)),  # 41 calls of two lines
    (resumptions, 400, (4, 0, 1, 0)),
    (unwatched_calls, 400, (2, 0, 0, 3)),
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
