"""clang-tidy over the sources, each once: files that are compiled for several Pythons are looked at for the first.

    tidy.py PROJECT BUILD CLANG_TIDY

Most of its time goes to the headers of others, again for each source. So sources with the same flags are looked at together, as
units that include them, with the same findings. Two that cannot be in one unit, since both have something of one name, are
told apart by what the compiler says.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

TOGETHER = 8
# Clang's static analysis looks into the functions of included sources where the file that includes them has this in its name.
UNIT = "UnifiedSource"
# Of a unit's own lines. Everything else is as in the sources.
INCLUDE = '#include "{}"  // NOLINT(bugprone-suspicious-include)\n'
COMPILE_ERROR = re.compile(r"^(\S+?):\d+:\d+: error: .*\[clang-diagnostic-error\]$", re.MULTILINE)

project, build, tool = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3]
place = build / "tidy"


def flags_of(command):
    """Without the compiler, the source and the object."""
    words = shlex.split(command["command"])
    output = words.index("-o")
    del words[output:output + 2]
    start = next(at for at, word in enumerate(words) if word.startswith("-"))
    return tuple(word for word in words[start:] if word not in ("-c", command["file"]))


def units():
    """(flags, sources)"""
    ours = re.compile(re.escape(str(project)) + r"/(harness|profilers|reporters)/.*\.cpp")
    flags = {}
    for command in json.loads((build / "compile_commands.json").read_text()):
        if ours.fullmatch(os.path.normpath(command["file"])):
            flags.setdefault(os.path.normpath(command["file"]), flags_of(command))
    for each in sorted(set(flags.values())):
        sources = sorted(source for source in flags if flags[source] == each)
        for at in range(0, len(sources), TOGETHER):
            yield each, sources[at:at + TOGETHER]


def findings(flags, sources):
    """What there is to say of them; empty where there is nothing."""
    unit = place / f"{UNIT}_{pathlib.Path(sources[0]).stem}_and_{len(sources) - 1}_more_{os.urandom(4).hex()}.cpp"
    unit.write_text("".join(map(INCLUDE.format, sources)))
    words = [tool, "--quiet", f"--config-file={project}/.clang-tidy", str(unit), "--", *flags]
    result = subprocess.run(words, cwd=build, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    unit.unlink()
    in_error = set(map(os.path.normpath, COMPILE_ERROR.findall(result.stdout)))
    if in_error and len(sources) > 1:
        apart = [source for source in sources if source in in_error]
        together = [source for source in sources if source not in in_error]
        if not apart or not together:
            apart, together = sources[:1], sources[1:]
        return findings(flags, together) + findings(flags, apart)
    return result.stdout if result.returncode else ""


def main():
    place.mkdir(exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(filter(None, pool.map(lambda unit: findings(*unit), units())))
    print(*found, sep="\n")
    return 1 if found else 0


sys.exit(main())
