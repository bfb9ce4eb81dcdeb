"""One slow helper, two callers: the profile shows what it costs, and which of them it is called by.

    ./dev run examples/who_calls_it.py --mode=profile
"""


def normalized(word):
    return "".join(letter for letter in word.lower() if letter.isalpha())


def index(words):
    found = {}
    for position, word in enumerate(words):
        found.setdefault(normalized(word), []).append(position)
    return found


def search(found, wanted):
    return [len(found.get(normalized(word), ())) for word in wanted]


words = ("It was the best of times, it was the worst of times; " * 400).split()
found = index(words)
print(search(found, ["Times", "worst", "wisdom"]))
