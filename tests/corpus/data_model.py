"""Special methods called by the interpreter: iteration, comparison, hashing, formatting, truth, call, copy, contains."""
import copy
import operator


class Vector:
    def __init__(self, *values):
        self.values = list(values)

    def __iter__(self):
        return iter(self.values)

    def __len__(self):
        return len(self.values)

    def __bool__(self):
        return any(self.values)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return Vector(*self.values[index])
        return self.values[index]

    def __lt__(self, other):
        return sum(self) < sum(other)

    def __eq__(self, other):
        return self.values == other.values

    def __hash__(self):
        return hash(tuple(self))

    def __add__(self, other):
        return Vector(*map(operator.add, self, other))

    def __iadd__(self, other):
        for i, value in enumerate(other):
            self.values[i] += value
        return self

    def __contains__(self, value):
        return any(
            value == own
            for own in self
        )

    def __format__(self, spec):
        return ",".join(format(v, spec) for v in self)

    def __repr__(self):
        return f"V{self:d}"

    def __call__(self, index): return self[index]

    def __copy__(self):
        return Vector(*self)


vectors = [Vector(3, 1), Vector(0, 0), Vector(1, 2)]
print(sorted(vectors), max(vectors), [bool(v) for v in vectors], 3 in vectors[0], 4 in vectors[0])
total = Vector(0, 0)
for v in vectors:
    total += v
    total = total + v
print(f"{total:>3}", total(0), total[:1], len({*vectors, Vector(3, 1)}), copy.copy(total) == total)
a, b = total
print(a, b, *total, [*reversed(total.values)])


class Old:
    def __getitem__(self, i):
        if i > 3: raise IndexError
        return i


print(list(Old()), 2 in Old())
print(sorted(range(6), key=Vector(5, 3, 1, 0, 2, 4)))
