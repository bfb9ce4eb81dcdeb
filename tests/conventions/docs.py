"""Links in the docs lead somewhere, and every command that an example names runs.

    docs.py PROJECT PYHARNESS PYTHON
"""

import pathlib
import re
import subprocess
import sys

project, pyharness, python = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
errors = []

for page in [*project.glob("*.md"), *project.glob("docs/**/*.md")]:
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in link and not (page.parent / link).exists():
            errors.append(f"{page.relative_to(project)}: no such file: {link}")

for example in sorted(project.glob("examples/*.py")):
    commands = re.findall(r"^    \./dev run (.*)$", example.read_text(), re.MULTILINE)
    if not commands:
        errors.append(f"{example.name}: names no command to run")
    for command in commands:
        plain = subprocess.run([python, example], capture_output=True, cwd=project, timeout=60)
        words = [pyharness, "run", "--python", python, *command.split()]
        ours = subprocess.run(words, capture_output=True, cwd=project, timeout=60)
        if ours.returncode != 0 or not ours.stdout.startswith(plain.stdout) or not ours.stderr.startswith(b"pyharness "):
            errors.append(f"{example.name}: ./dev run {command}: status {ours.returncode}\n{ours.stderr.decode()}")

print("\n".join(errors) or "docs and examples are true")
sys.exit(bool(errors))
