"""del of names, items, slices and attributes; __del__ on reference count zero; weak references; object life times."""
import weakref


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


class Box(dict):
    def __delitem__(self, key):
        print("delitem", key)
        super().__delitem__(key)

    def __delattr__(self, name):
        object.__delattr__(self, name)


a = Noisy("a")
a = Noisy("b")
del a
box = Box(x=1, y=2)
box.attribute = Noisy("c")
del box["x"], box.attribute
items = list(range(10))
del items[2:5], items[0]
del (items[0],
     items[1])
print(items, box)


def scope():
    local = Noisy("local")
    other = weakref.ref(local, lambda r: print("gone"))
    del local
    try:
        local
    except UnboundLocalError:
        print("unbound")
    return other()


print(scope())
try:
    raise ValueError
except ValueError as error:
    kept = Noisy("kept")
try:
    error
except NameError:
    print("error is gone")
del kept
[Noisy(i) for i in range(3)].clear()
Noisy("at once")
print("end")
