#!/usr/bin/env python3
"""Every source file opens by saying what it is; every part of the wire schema says what it means."""
import re
import sys

from source import files, finish

OPENING = {
    ".hpp": r"//|/\*",
    ".cpp": r"//|/\*",
    ".proto": r"//|/\*",
    ".py": r'#|r?"""',
    ".sh": r"#",
}
ELEMENT = re.compile(
    r"\s*(?:(?P<block>message|enum|oneof|service)\s+(?P<name>\w+)\s*\{?"
    r"|(?:(?:repeated|optional)\s+)?(?:map\s*<[^>]+>|[\w.]+)\s+(?P<field>\w+)\s*=\s*\d+\s*[;\[]"
    r"|(?P<value>\w+)\s*=\s*-?\d+\s*[;\[])")
NO_ELEMENT = re.compile(r"\s*(//|/\*|\*|option\b|syntax\b|import\b|package\b|reserved\b)")


def opens_with_comment(lines, suffix):
    """Whether the first line that is not blank and not #! is a comment."""
    for number, line in enumerate(lines):
        if not line.strip() or (number == 0 and line.startswith("#!")):
            continue
        return re.match(OPENING[suffix], line) is not None
    return False


def bare_elements(lines):
    """(line number, name) of each message, enum, field and value of a .proto without comment.

    A message that is one branch of a oneof is explained where that message is defined.
    """
    in_oneof = False
    for number, line in enumerate(lines, 1):
        in_oneof = line.strip().startswith("oneof ") or (in_oneof and "}" not in line)
        element = None if NO_ELEMENT.match(line) else ELEMENT.match(line)
        before = lines[number - 2].strip() if number > 1 else ""
        if in_oneof and element and element["field"] and line.strip()[0].isupper():
            continue
        if element and "//" not in line and not before.startswith("//") \
                and not before.endswith("*/"):
            yield number, element["name"] or element["field"] or element["value"]


def main(root):
    findings = []
    for path in files(root, *OPENING):
        name = path.relative_to(root).as_posix()
        if not name.startswith(("engine/", "viz/", "tests/")):
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        if not opens_with_comment(lines, path.suffix):
            findings.append(f"{name}:1: must open with a comment that says what it is for")
        if path.suffix == ".proto":
            findings += [f"{name}:{number}: {what} has no comment"
                         for number, what in bare_elements(lines)]
    finish(findings)


if __name__ == "__main__":
    main(sys.argv[1])
