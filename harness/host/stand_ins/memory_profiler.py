"""What a program written for memory_profiler needs to run under pyharness where memory_profiler is not installed.

Functions decorated with it are watched. It measures nothing and prints nothing itself: the report is pyharness's, at the
end. memory_usage would have to be a measurement and is not here.
"""

from _pyharness import profile as _watch


def profile(func=None, stream=None, precision=1, backend="psutil"):
    """Decorator, with or without arguments, which only say how memory_profiler would print."""
    return _watch if func is None else _watch(func)


__all__ = ["profile"]
