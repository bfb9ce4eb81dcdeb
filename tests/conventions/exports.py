"""What the hosts and pyharness show to the dynamic linker. Paths in $PYHARNESS_HOST and $PYHARNESS; the hosts that load
a libpython are the $PYHARNESS_SHARED_HOSTS.

The host exports CPython's interface to extension modules and nothing of ours: a symbol of libstdc++ or fmt there would
take the place of the program's own. pyharness itself needs no library at all.
"""

import os
import re
import subprocess
import sys

# Copies of libc's data that a position dependent executable holds, the linker's own marks, and what every executable has.
NOT_OURS = re.compile(
    r"(std(in|out|err)|_?_?environ|__progname(_full)?|program_invocation(_short)?_name|_?opt(arg|ind|err|opt)"
    r"|_?_?(timezone|daylight|tzname)|signgam|in6addr_(any|loopback)|__signgam|_IO_stdin_used|__libc_single_threaded|__data_start|data_start"
    r"|_?edata|_?end|__bss_start|__dso_handle|_init|_fini|_start|main)"
)
CPYTHON = re.compile(r"_?Py")
# The loader stands in front of these, and in nobody else's way; the core shows its entry only.
LOADER = {"_exit", "pthread_setspecific", "PyEval_SetTrace", "PyEval_SetProfile", "_PyEval_SetTrace", "_PyEval_SetProfile",
          "execve", "execv", "fexecve", "posix_spawn", "posix_spawnp", "wait", "waitpid", "wait3", "wait4", "waitid"}
CORE = {"pyharness_run_core"}
FORBIDDEN = re.compile(r"lib(stdc\+\+|fmt|spdlog|gcc_s|python|md|CLI|pyharness)")


def readelf(*arguments):
    return subprocess.run(["readelf", "--wide", *arguments], check=True, capture_output=True, text=True, timeout=60).stdout


def needed(path):
    return re.findall(r"\(NEEDED\).*\[(.*)\]", readelf("--dynamic", path))


def defined(path):
    for line in readelf("--dyn-syms", path).splitlines():
        fields = line.split()
        # Num: Value Size Type Bind Vis Ndx Name
        if len(fields) >= 8 and fields[0][:-1].isdigit() and fields[6] != "UND" and fields[4] in ("GLOBAL", "WEAK", "UNIQUE"):
            yield fields[7].split("@")[0]


def main():
    breaches = []
    host, pyharness = os.environ["PYHARNESS_HOST"], os.environ["PYHARNESS"]
    symbols = set(defined(host))
    breaches += [f"{host} exports {name}" for name in sorted(symbols) if not CPYTHON.match(name) and not NOT_OURS.fullmatch(name)]
    breaches += [f"{host} needs {name}" for name in needed(host) if FORBIDDEN.match(name)]
    breaches += [f"{pyharness} needs {name}" for name in needed(pyharness)]
    for loader in filter(None, os.environ["PYHARNESS_SHARED_HOSTS"].split(",")):
        for file, wanted in ((loader, LOADER), (loader + ".so", CORE)):
            shown = {name for name in defined(file) if not NOT_OURS.fullmatch(name)}
            breaches += [f"{file} exports {name}" for name in sorted(shown - wanted)]
            breaches += [f"{file} does not export {name}" for name in sorted(wanted - shown)]
            breaches += [f"{file} needs {name}" for name in needed(file) if FORBIDDEN.match(name)]
    for name in ("PyEval_SetTrace", "PyModule_Create2", "_Py_NoneStruct", "PyExc_ValueError", "PyObject_Call"):
        if name not in symbols:
            breaches.append(f"{host} does not export {name}, which extension modules need")
    print("\n".join(breaches) if breaches else f"{len(symbols)} symbols, all CPython's.")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
