"""A cache that nobody empties, beside a table that is large for a moment: what made the peak, and what is left of it?

    ./dev run examples/growing_cache.py --mode=alloc

`[ Top ... ]` orders lines by what they held when the program held the most: first the table, of which next to nothing
is left at the end. The cache's line is smaller, but what it held then it still holds at the end: that is what a leak looks
like. The many blocks of the line that only counts are temporary: they cost time, not room.
"""

CACHE = {}


def answer(question):
    if question not in CACHE:
        CACHE[question] = "answer to " + question * 20
    return CACHE[question]


def report(count):
    table = [[str(row)] * 50 for row in range(count)]
    return sum(map(len, table))


def count_letters(words):
    total = 0
    for word in words:
        total += len(word.upper())
    return total


letters = sum(count_letters([answer(f"question {i}")]) for i in range(10_000))
cells = report(12_000)
print(letters, cells)
