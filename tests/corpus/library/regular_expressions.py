# modules: re shlex.py tokenize.py fnmatch.py html _markupbase.py string.py textwrap.py
import io, re, shlex, tokenize, fnmatch, html, html.parser, string, textwrap
for pattern in (r"(?P<y>\d{4})-(?P<m>\d\d?)|[^a-z\s]+?(?=x)(?!y)", r"(a|b)*?c(?:d{2,})\1", r"(?i:ab)(?<=b)(z)?(?(1)x|y)|()", r"[\w-]|\bé\B|.$",
                r"(?x) a # c" "\n b", "(", "a**", "[z-a]", r"(?P=x)", "(?<=a+)b", r"\g"):
    try:
        print(re.compile(pattern).groups)
    except re.error as error:
        print(error)
print(re.sub(r"(\w+) (\w+)", r"\2 \g<1>", "one two, three four"), re.split("(,)", "a,b"), re.escape("a.b"), re.findall("a|b", "cab"))
print(re.Scanner([(r"\d+", lambda s, t: int(t)), (r"\s+", None), (r"\w+", "word")]).scan("ab 12 !"))
print(shlex.split("""a 'b c' "d \\" e" f\\ g # h""", comments=True), shlex.quote("it's"), list(shlex.shlex("a && b || c;d", punctuation_chars=True)))
source = "def f(x, *, y=1):\n    # comment\n    return f'{x!r:>{y}}' + \\\n        0x1F @ x\nclass A: pass\n\tif"
try:
    for token in tokenize.generate_tokens(io.StringIO(source).readline): print(tokenize.tok_name[token.exact_type], end=" ")
except (IndentationError, tokenize.TokenError) as error: print(type(error).__name__)
tokens = list(tokenize.tokenize(io.BytesIO(b"# -*- coding: latin-1 -*-\nx = (1,\n 2)\n").readline))
print(tokens[0].string, len(tokens), tokenize.untokenize(tokens))
print(fnmatch.filter(["a.py", "b.txt", "c.PY"], "*.[pP]y"), fnmatch.translate("[!a]?*"), html.unescape("&lt;&#233;&notit;&#x41;"), html.escape("<'>"))
class Tags(html.parser.HTMLParser):
    def handle_starttag(self, tag, attributes): print("+", tag, attributes)
    def handle_endtag(self, tag): print("-", tag)
    def handle_data(self, data): print("=", repr(data))
    def handle_comment(self, data): print("!", data)
    def handle_decl(self, declaration): print("<!", declaration)
Tags().feed("<!DOCTYPE html><p class=a id='b'>x &amp; y<br/><!-- c --><script>1<2</script></p><bad")
print(textwrap.fill("words " * 30, 33), string.capwords("a bc"), string.Template("$x ${y} $$").safe_substitute(x=1))
