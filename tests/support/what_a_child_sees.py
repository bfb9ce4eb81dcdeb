"""A program of cases_children.py: prints what a process can see of itself, and nothing that differs from run to run.

Without a stdout it writes into the file "seen". /proc/self/exe is not here: docs/promises.md.
"""

import os
import stat
import sys

KINDS = {stat.S_ISFIFO: "pipe", stat.S_ISSOCK: "socket", stat.S_ISCHR: "device", stat.S_ISDIR: "directory"}


def descriptors():
    seen = {}
    for number in range(64):
        try:
            mode = os.fstat(number).st_mode
        except OSError:
            continue
        kind = [name for test, name in KINDS.items() if test(mode)]
        seen[number] = (kind[0] if kind else os.readlink("/proc/self/fd/%d" % number), os.get_inheritable(number))
    return seen


def text_of(name):
    with open("/proc/self/" + name, "rb") as file:
        return file.read()


def process():
    """{what: value} of the process."""
    status = [line for line in text_of("status").split(b"\n") if line.startswith((b"Sig", b"Shd", b"Thr", b"Uid", b"Umask", b"Name"))]
    own = os.getpid()
    return {
        "descriptors": descriptors(),
        "cmdline": text_of("cmdline"),
        "environ": sorted(text_of("environ").split(b"\0")),
        "comm": text_of("comm"),
        "status": [line for line in status if not line.startswith(b"SigQ")],
        "limits": text_of("limits"),
        "threads": len(os.listdir("/proc/self/task")),
        "place": (os.getcwd(), os.readlink("/proc/self/root")),
        "leads": (os.getpgrp() == own, os.getsid(0) == own) if "leads" in sys.argv else os.getpgrp() == os.getsid(0),
        "nice": (os.nice(0), sorted(os.sched_getaffinity(0))),
    }


def interpreter():
    """{what: value} of the interpreter."""
    names = "argv orig_argv executable _base_executable path prefix exec_prefix base_prefix version"
    names += " flags _xoptions warnoptions pycache_prefix dont_write_bytecode"
    return {
        **{name: getattr(sys, name, None) for name in names.split()},
        "environment": sorted(os.environ.items()),
        "tracers": (sys.gettrace(), sys.getprofile()),
        "streams": [stream and (stream.encoding, stream.errors, stream.line_buffering) for stream in (sys.stdin, sys.stdout, sys.stderr)],
        "site": "site" in sys.modules,
        "main": (__name__, sys.modules["__main__"].__dict__.get("__file__")),
    }


def show():
    seen = {**process(), **interpreter()}
    out = sys.stdout or open("seen", "a")
    for what, value in seen.items():
        print(what, ascii(value), file=out, flush=True)


if __name__ == "__main__":
    show()
