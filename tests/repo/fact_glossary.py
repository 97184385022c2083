#!/usr/bin/env python3
"""The glossary docs/facts.md names every kind of fact in engine/proto/fact.hpp, and no other; so does
the list of words in engine/telemetry/fact_name.cpp."""
import pathlib
import re
import sys

from source import finish

HEADER = "engine/proto/fact.hpp"
GLOSSARY = "docs/facts.md"
WORDS = "engine/telemetry/fact_name.cpp"


def kinds_of_header(text):
    """The names of enum FactKind; comments between name and = are allowed."""
    body = re.search(r"enum class FactKind[^{]*\{(.*?)\n\};", text, re.DOTALL)
    code = re.sub(r"//[^\n]*", "", body[1]) if body else ""
    return re.findall(r"\b(k[A-Z]\w*)\s*=", code)


def kinds_of_glossary(text):
    """(line number, name) of each kind in the first cell of a table's row."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("| `"):
            for name in re.findall(r"`(\w+)`", line.split("|")[1]):
                yield number, name


def main(root):
    root = pathlib.Path(root)
    if not (root / HEADER).exists():
        finish([])
    kinds = kinds_of_header((root / HEADER).read_text(encoding="utf-8"))
    findings = [] if kinds else [f"{HEADER}:1: enum FactKind was not found"]
    page = root / GLOSSARY
    told = list(kinds_of_glossary(page.read_text(encoding="utf-8"))) if page.exists() else []
    names = {name for _, name in told}
    findings += [f"{HEADER}:1: {kind} is not in {GLOSSARY}" for kind in kinds if kind not in names]
    findings += [f"{GLOSSARY}:{number}: there is no {name} in {HEADER}"
                 for number, name in told if name not in kinds]
    words = (root / WORDS).read_text(encoding="utf-8") if (root / WORDS).exists() else ""
    findings += [f"{HEADER}:1: {kind} is not in {WORDS}" for kind in kinds
                 if f"FactKind::{kind}," not in words]
    finish(findings)


if __name__ == "__main__":
    main(sys.argv[1])
