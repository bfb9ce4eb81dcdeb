"""Large code: many constants, names and lines, jumps over 255 and 65,535 code units, deep blocks, far and backward lines."""
import sys


def run(name, source, *arguments):
    space = {}
    exec(compile(source, f"{__file__}.{name}.py", "exec"), space)
    print(name, [space["f"](argument) for argument in arguments])


def body(lines, indent=4):
    return "".join(" " * indent + line + "\n" for line in lines)


def constants(n):
    return "def f(x):\n    t = 0\n" + body(f"t += x if x != {i} else {i}.5" for i in range(1000, 1000 + n)) + "    return t\n"


def names(n):
    lines = [f"v{i} = x + v{i - 1}" for i in range(1, n)]
    return "def f(x):\n    v0 = 1\n" + body(lines) + f"    return v{n - 1}, " + ", ".join(f"v{i}" for i in range(0, n, 50)) + "\n"


def long_loop(n):
    """The loop's jump back goes over all of `n` statements, and so do break and continue."""
    lines = [f"if t == {-i}: x = 0" if i % 10 == 0 else f"t = t + {i % 5}; t %= 10007" for i in range(n)]
    return ("def f(x):\n    t = 0\n    for i in range(3):\n        if x == i: continue\n        if x > 10: break\n"
            + body(lines, 8) + "    else:\n        t += 1\n    while x:\n        try:\n            x -= 1\n            if t % 2: continue\n"
            + body(lines, 12) + "        finally:\n            t += 1\n    return t\n")


def long_condition(n):
    text = " and ".join(f"x != {i}" for i in range(n))
    return f"def f(x):\n    if {text}: return 'all'\n    while not ({text}): x += 50\n    return x, 'some' if {text} else 'none'\n"


def many_branches(n):
    return "def f(x):\n" + body(f"{'el' if i else ''}if x == {i}:\n        return {i * 2}" for i in range(n)) + "    return None\n"


def deep_blocks(n):
    text, pad = "def f(x):\n", "    "
    for i in range(n):
        head = ("for i{0} in range(2):", "while x:", "if x is not None:", "try:")[i % 4].format(i)
        text += f"{pad}{head}\n{pad}    x -= x > 0\n"
        pad += "    "
    text += f"{pad}x = x or 0\n"
    for i in reversed(range(n)):
        pad = pad[4:]
        if i % 4 == 3:
            text += f"{pad}finally:\n{pad}    x -= x > 0\n"
    return text + "    return x\n"


def far_lines(gap):
    return "def f(x):\n" + "\n" * gap + "    y = (x\n" + "\n" * gap + "         + len('a')\n" + "\n" * gap + "    )\n    for i in range(2):\n" \
        + "\n" * gap + "        y += i\n    return y\n"


def long_lines(n):
    return "def f(x):\n    return [" + ", ".join(f"x + {i}" for i in range(n)) + f"][-1], g({', '.join('x' for _ in range(200))})\n" \
        + "def g(*a): return sum(a)\n"


def many_functions(n):
    lines = [f"def f{i}(x):\n    y = x + {i}\n    return y\nt += f{i}(1)" for i in range(n)]
    return "t = 0\n" + "\n".join(lines) + "\ndef f(x): return t + x\n"


def many_values(n):
    """Far more than the stack usually holds."""
    nested = "".join(f"[x, {i}, " for i in range(n)) + "x" + "]" * n
    return f"def f(x):\n    t = {nested}\n    return len(t), len(str({'(' * 40}x{')' * 40}))\n"


run("constants", constants(600), 1, 1005)
run("names", names(400), 2)
run("short_loop", long_loop(60), 0, 1, 2, 11)
run("long_loop", long_loop(900), 0, 2, 11)
run("very_long_loop", long_loop(7000 if sys.version_info < (3, 12) else 700), 2)  # 3.12 traces it in quadratic time
run("long_condition", long_condition(300), 0, 299, 5000)
run("many_branches", many_branches(500), 0, 250, 499, 500)
run("deep_blocks", deep_blocks(18), 3, 40)
run("near_lines", far_lines(10), 1)
run("far_lines", far_lines(300), 1, 2)
run("very_far_lines", far_lines(40000), 1)
run("long_lines", long_lines(800), 1)
run("many_functions", many_functions(200), 1)
run("many_values", many_values(80), 1)
