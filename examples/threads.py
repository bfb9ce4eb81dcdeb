"""Four threads that wait and work: hits are exact whichever thread runs, and a line's time includes its waiting.

    ./dev run examples/threads.py --mode=line
"""

import threading
import time


def worker(results, number):
    time.sleep(0.05)
    results[number] = sum(i * i for i in range(20_000))


results = [0] * 4
threads = [threading.Thread(target=worker, args=(results, number)) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sum(results))
