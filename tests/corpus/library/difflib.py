# modules: difflib.py
import difflib
a = "one two three four five six".split() * 3
b = "one three two four six six seven".split() * 2
print("\n".join(difflib.unified_diff(a, b, lineterm="")), difflib.get_close_matches("appel", ["ape", "apple", "peach"]))
print(list(difflib.ndiff(["one\n", "two\n", "tree\n"], ["ore\n", "tree\n", "emu\n"])))
print(difflib.SequenceMatcher(None, "private Thread", "private volatile Thread").get_opcodes())
print(len(difflib.HtmlDiff().make_table(a, b)), "".join(difflib.restore(difflib.ndiff(["x\n"], ["y\n"]), 1)))
