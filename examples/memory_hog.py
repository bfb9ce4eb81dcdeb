"""Two big lists, one of them only for a moment: the timer shows the peak that it leaves behind.

    ./dev run examples/memory_hog.py
"""


def expensive_memory_allocations():
    a = [1] * (10**6)
    b = [2] * (2 * 10**7)
    del b
    return a


print(len(expensive_memory_allocations()))
