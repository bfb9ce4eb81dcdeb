"""Measures what pyharness costs, against the targets and beside its peers.  ./dev bench [options]

A slowdown is the program's own CPU time (user and system, with its children; the supervisor's is shown apart as
"beside") in times that of plain Python on the same work: interleaved, on one CPU, the median of the rounds' ratios.
Wall time, with all of pyharness in it, stands next to it. An overhead is a slowdown less 1.
"""

import argparse
import shutil
import sys

from instructions import INSTRUCTION_ROWS
from measure import BenchFailure, pin
from report import machine_facts, summary, text_of, write_json
from rows import ROWS
from subjects import PYHARNESS, use_line_profiler_5

QUICK_ROUNDS = 3
QUICK_SCALE = 0.2


def parse(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [row.name for row in ROWS + INSTRUCTION_ROWS]
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds per row (7)")
    parser.add_argument("--only", action="append", choices=names, metavar="ROW", help="repeatable; " + ", ".join(names))
    parser.add_argument("--quick", action="store_true", help="fewer rounds of less work: a look, not a result")
    parser.add_argument("--instructions", action="store_true", help="count instructions too, under valgrind")
    parser.add_argument("--line-profiler5", metavar="PYTHON", help="an interpreter like this one that has line_profiler 5")
    parser.add_argument("--json", metavar="FILE", help="keep everything there, with the cost of every single run")
    options = parser.parse_args(words)
    if options.rounds is None:
        options.rounds = QUICK_ROUNDS if options.quick else 7
    if options.rounds < 1:
        parser.error("--rounds takes 1 or more")
    if options.line_profiler5:
        use_line_profiler_5(options.line_profiler5)
    options.scale = QUICK_SCALE if options.quick else 1.0
    return options


def chosen_rows(options):
    if options.only:
        return [row for row in ROWS + INSTRUCTION_ROWS if row.name in options.only]
    return [*ROWS, *(INSTRUCTION_ROWS if options.instructions else ())]


def main():
    options = parse(sys.argv[1:])
    if shutil.which(PYHARNESS) is None:
        sys.exit(f"bench: there is no {PYHARNESS}; build it, or name it in PYHARNESS")
    facts = machine_facts(pin())
    for name, fact in facts.items():
        print(f"{name:10} {fact}")
    results = []
    try:
        for row in chosen_rows(options):
            results.append(row.run(options))
            print(*text_of(results[-1]), sep="\n", flush=True)
    except BenchFailure as failure:
        sys.exit(f"bench: {failure}")
    print(*summary(results), sep="\n")
    if options.json:
        write_json(options.json, facts, options, results)


if __name__ == "__main__":
    main()
