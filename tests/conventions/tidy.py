"""clang-tidy over the sources, each once: files that are compiled for several Pythons are looked at for the first.

    tidy.py PROJECT BUILD RUN_CLANG_TIDY
"""

import json
import os
import pathlib
import re
import sys

project, build, tool = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
ours = re.compile(re.escape(str(project)) + r"/(harness|profilers|reporters)/.*\.cpp")

first = {}
for command in json.loads((build / "compile_commands.json").read_text()):
    if ours.fullmatch(os.path.normpath(command["file"])):
        first.setdefault(command["file"], command)

place = build / "tidy"
place.mkdir(exist_ok=True)
(place / "compile_commands.json").write_text(json.dumps(list(first.values())))
os.execvp(tool, [tool, "-quiet", "-p", str(place)])
