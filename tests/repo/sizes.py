#!/usr/bin/env python3
"""Sizes: files up to 500 lines, C++ lines up to 100 columns, functions up to 70 lines.

tests/repo/sizes.txt may excuse at most five files from the file limit: `path reason`, one a line.
"""
import pathlib
import re
import sys

from source import code_lines, files, finish

FILE_LINES, COLUMNS, FUNCTION_LINES, EXCEPTIONS = 500, 100, 70, 5
CPP = {".hpp", ".cpp"}
NO_FUNCTION = re.compile(r"\s*(inline\s+)?(namespace|class|struct|union|enum|extern|template\s*<[^(]*>"
                         r"\s*(class|struct|union))\b")


def exceptions(root, findings):
    """The excused paths; too many, or one without a reason, is a finding of its own."""
    listing = pathlib.Path(root) / "tests/repo/sizes.txt"
    if not listing.exists():
        return set()
    excused = set()
    for number, line in enumerate(listing.read_text(encoding="utf-8").splitlines(), 1):
        path, _, reason = line.strip().partition(" ")
        if not path or path.startswith("#"):
            continue
        if not reason.strip():
            findings.append(f"tests/repo/sizes.txt:{number}: {path} has no reason")
        if not (pathlib.Path(root) / path).exists():
            findings.append(f"tests/repo/sizes.txt:{number}: {path} does not exist")
        excused.add(path)
        if len(excused) == EXCEPTIONS + 1:
            findings.append(f"tests/repo/sizes.txt:{number}: more than {EXCEPTIONS} exceptions")
    return excused


def opens_function(statement):
    """Whether a statement that ends in `{` begins the body of a function."""
    if NO_FUNCTION.match(statement) or "(" not in statement:
        return False
    statement, flat = re.sub(r"operator\s*\W+?\s*\(", "name(", statement), None
    while flat != statement:  # Without what stands in parentheses, defaults among it.
        flat, statement = statement, re.sub(r"\([^()]*\)", "", statement)
    return "=" not in flat


def long_functions(lines):
    """(first line, length) of each function that is too long, in clang-format's layout."""
    depth, body_depth, start, statement = 0, None, None, ""
    for number, line in enumerate(lines, 1):
        code = line.strip()
        after = depth + code.count("{") - code.count("}")
        if body_depth is not None:
            if after <= body_depth:
                if number - start + 1 > FUNCTION_LINES:
                    yield start, number - start + 1
                body_depth, statement = None, ""
        elif not code or code.startswith("#"):
            statement = ""
        else:
            start = number if not statement else start
            statement += code + " "
            if code.endswith("{") and opens_function(statement):
                body_depth = depth
            elif code[-1] in ";{}:":
                statement = ""
        depth = after


def main(root):
    findings = []
    excused = exceptions(root, findings)
    for path in files(root, ".cpp", ".hpp", ".py", ".proto"):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        if len(lines) > FILE_LINES and name not in excused:
            findings.append(f"{name}:{FILE_LINES + 1}: the file has {len(lines)} lines, "
                            f"more than {FILE_LINES}")
        if path.suffix not in CPP:
            continue
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS:
                findings.append(f"{name}:{number}: {len(line)} columns, more than {COLUMNS}")
        for number, length in long_functions(code_lines(text)):
            findings.append(f"{name}:{number}: a function of {length} lines, "
                            f"more than {FUNCTION_LINES}")
    finish(findings)


if __name__ == "__main__":
    main(sys.argv[1])
