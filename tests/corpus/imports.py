"""Imports of own modules and packages: star, relative, in functions, conditional, reloaded, failing, with __getattr__."""
import importlib
import os
import sys
import tempfile

FILES = {
    "package/__init__.py": "from .one import *\nfrom . import two as deux\n\n\ndef __getattr__(name):\n    if name[0] == '_':\n        raise AttributeError(name)\n    return name\n",
    "package/one.py": "__all__ = ['a', 'b']\na = 1\ndef b():\n    return a\nc = 3\nfor i in range(3): c += i\n",
    "package/two.py": "from .one import c\n\nclass Two:\n    from .one import a\n\nif c > 100:\n    import missing\n",
    "failing.py": "x = 1\nfor i in range(3):\n    x += i\nraise RuntimeError('no')\n",
}
here = os.path.dirname(os.path.abspath(__file__))
for name, text in FILES.items():
    os.makedirs(os.path.dirname(os.path.join(here, name)), exist_ok=True)
    with open(os.path.join(here, name), "w") as file:
        file.write(text)


def late():
    from package.one import b
    import package.two
    return b() + package.two.Two.a


from package import *
import package
print(a, b(), package.anything, package.deux.Two.a, late())
importlib.reload(package.one)
for _ in range(2):
    try:
        import failing
    except RuntimeError as error:
        print(error)
try:
    from package.one import nothing
except ImportError:
    print("no such name")
with tempfile.TemporaryDirectory() as elsewhere:
    with open(os.path.join(elsewhere, "foreign.py"), "w") as file:
        file.write("def f():\n    return 5\n")
    sys.path.append(elsewhere)
    import foreign
    print(foreign.f())
