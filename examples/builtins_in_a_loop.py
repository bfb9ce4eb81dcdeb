"""Time spent in built-in functions shows on the line that calls them. Five runs, the fastest first.

    ./dev run examples/builtins_in_a_loop.py --mode=line --repeat=5
"""


def count_words(text):
    counts = {}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


TEXT = "the quick brown fox jumps over the lazy dog and the dog sleeps on " * 5_000
print(count_words(TEXT)[:3])
