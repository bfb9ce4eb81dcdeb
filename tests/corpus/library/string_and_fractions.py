# modules: string.py fractions.py statistics.py
import string, fractions, statistics
print(string.Template("$a ${b} $$").substitute(a=1, b=2), string.Formatter().format("{0!r:>5} {x[k]}", "a", x={"k": 3}))
total = sum((fractions.Fraction(1, n) for n in range(1, 30)), fractions.Fraction())
print(total, total.limit_denominator(50), float(total), fractions.Fraction("3.75") ** 2, fractions.Fraction(0.1))
data = [i * i % 23 for i in range(40)]
print(statistics.median(data), statistics.stdev(data), statistics.quantiles(data), statistics.multimode(data))
