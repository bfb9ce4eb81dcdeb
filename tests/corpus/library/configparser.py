# modules: configparser.py
import configparser, io
parser = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation(), allow_no_value=True)
parser.read_string("[DEFAULT]\nroot=/x\n[a]\npath=${root}/y\nlong = 1\n  2\n  3\nflag=yes\n# no\n[b]\nalone\np=${a:path}!\n")
print({s: dict(parser[s]) for s in parser.sections()}, parser["a"].getboolean("flag"), parser.get("b", "none", fallback=1))
for bad in ("x=1\n", "[a]\n[a]\n", "[a]\nx=1\nx=2\n", "[a]\ny=${none}\n"):
    try:
        other = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation())
        other.read_string(bad); other.get("a", "y")
    except configparser.Error as error:
        print(type(error).__name__)
parser["c"] = {"k": "v"}; out = io.StringIO(); parser.write(out); print(out.getvalue())
