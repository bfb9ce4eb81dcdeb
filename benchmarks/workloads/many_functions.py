"""Much code that hardly runs: functions of twenty-six lines made from text, each called once. What it costs to take on new
code shows here, and nothing else. Named *.made.py beside this file, so that it is the program's own.
"""

import sys

FUNCTIONS = 2000
TEMPLATE = '''def work_{0}(items, limit={0}):
    """Number {0}."""
    total = 0
    seen = {{}}
    for at, item in enumerate(items):
        if item in seen:
            seen[item] += 1
            continue
        elif item > limit and at:
            break
        seen[item] = 1
        total += item * {0} - len(seen)
    else:
        total += limit
    while total > 1000000:
        total //= 2
    try:
        total += seen[{0}]
    except KeyError as error:
        total -= len(error.args)
    finally:
        seen.clear()
    with guard:
        chosen = [value for value in items if value]
    return total, chosen

'''


class Guard:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False


def main(scale):
    functions = max(1, int(FUNCTIONS * scale))
    space = {"guard": Guard()}
    source = "".join(TEMPLATE.format(number) for number in range(functions))
    exec(compile(source, __file__.replace(".py", ".made.py"), "exec"), space)
    total = 0
    for number in range(functions):
        total += space[f"work_{number}"]((1, number))[0]
    print("many_functions", functions, source.count("\n"), total)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
