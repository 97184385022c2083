#!/usr/bin/env python3
"""Whatever the code and the pages cite can be looked up: `WF 3.3` and `DESIGN 7.1` are lines of tables in
docs/sources.md, and each word of docs/glossary.md names something that is in the code.

usage: citations.py ROOT
"""
import pathlib
import re
import sys

from links import PATH, Code
from markdown import SPAN, pages
from source import files, finish

SOURCES, GLOSSARY = "docs/sources.md", "docs/glossary.md"
CITATION = re.compile(r"\b(WF|DESIGN) (S?\d+(?:\.\d+)?(?:, S?\d+(?:\.\d+)?)*)\b")
# Papers that are not part of the repository, and that nobody can look up.
UNKNOWN = re.compile(r"\b(?:SA|TA|AA|SF) (?:[A-Z]\.?)?\d")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def citations(root):
    """(file, line number, "WF 3.3") of everything that is cited."""
    for path in files(root):
        name = path.relative_to(root).as_posix()
        if path.suffix == ".png" or name.startswith("tests/docs/"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for cited in CITATION.finditer(line):
                for one in cited[2].split(", "):
                    yield name, number, f"{cited[1]} {one}"
            if UNKNOWN.search(line):
                yield name, number, UNKNOWN.search(line)[0]


def told(page):
    """{"WF 3.3": line number} of the tables whose first head cell is WF or DESIGN."""
    return {f"{table.head[0]} {cells[0]}": number
            for table in page.tables() if table.head[0] in ("WF", "DESIGN")
            for number, cells in table.rows}


def source_findings(page, root):
    known, cited = told(page), set()
    for name, number, citation in citations(root):
        if name != SOURCES:
            cited.add(citation)
        if citation not in known:
            yield f"{name}:{number}: {citation} is not in {SOURCES}"
    for citation, number in known.items():
        if citation not in cited:
            yield f"{SOURCES}:{number}: {citation} is cited nowhere"


def glossary_findings(page, code):
    words = set()
    for table in page.tables():
        for number, cells in table.rows:
            where = f"{page.name}:{number}: {cells[0]}"
            if len(cells) != 4 or not CHINESE.search(cells[1]) or not cells[2].endswith("."):
                yield f"{where}: a word, its Chinese name, a sentence, and a name in the code"
                continue
            if cells[0] in words:
                yield f"{where} stands here twice"
            words.add(cells[0])
            names = SPAN.findall(cells[3])
            for name in names:
                found = code.has_path(name) if PATH.match(name) else code.has_symbol(name)
                if not found:
                    yield f"{where}: there is no {name} in the code"
            if not names:
                yield f"{where}: which name in the code carries it?"


def main(root):
    root = pathlib.Path(root).resolve()
    by_name = {page.name: page for page in pages(root)}
    findings = []
    for name in (SOURCES, GLOSSARY):
        if name not in by_name:
            findings.append(f"{name}:1: the page is missing")
    if not findings:
        findings += source_findings(by_name[SOURCES], root)
        findings += glossary_findings(by_name[GLOSSARY], Code(root))
    finish(findings)


if __name__ == "__main__":
    main(sys.argv[1])
