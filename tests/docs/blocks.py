#!/usr/bin/env python3
"""Every fenced block of the pages is kept true in one of these ways, which its opening fence names:

    ```console               a terminal: run.py runs its commands and compares what they print
    ```cpp engine/core/x.hpp an excerpt: these lines stand in that file, word for word
    ```text                  a picture, in letters; it shows no command
    ```sh                    commands that are not run: NOT_RUN below says why

usage: blocks.py ROOT
"""
import pathlib
import re
import sys
import textwrap

from links import PATH
from markdown import pages
from source import finish

# Page, first line of the block, and why nobody runs it here. Each is still looked at by commands.py.
NOT_RUN = [
    ("README.md", "./run demo", "./run builds, and installs packages: it is what runs these tests"),
]
COMMAND = re.compile(r"\s*(\$ |(\./run|glasspost|glasspost-viz|cmake|ctest|apt|python3) [-\w])")


def excerpt_finding(block, root):
    """An excerpt must be found in its file, whatever its indentation."""
    _, path = block.info.split()
    file = root / path
    if not PATH.match(path) or not file.is_file():
        return f"there is no file {path} to take an excerpt from"
    wanted = textwrap.dedent("\n".join(block.lines)).strip("\n").splitlines()
    lines = file.read_text(encoding="utf-8").splitlines()
    for start in range(len(lines) - len(wanted) + 1):
        found = textwrap.dedent("\n".join(lines[start:start + len(wanted)])).splitlines()
        if [line.rstrip() for line in found] == [line.rstrip() for line in wanted]:
            return None
    return f"this excerpt does not stand in {path} any more"


def finding_of(page, block, root):
    words = block.info.split()
    if block.info == "console":
        return None if any(line.strip() for line in block.lines) else "an empty console block"
    if block.info == "text":
        for line in block.lines:
            if COMMAND.match(line):
                return f"a picture shows a command, which nobody runs: {line.strip()}"
        return None
    if block.info == "sh":
        first = block.lines[0] if block.lines else ""
        excused = any(name == page.name and first.startswith(begin) for name, begin, _ in NOT_RUN)
        return None if excused else "commands that are not run, and NOT_RUN does not say why"
    if len(words) == 2:
        return excerpt_finding(block, root)
    return f"a block with the fence '{block.info}': console, text, sh, or a language and a file?"


def unused_excuses(all_pages):
    """A reason for a block that is gone."""
    for name, begin, _ in NOT_RUN:
        blocks = [block for page in all_pages if page.name == name for block in page.blocks]
        if not any(block.info == "sh" and block.lines and block.lines[0].startswith(begin)
                   for block in blocks):
            yield f"tests/docs/blocks.py:1: NOT_RUN: {name} has no block that begins with '{begin}'"


def main(root):
    root = pathlib.Path(root).resolve()
    all_pages = pages(root)
    findings = list(unused_excuses(all_pages))
    for page in all_pages:
        for block in page.blocks:
            if found := finding_of(page, block, root):
                findings.append(f"{page.name}:{block.line}: {found}")
    finish(findings)


if __name__ == "__main__":
    main(sys.argv[1])
