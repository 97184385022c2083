#!/usr/bin/env python3
"""Commands and options that the pages name are those that the programs list in their --help.

README's table of commands has every command, and marks with * those that print --json.
usage: commands.py PATH-OF-glasspost
"""
import pathlib
import re
import subprocess
import sys

from markdown import SPAN, pages
from source import finish

ROOT = pathlib.Path(__file__).resolve().parents[2]
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*|-[a-z])(?![\w-])")
SUBCOMMANDS = re.compile(r"^Subcommands:\n((?:  .*\n)+)", re.MULTILINE)
# Options of other people's programs that stand in code spans.
FOREIGN = {"--preset", "--build", "--target"}


def help_of(*words):
    return subprocess.run([*map(str, words), "--help"], capture_output=True, text=True, cwd=ROOT,
                          check=False).stdout


class Programs:
    """Every command with its options."""

    def __init__(self, program):
        self.options = {}
        self._learn(program, ())
        self.console = set(OPTION.findall(help_of(program.parent / "glasspost-viz")))
        self.run = set(OPTION.findall(help_of(ROOT / "run"))) | set(
            OPTION.findall(help_of(ROOT / "run", "demo")))
        self.run_words = set(re.findall(r"^  ([a-z]+) ", help_of(ROOT / "run"), re.MULTILINE))

    def _learn(self, program, words):
        text = help_of(program, *words)
        if words:
            self.options[" ".join(words)] = set(OPTION.findall(text))
        listed = SUBCOMMANDS.search(text)
        for name in re.findall(r"^  ([a-z]+) ", listed[1], re.MULTILINE) if listed else []:
            self._learn(program, (*words, name))

    def command_of(self, words):
        """The longest command that these words begin with."""
        for length in (2, 1):
            if (name := " ".join(words[:length])) in self.options:
                return name
        return None

    def any_option(self, option):
        return option in self.console | self.run | FOREIGN or any(
            option in known for known in self.options.values())


def complaint(text, programs):
    """What is wrong with a command as a page shows it; None if nothing is."""
    words = text.split()
    options = set(OPTION.findall(re.sub(r"\"[^\"]*\"|#.*", "", text)))
    if words[0] == "glasspost-viz":
        known = programs.console
    elif words[0] == "./run":
        if len(words) > 1 and words[1] not in programs.run_words:
            return f"./run has no command {words[1]}"
        known = programs.run
    else:
        if len(words) > 1 and words[1].startswith("-"):
            return None
        name = programs.command_of(words[1:])
        if len(words) > 1 and name is None:
            return f"glasspost has no command {words[1]}"
        known = programs.options.get(name, set()) | {"--help"}
    unknown = sorted(options - known)
    return f"{' '.join(unknown)} is no option of `{' '.join(words[:2])}`" if unknown else None


def commands_of(page):
    """(line number, command) wherever one is shown: in code spans and in terminals."""
    for number, span in page.spans():
        if re.match(r"(glasspost|glasspost-viz|\./run)( |$)", span):
            yield number, span
    for block in page.blocks:
        if block.info in ("console", "sh"):
            for number, line in enumerate(block.lines, block.line + 1):
                if block.info == "console" and not line.startswith("$ "):
                    continue
                for command in re.findall(r"(?:^|[;(] |\$ |until |elsewhere: |&& )"
                                          r"((?:glasspost|glasspost-viz|\./run) [^;|>)]*)", line):
                    yield number, command


def page_findings(page, programs):
    for number, command in commands_of(page):
        if found := complaint(command, programs):
            yield f"{page.name}:{number}: {found}"
    for number, span in page.spans():
        if span.startswith("--"):
            for option in OPTION.findall(span):
                if not programs.any_option(option):
                    yield f"{page.name}:{number}: no program has the option {option}"


def commands_in(cell):
    """(command, whether it is marked with *) of the first cell of a row."""
    found, rest = [], cell
    while match := re.match(r"[\s,]*`([^`]+)`( \*)?", rest):
        found.append((match[1], match[2] is not None))
        rest = rest[match.end():]
    return found


def table_findings(page, programs):
    table = next(table for table in page.tables() if table.head == ["command", "what it does"])
    told = {}
    for number, cells in table.rows:
        shown = [(programs.command_of(text.split()) or text.split()[0], marked)
                 for text, marked in commands_in(cells[0])]
        known = set()
        for name, marked in shown:
            told[name] = number
            options = programs.console if name == "glasspost-viz" else programs.options.get(name)
            if options is None:
                yield f"{page.name}:{number}: there is no command {name}"
                continue
            known |= options
            if name != "glasspost-viz" and ("--json" in options) != marked:
                yield f"{page.name}:{number}: {name}: * says that it prints --json"
        for span in SPAN.findall(cells[1]):
            for option in OPTION.findall(span):
                if option not in known:
                    yield f"{page.name}:{number}: {option} is no option of these commands"
    for name in sorted(programs.options):
        if name not in told and not any(other.startswith(name + " ") for other in told):
            yield f"{page.name}:{table.line}: `glasspost {name}` is missing"


def main(program):
    programs = Programs(pathlib.Path(program).resolve())
    findings = []
    for page in pages(ROOT):
        findings += page_findings(page, programs)
        if page.name == "README.md":
            findings += table_findings(page, programs)
    finish(findings)


if __name__ == "__main__":
    main(sys.argv[1])
