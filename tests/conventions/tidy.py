"""clang-tidy over the sources, each once: files that are compiled for several Pythons are looked at for the first.

    tidy.py PROJECT BUILD CLANG_TIDY

Most of its time goes to the headers of others, again for each source. So sources with the same flags are looked at together, as
units that include them, with the same findings. Two that cannot be in one unit, since both have something of one name, are
told apart by what the compiler says. Most of what is left goes to the static analysis, which follows the paths through each
function, and into the JSON and formatting libraries: it stops earlier than by itself, except with PYHARNESS_TEST_FULL=1.
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
# States of one function that the analysis visits. Its own limit is 225,000, which takes three times as long.
LESS_ANALYSIS = () if "PYHARNESS_TEST_FULL" in os.environ else ("-Xclang", "-analyzer-config", "-Xclang", "max-nodes=30000")
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


def run(flags, sources, *options):
    unit = place / f"{UNIT}_{pathlib.Path(sources[0]).stem}_and_{len(sources) - 1}_more_{os.urandom(4).hex()}.cpp"
    unit.write_text("".join(map(INCLUDE.format, sources)))
    words = [tool, "--quiet", f"--config-file={project}/.clang-tidy", *options, str(unit), "--", *flags, *LESS_ANALYSIS]
    result = subprocess.run(words, cwd=build, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    unit.unlink()
    return result


def compatible(flags, sources):
    """Groups of them that can be in one unit. To compile one takes a tenth of the time of looking for everything; without any
    check the tool does not even that."""
    if len(sources) == 1:
        return [(flags, sources)]
    output = run(flags, sources, "--checks=-*,clang-diagnostic-error,modernize-use-override").stdout
    in_error = set(map(os.path.normpath, COMPILE_ERROR.findall(output)))
    if not in_error:
        return [(flags, sources)]
    apart = [source for source in sources if source in in_error]
    together = [source for source in sources if source not in in_error]
    if not apart or not together:
        apart, together = sources[:1], sources[1:]
    return compatible(flags, together) + compatible(flags, apart)


def findings(flags, sources):
    """What there is to say of them; empty where there is nothing."""
    result = run(flags, sources)
    return result.stdout if result.returncode else ""


def main():
    place.mkdir(exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        groups = [group for split in pool.map(lambda unit: compatible(*unit), units()) for group in split]
        groups.sort(key=lambda group: -len(group[1]))  # the longest first
        found = list(filter(None, pool.map(lambda group: findings(*group), groups)))
    print(*found, sep="\n")
    return 1 if found else 0


sys.exit(main())
