"""Recordings made by hand of what cProfile counted, so that our reports can be set beside pstats' own."""

RUN = {
    "argv": ["/usr/bin/python3.11", "app.py"],
    "target": "app.py",
    "root": "/work",
    "modes": ["profile"],
    "python": {"version": "3.11.2", "executable": "/usr/bin/python3.11"},
    "exit_status": 0,
    "started_at": "2026-01-02T03:04:05.000006Z",
    "wall_ns": 1_234_567_890,
    "user_ns": 1_100_000_000,
    "system_ns": 50_000_000,
    "children": {"user_ns": 0, "system_ns": 0},
    "peak_rss_bytes": 12_345_678,
    "host": {"cpu": "Test CPU", "cores": 2, "kernel": "6.1"},
    "clock": {"source": "tsc", "ticks_per_second": 2_000_000_000},
    "processes": [{"pid": 100, "parent": 99, "start": "run", "argv": ["/usr/bin/python3.11", "app.py"], "exit_status": 0}],
    "losses": {},
}


def recording(functions, edges, root="/work"):
    """A recording with a profile: functions as {(file, line, name): (calls, primitive calls, own ns, cumulative ns)},
    edges as {(caller, callee): the same}, each named by its key."""
    index = {key: i for i, key in enumerate(functions)}
    names = ("calls", "primitive_calls", "self_ns", "cumulative_ns")
    profile = {
        "total_calls": sum(costs[0] for costs in functions.values()),
        "primitive_calls": sum(costs[1] for costs in functions.values()),
        "total_ns": sum(costs[2] for costs in functions.values()),
        "functions": [
            {"file": file, "line": line, "name": name, **dict(zip(names, costs))}
            for (file, line, name), costs in functions.items()
        ],
        "edges": [
            {"caller": index[caller], "callee": index[callee], **dict(zip(names, costs))}
            for (caller, callee), costs in edges.items()
        ],
    }
    return {
        "schema": "pyharness.recording",
        "schema_version": 1,
        "run": {**RUN, "root": root},
        "sources": [],
        "sections": {"profile": profile},
    }


def of_stats(stats, root="/work"):
    """The recording of the dict that cProfile writes."""
    functions = {key: (nc, cc, ns(tt), ns(ct)) for key, (cc, nc, tt, ct, _) in stats.items()}
    edges = {
        (caller, callee): (nc, cc, ns(tt), ns(ct))
        for callee, (*_, callers) in stats.items()
        for caller, (nc, cc, tt, ct) in callers.items()
    }
    return recording(functions, edges, root)


def ns(seconds):
    return max(0, round(seconds * 1e9))
