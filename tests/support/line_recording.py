"""Recordings of lines made by hand, so that what others read of our reports can be set beside what we know."""

import cprofile_recording


def recording(functions, root="/work", sources=None):
    """A recording with a line table: functions as {(file, line, name): {line: {"hits": ..., "time_ns": ...}}}, sources as
    {file: text}."""
    made = cprofile_recording.recording({}, {}, root)
    made["run"]["modes"] = ["line"]
    made["sources"] = [
        {"file": file, "sha256": "0" * 64, "lines": {str(i): line for i, line in enumerate(text.splitlines(), 1)}}
        for file, text in (sources or {}).items()
    ]
    made["sections"] = {"line": {"functions": [
        {"file": file, "line": line, "name": name, "total_ns": sum(row["time_ns"] for row in rows.values()),
         "lines": [{"line": number, **row} for number, row in rows.items()]}
        for (file, line, name), rows in functions.items()
    ]}}  # fmt: skip
    return made
