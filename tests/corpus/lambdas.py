"""Lambdas: one per line, several in a line, over several lines, as keys and defaults, recursive through a name."""
add = lambda a, b: a + b
twice = lambda f: lambda x: f(f(x))
choose = lambda flag: (
    "yes"
    if flag
    else "no"
)
factorial = lambda n: 1 if n < 2 else n * factorial(n - 1)
both = [lambda x: x + 1, lambda x: x * 2]
print(add(1, 2), twice(lambda x: x * 3)(2), choose(True), choose(False), factorial(6))
print([f(5) for f in both])
print(sorted("banana", key=lambda c: (-"banana".count(c), c)))
print(list(map(lambda x, y: x - y, range(5), range(5, 0, -1))))
table = {"+": lambda a, b: a + b,
         "-": lambda a, b: a - b,
         "*": lambda a, b:
             a * b}
for name, f in table.items(): print(name, f(6, 3))
default = (lambda value, fallback=lambda: "fallback": value or fallback())
print(default(0), default(1))
print((lambda *args, **kw: (len(args), sorted(kw)))(1, 2, x=3))
print(list(filter(None, map(lambda x: x % 3, range(7)))))
