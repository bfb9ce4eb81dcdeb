"""Code that runs late: atexit functions, threads still running at the end, sys.exit inside a finally, context at exit."""
import atexit
import sys
import threading


def late(n):
    for i in range(n):
        print("late", i)


def registering():
    atexit.register(late, 1)


def background(event):
    event.wait()
    for i in range(5):
        pass


atexit.register(late, 2)
atexit.register(registering)
event = threading.Event()
threading.Thread(target=background, args=(event,)).start()
try:
    try:
        print("before")
        sys.exit(3)
    finally:
        event.set()
        print("finally")
except SystemExit as exit:
    print(exit.code)
    raise
