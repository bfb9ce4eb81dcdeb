"""Talk to pyharness from the program that it runs.

Under `pyharness run` these do their work; without it they do nothing, so that the same program runs either way. Copy this
file next to your script if it is to run where pyharness is not installed. Licence: Apache-2.0.
"""

try:
    from _pyharness import active, pause, profile, resume, timer, watch
except ImportError:

    def profile(f):
        """Decorator: watch this function. The line report shows only functions that are marked so."""
        return f

    class watch:
        """Context manager: only what runs inside such regions is booked."""

        def __enter__(self):
            return self

        def __exit__(self, *error):
            return False

    class timer:
        """Decorator and context manager: time each call of a function, or each run of a block, as `timer(name)`."""

        def __new__(cls, what, /):
            return super().__new__(cls) if isinstance(what, str) else what

        def __call__(self, f, /):
            return f

        def __enter__(self):
            return self

        def __exit__(self, *error):
            return False

    def pause():
        """Stop booking until resume()."""

    def resume():
        """Go on booking."""

    def active():
        """The modes that are recording, as a set."""
        return set()


__all__ = ["active", "pause", "profile", "resume", "timer", "watch"]
