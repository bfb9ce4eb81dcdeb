"""Programs that use modules of the standard library as their own code: the modules are copied beside the program.

    {name: ([modules or packages of Lib to copy], program)}
"""

PROGRAMS = {
    "json": (["json"], """
import json
text = json.dumps({"a": [1, 2.5, None, True, "\\u00e9\\n"], "b": {"c": []}}, indent=2, sort_keys=True)
print(text, json.loads(text), json.dumps("x" * 100, ensure_ascii=False))
class Odd(json.JSONEncoder):
    def default(self, o):
        return list(o)
print(json.dumps({1: {2}, "t": (3, 4)}, cls=Odd, separators=(",", ":")), list(Odd().iterencode([{5}, {}, "a"])))
for bad in ("[1,", "{'a'}", '"\\\\x"', "nul", ""):
    try:
        json.loads(bad)
    except json.JSONDecodeError as error:
        print(error)
"""),
    "json_in_python": (["json"], """
import json.decoder, json.encoder, json.scanner
json.scanner.make_scanner = json.scanner.py_make_scanner
json.encoder.c_make_encoder = None
json.decoder.scanstring = json.decoder.py_scanstring
decoder = json.JSONDecoder()
decoder.parse_string = json.decoder.py_scanstring
decoder.scan_once = json.scanner.py_make_scanner(decoder)
text = json.dumps([{"key%d" % i: [i, i / 3, None, "\\t\\u2028", {"x": ()}]} for i in range(20)], indent=1)
print(len(text), decoder.decode(text) == json.loads(text))
"""),
    "argparse": (["argparse.py", "gettext.py"], """
import argparse
parser = argparse.ArgumentParser(prog="prog", description="A program.", epilog="The end.")
parser.add_argument("files", nargs="*", help="what to read")
parser.add_argument("-n", "--number", type=int, default=3, metavar="N", help="how many (%(default)s)")
parser.add_argument("--level", choices=["low", "high"])
group = parser.add_mutually_exclusive_group()
group.add_argument("-v", action="count"); group.add_argument("-q", action="store_true")
commands = argparse.ArgumentParser(prog="tool", allow_abbrev=False)
sub = commands.add_subparsers(dest="command", required=True)
sub.add_parser("add", aliases=["a"]).add_argument("what", type=float)
print(parser.format_help(), parser.parse_args(["a", "b", "-n5", "-vv"]), commands.parse_args(["a", "2.5"]))
for words in (["-n", "x"], ["--level", "mid"], ["-v", "-q"], ["--unknown"]):
    try:
        parser.parse_args(words)
    except SystemExit as exit:
        print(exit.code)
"""),
    "difflib": (["difflib.py"], """
import difflib
a = "one two three four five six".split() * 3
b = "one three two four six six seven".split() * 2
print("\\n".join(difflib.unified_diff(a, b, lineterm="")), difflib.get_close_matches("appel", ["ape", "apple", "peach"]))
print(list(difflib.ndiff(["one\\n", "two\\n", "tree\\n"], ["ore\\n", "tree\\n", "emu\\n"])))
print(difflib.SequenceMatcher(None, "private Thread", "private volatile Thread").get_opcodes())
print(len(difflib.HtmlDiff().make_table(a, b)), "".join(difflib.restore(difflib.ndiff(["x\\n"], ["y\\n"]), 1)))
"""),
    "ast": (["ast.py"], """
import ast, sys
source = open(sys.argv[1]).read()
tree = ast.parse(source)
again = ast.unparse(tree)
print(len(again), len(ast.dump(tree, indent=1)), ast.literal_eval("{'a': [1, (2, -3.5)], 'b': {False, True}}"))
class Names(ast.NodeVisitor):
    def __init__(self):
        self.names = []
    def visit_Name(self, node):
        self.names.append(node.id)
class Double(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.Constant(node.value * 2) if isinstance(node.value, int) else node
names = Names(); names.visit(tree); print(len(names.names), sum(1 for _ in ast.walk(tree)))
print(ast.unparse(ast.fix_missing_locations(Double().visit(ast.parse("x = 1 + f(2, *a, k=[3])")))))
"""),
    "dataclasses": (["dataclasses.py"], """
import dataclasses
@dataclasses.dataclass(order=True, frozen=True)
class Point:
    x: int
    y: int = 0
    names: tuple = dataclasses.field(default=(), compare=False, repr=False)
@dataclasses.dataclass(slots=True, kw_only=True)
class Box:
    items: list = dataclasses.field(default_factory=list)
    size: dataclasses.InitVar[int] = 0
    def __post_init__(self, size):
        self.items += [size] * size
print(Point(1) < Point(1, 2), Point(3), hash(Point(1)) == hash(Point(1)), Box(size=3), Box() == Box())
print(dataclasses.asdict(Box(items=[Point(1), {"a": Point(2)}])), dataclasses.replace(Point(1), y=5))
Made = dataclasses.make_dataclass("Made", [("a", int), ("b", str, "x")])
print(Made(1), [f.name for f in dataclasses.fields(Made)], dataclasses.astuple(Made(2)))
try:
    Point(1).x = 2
except dataclasses.FrozenInstanceError as error:
    print(error)
"""),
    "heapq": (["heapq.py", "bisect.py"], """
import sys
sys.modules["_heapq"] = sys.modules["_bisect"] = None
import heapq, bisect
heap = [(i * 7919) % 101 for i in range(60)]
heapq.heapify(heap)
for i in range(20):
    heapq.heappush(heap, i * 3 % 17)
print([heapq.heappop(heap) for _ in range(30)], heapq.heapreplace(heap, 5), heapq.heappushpop(heap, 1))
print(heapq.nlargest(3, heap), heapq.nsmallest(4, heap, key=lambda x: -x), list(heapq.merge([1, 4], [2, 3], [], key=abs)))
print(list(heapq.merge([9, 5], [7, 2], reverse=True)), [bisect.bisect(sorted(heap), x) for x in range(0, 90, 9)])
"""),
    "textwrap": (["textwrap.py"], """
import textwrap
text = "The quick brown fox -- jumped over the lazy-dog's back; \\t and ran " * 5
print(textwrap.fill(text, 40, initial_indent="* ", subsequent_indent="  "), textwrap.shorten(text, 30))
print(textwrap.wrap("a" * 50 + " b", 20), textwrap.wrap(text, 25, max_lines=2, break_long_words=False))
print(textwrap.dedent("    a\\n      b\\n\\n    c\\n"), textwrap.indent("a\\n\\nb\\n", "> "))
"""),
    "csv": (["csv.py"], """
import csv, io
out = io.StringIO()
writer = csv.DictWriter(out, ["a", "b"], restval="-", extrasaction="ignore", quoting=csv.QUOTE_NONNUMERIC)
writer.writeheader()
writer.writerows([{"a": i, "b": "x,%d" % i, "c": 1} for i in range(10)] + [{"a": 1}])
print(out.getvalue(), list(csv.DictReader(io.StringIO("a,b\\n1,2\\n\\n3\\n4,5,6\\n"))))
print(csv.Sniffer().sniff("a;b;c\\n'1';2;3\\n'4';5;6\\n").delimiter, csv.Sniffer().has_header("a,b\\n1,2\\n3,4\\n"))
"""),
    "string_and_fractions": (["string.py", "fractions.py", "statistics.py"], """
import string, fractions, statistics
print(string.Template("$a ${b} $$").substitute(a=1, b=2), string.Formatter().format("{0!r:>5} {x[k]}", "a", x={"k": 3}))
total = sum((fractions.Fraction(1, n) for n in range(1, 30)), fractions.Fraction())
print(total, total.limit_denominator(50), float(total), fractions.Fraction("3.75") ** 2, fractions.Fraction(0.1))
data = [i * i % 23 for i in range(40)]
print(statistics.median(data), statistics.stdev(data), statistics.quantiles(data), statistics.multimode(data))
"""),
    "configparser": (["configparser.py"], """
import configparser, io
parser = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation(), allow_no_value=True)
parser.read_string("[DEFAULT]\\nroot=/x\\n[a]\\npath=${root}/y\\nlong = 1\\n  2\\n  3\\nflag=yes\\n# no\\n[b]\\nalone\\np=${a:path}!\\n")
print({s: dict(parser[s]) for s in parser.sections()}, parser["a"].getboolean("flag"), parser.get("b", "none", fallback=1))
for bad in ("x=1\\n", "[a]\\n[a]\\n", "[a]\\nx=1\\nx=2\\n", "[a]\\ny=${none}\\n"):
    try:
        other = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation())
        other.read_string(bad); other.get("a", "y")
    except configparser.Error as error:
        print(type(error).__name__)
parser["c"] = {"k": "v"}; out = io.StringIO(); parser.write(out); print(out.getvalue())
"""),
}
