"""Runs a program under cProfile.Profile(builtins=False), which `python -m cProfile` cannot be told.

    python cprofile_without_builtins.py SCRIPT [ARGUMENTS...]
"""

import cProfile
import os
import runpy
import sys

del sys.argv[0]
profile = cProfile.Profile(builtins=False)
try:
    profile.runcall(runpy.run_path, sys.argv[0], run_name="__main__")
finally:
    profile.dump_stats(os.devnull)
