# modules: argparse.py gettext.py
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
