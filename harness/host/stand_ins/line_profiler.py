"""What a program written for line_profiler needs to run under pyharness where line_profiler is not installed.

Functions given to it are watched, from then on and wherever they run. It measures nothing and prints nothing itself: the
report is pyharness's, at the end. What would have to be a measurement (get_stats, load_stats) is not here.
"""

import warnings
from types import FunctionType, ModuleType

from _pyharness import profile as _watch


class LineProfiler:
    """line_profiler's class, without its measuring: watching does not depend on enable() and disable()."""

    def __init__(self, *functions, **options):
        self.functions = []
        for function in functions:
            self.add_function(function)

    def add_function(self, func):
        _watch(func)
        self.functions.append(func)

    def add_module(self, mod):
        """Watch the module's own functions and the methods of its own classes; how many of both."""
        if not isinstance(mod, ModuleType):
            raise TypeError(f"a module is needed, not {mod!r}")
        own = [member for member in vars(mod).values()
               if isinstance(member, (FunctionType, type)) and member.__module__ == mod.__name__]
        for member in own:
            self.add_function(member)
        return len(own)

    def __call__(self, func):
        self.add_function(func)
        return func

    wrap_callable = wrap_function = __call__

    def enable(self):
        pass

    disable = enable_by_count = disable_by_count = enable

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False

    def runcall(self, func, /, *args, **kw):
        return func(*args, **kw)

    def run(self, cmd):
        import __main__

        return self.runctx(cmd, vars(__main__), vars(__main__))

    def runctx(self, cmd, globals, locals):
        exec(cmd, globals, locals)
        return self

    def print_stats(self, *args, **options):
        """Prints nothing: there are no figures before the end, and then pyharness shows them."""

    def dump_stats(self, filename):
        warnings.warn(f"{filename} is not written: line_profiler is not installed, and the figures are in pyharness's report",
                      stacklevel=2)


class GlobalProfiler:
    """What `from line_profiler import profile` is. It marks whatever was enabled: --mode=line asked for it."""

    def __init__(self):
        self.enabled = True
        self.output_prefix = "profile_output"
        self.setup_config, self.write_config, self.show_config = {}, {}, {}

    def __call__(self, func):
        return _watch(func)

    def enable(self, output_prefix=None):
        pass

    def disable(self):
        pass

    def show(self):
        pass


profile = GlobalProfiler()

__all__ = ["LineProfiler", "profile"]
