"""Times statements as `python -m timeit` does, with the interpreter's own timeit, and says what it measured.

Arguments: the descriptor to say it on, the loops of each statement with commas (0: to be found out) or nothing, repeats, "wall" or
"cpu", digits (0: without a word on how the loops are found out), how many statements there are, the setup, the statements,
and the words that `python -m timeit` would have got.

Says a line for each statement: loops, the time of each repeat, and then what as many empty loops took each time; in nanoseconds.
The statements' repeats take turns, so that noise hits all of them alike.
"""

import os
import sys

MOST_DESCRIPTORS = 1024


def out_of_sight(descriptor):
    """The descriptor under the highest number there is: the statements' own are numbered as if it were not there."""
    number = min(os.sysconf("SC_OPEN_MAX"), MOST_DESCRIPTORS) - 1
    os.dup2(descriptor, number, inheritable=False)
    os.close(descriptor)
    return number


def become_timeit(words):
    """What statements see: `__main__` is timeit, with its names, which are theirs too; sys.argv and sys.path are as with -m."""
    from importlib.util import find_spec

    if sys.path and sys.path[0] == "":
        sys.path[0] = os.getcwd()
    spec = find_spec("timeit")
    main = type(sys)("__main__")
    main.__dict__.update(__file__=spec.origin, __cached__=spec.cached, __loader__=spec.loader, __package__="")
    # Under another name while it runs, so that it does not begin to time by itself.
    main.__name__ = "timeit"
    exec(spec.loader.get_code("timeit"), main.__dict__)
    main.__name__, main.__spec__ = "__main__", spec
    sys.modules["__main__"] = main
    sys.argv[:] = [spec.origin, *words]
    sys.path.insert(0, os.curdir)
    return main


def without_us(error):
    """The traceback from where it left this file on."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_globals is globals():
        trace = trace.tb_next
    return error.with_traceback(trace)


def loops_of(timer, digits):
    """As many as timeit takes, told as it tells it."""
    def tell(number, seconds):
        print(f"{number} loop{'s' if number != 1 else ''} -> {seconds:.{digits}g} secs")

    number, _ = timer.autorange(tell if digits else None)
    if digits:
        print()
    return number


def nanoseconds(seconds):
    return round(seconds * 1e9)


def measure(timers, empty, loops, repeats, digits, turn):
    """[(loops, times, times of the empty loop)]; `turn` is told whose turn it is."""
    loops = loops or [0] * len(timers)
    for at, timer in enumerate(timers):
        turn(timer)
        loops[at] = loops[at] or loops_of(timer, digits)
    times = [[] for _ in timers]
    empties = {number: [] for number in loops}
    for _ in range(repeats):
        for timer, number, into in zip(timers, loops, times):
            turn(timer)
            into.append(nanoseconds(timer.timeit(number)))
        for number, into in empties.items():
            into.append(nanoseconds(empty.timeit(number)))
    return [(number, each, empties[number]) for number, each in zip(loops, times)]


def run(descriptor, loops, repeats, clock, digits, count, setup, *words):
    report, owner = out_of_sight(int(descriptor)), os.getpid()
    statements, words = words[: int(count)], words[int(count) :]
    loops = [int(number) for number in loops.split(",")] if loops else []
    main = become_timeit(words)
    timer = main.time.process_time if clock == "cpu" else main.default_timer
    empty = main.Timer(timer=timer)
    try:
        timers = [main.Timer(statement, setup, timer) for statement in statements]
    except BaseException as error:  # what does not compile; python -m timeit leaves it to the interpreter too
        sys.excepthook(type(error), without_us(error), error.__traceback__)
        return 1
    turn = timers[:1]
    try:
        figures = measure(timers, empty, loops, int(repeats), int(digits), lambda timer: turn.__setitem__(0, timer))
    except BaseException as error:  # SystemExit and Ctrl-C too, as python -m timeit has it
        without_us(error)
        turn[0].print_exc()
        return 1
    if os.getpid() == owner:  # and no child of the statement's
        lines = [" ".join(map(str, [number, *times, *empties])) for number, times, empties in figures]
        os.write(report, ("\n".join(lines) + "\n").encode())
    return 0


sys.exit(run(*sys.argv[1:]))
