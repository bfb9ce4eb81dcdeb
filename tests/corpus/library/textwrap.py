# modules: textwrap.py
import textwrap
text = "The quick brown fox -- jumped over the lazy-dog's back; \t and ran " * 5
print(textwrap.fill(text, 40, initial_indent="* ", subsequent_indent="  "), textwrap.shorten(text, 30))
print(textwrap.wrap("a" * 50 + " b", 20), textwrap.wrap(text, 25, max_lines=2, break_long_words=False))
print(textwrap.dedent("    a\n      b\n\n    c\n"), textwrap.indent("a\n\nb\n", "> "))
