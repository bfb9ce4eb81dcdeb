# modules: json
import json
text = json.dumps({"a": [1, 2.5, None, True, "\u00e9\n"], "b": {"c": []}}, indent=2, sort_keys=True)
print(text, json.loads(text), json.dumps("x" * 100, ensure_ascii=False))
class Odd(json.JSONEncoder):
    def default(self, o):
        return list(o)
print(json.dumps({1: {2}, "t": (3, 4)}, cls=Odd, separators=(",", ":")), list(Odd().iterencode([{5}, {}, "a"])))
for bad in ("[1,", "{'a'}", '"\\x"', "nul", ""):
    try:
        json.loads(bad)
    except json.JSONDecodeError as error:
        print(error)
