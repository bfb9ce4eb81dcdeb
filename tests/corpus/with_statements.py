"""with: several managers, parenthesised, as-targets, swallowed exceptions, ExitStack, contextmanager, closing."""
import contextlib
import io


class Manager:
    def __init__(self, name, swallow=False):
        self.name = name
        self.swallow = swallow

    def __enter__(self):
        print("enter", self.name)
        return self

    def __exit__(self, kind, value, traceback):
        print("exit", self.name, kind and kind.__name__)
        return self.swallow


@contextlib.contextmanager
def made(value):
    print("before")
    try:
        yield value
    except KeyError:
        print("key")
    finally:
        print("after")


with Manager("a") as a, Manager("b", True) as b:
    print(a.name, b.name)
    raise ValueError
with (
    Manager("c"),
    made([1, 2]) as (x, y),
):
    print(x + y)
with made(3) as v:
    raise KeyError(v)


def early():
    for i in range(3):
        with Manager(i), contextlib.suppress(TypeError):
            if i == 1:
                return i
            len(i)
            print("never")


print(early())
with contextlib.ExitStack() as stack:
    for i in range(3):
        stack.enter_context(Manager(f"s{i}"))
    stack.callback(print, "callback")
with contextlib.redirect_stdout(io.StringIO()) as text:
    print("hidden")
print(len(text.getvalue()))
