"""os.fork: lines of parent and children add up; forks inside functions, in loops, in a thread, with waitpid."""
import os
import sys
import threading


def work(n):
    total = 0
    for i in range(n):
        total += i
    return total


def forked(n):
    pid = os.fork()
    if pid == 0:
        work(n)
        sys.exit(n)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def generation(depth):
    work(3)
    if depth == 0:
        return
    pid = os.fork()
    if pid == 0:
        generation(depth - 1)
        sys.exit(0)
    os.waitpid(pid, 0)


sys.stdout.flush()
work(10)
print([forked(n) for n in (2, 4)], flush=True)
generation(2)
thread = threading.Thread(target=lambda: work(5))
thread.start()
thread.join()
work(1)
