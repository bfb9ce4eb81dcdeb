"""Threads: workers on a queue, a lock, thread-local data, an executor, nested threads, a timer, generators across."""
import concurrent.futures
import queue
import threading

tasks, results = queue.Queue(), []
lock = threading.Lock()
local = threading.local()


def square(n):
    total = 0
    for _ in range(n):
        total += n
    return total


def worker():
    local.count = 0
    while True:
        n = tasks.get()
        if n is None:
            break
        with lock:
            results.append(square(n))
    local.count += 1


class Own(threading.Thread):
    def run(self):
        inner = threading.Thread(target=square, args=(5,))
        inner.start()
        inner.join()
        self.result = [square(i) for i in range(3)]


def numbers():
    for i in range(10):
        yield i


for n in range(20): tasks.put(n)
workers = [threading.Thread(target=worker) for _ in range(3)]
for w in workers: tasks.put(None)
for w in workers: w.start()
for w in workers: w.join()
print(sorted(results))
own = Own()
own.start()
own.join()
print(own.result)
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    print(list(pool.map(square, range(8))), pool.submit(lambda: square(3)).result())
timer = threading.Timer(0.001, square, (7,))
timer.start()
timer.join()
shared = numbers()
next(shared)
other = threading.Thread(target=lambda: [next(shared) for _ in range(4)])
other.start()
other.join()
print(list(shared))


def last():
    for i in range(100):
        square(i % 3)


threading.Thread(target=last).start()
