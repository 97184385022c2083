#!/usr/bin/env python3
"""What the pages name exists: links and their anchors, files, and symbols of the code in `code spans`.

A symbol that stands before a file, as in `Store::on_append` (`engine/roles/store/store.cpp`), must be
in that file. usage: links.py ROOT
"""
import pathlib
import re
import sys

from markdown import SPAN, pages
from source import files, finish

SOURCES = (".cpp", ".hpp", ".inl", ".proto", ".py", ".mjs", ".sh", ".cmake", ".txt", ".from", ".to")
ROOMS = r"(?:engine|viz|tests|docs|cmake|assets)"
PATH = re.compile(rf"{ROOMS}(?:/[\w.\-]+)*/?$")
FILE_NAME = re.compile(r"[\w\-]+\.(?:cpp|hpp|inl|proto|py|mjs|sh|cmake|md)$")
QUALIFIED = re.compile(r"([A-Z]\w*|limits|keys|zmtp)::(?:\w+::)*(~?\w+)$")
NAME = re.compile(r"(?:k[A-Z]\w+|[A-Z][a-z]\w*[A-Z]\w*|[a-z]\w*_\w+)$")
# Between a symbol and its file: "(", " in ", " of ", and further symbols that share the file.
BEFORE_FILE = re.compile(r"((?:`[^`]+`(?:, | and | or ))*`[^`]+`)(?: \(| in | of )$")
# Names of other people's things, and of a file that is only an example.
NOT_OURS = {"malloc_consolidate", "unlink_chunk", "0002-short-name.md"}


class Code:
    """The sources: every word, and the words of each file."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.words, self.texts, self.names = set(), {}, {}
        for path in files(root):
            name = path.relative_to(root).as_posix()
            self.names.setdefault(path.name, []).append(name)
            # The checks of the pages name much that is nowhere else.
            is_source = path.suffix in SOURCES or path.name == "run"
            if is_source and not name.startswith("tests/docs/"):
                self.texts[name] = path.read_text(encoding="utf-8", errors="replace")
                self.words.update(re.findall(r"\w+", self.texts[name]))

    def under(self, path):
        """The text of a file, of a file without its suffix, or of all files of a folder."""
        path = path.rstrip("/")
        return "\n".join(text for name, text in self.texts.items()
                         if name == path or name.startswith((path + "/", path + ".")))

    def has_path(self, path):
        path = path.rstrip("/")
        return any(name == path or name.startswith((path + "/", path + "."))
                   for names in self.names.values() for name in names)

    def has_symbol(self, symbol, text=None):
        """Is it in this text (none: anywhere)? A member may stand in the body of its class."""
        if not (qualified := QUALIFIED.match(symbol)):
            return symbol in self.words if text is None else \
                re.search(rf"\b{re.escape(symbol)}\b", text) is not None
        owner, member = qualified[1], qualified[2]
        declared = re.compile(rf"\b(?:class|struct|namespace|enum class) (?:\w+::)*{owner}\b")
        for one in self.texts.values() if text is None else [text]:
            if owner not in one or member not in one:
                continue
            if re.search(rf"\b{owner}::(?:\w+::)*{member}\b", one):
                return True
            if declared.search(one) and re.search(rf"\b{member}\b", one):
                return True
        return False


def symbol_of(span):
    """The symbol that a span names, if it looks like one."""
    span = re.sub(r"\(.*\)$", "", span)
    return span if QUALIFIED.match(span) or NAME.match(span) else None


def link_findings(page, root, anchors):
    for number, target in page.links():
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.folder / path).resolve() if path else root / page.name
        name = file.relative_to(root).as_posix() if root in file.parents else None
        if name is None or not file.exists():
            yield f"{page.name}:{number}: the link {target} leads nowhere"
        elif anchor and anchor not in anchors.get(name, ()):
            yield f"{page.name}:{number}: {target}: there is no such heading"


def span_findings(page, code):
    for number, span in page.spans():
        if PATH.match(span):
            if not code.has_path(span):
                yield f"{page.name}:{number}: there is no {span}"
        elif FILE_NAME.match(span):
            if span not in code.names and span not in NOT_OURS:
                yield f"{page.name}:{number}: there is no file {span}"
        elif (symbol := symbol_of(span)) and symbol not in NOT_OURS and not code.has_symbol(symbol):
            yield f"{page.name}:{number}: `{symbol}` is nowhere in the code"


def neighbour_findings(page, code):
    """Symbols that stand before the file that they are said to be in."""
    for number, line in joined(page):
        for span in SPAN.finditer(line):
            before = BEFORE_FILE.search(line[:span.start()])
            if not before or not (PATH.match(span[1]) or FILE_NAME.match(span[1])):
                continue
            name = span[1] if "/" in span[1] else code.names.get(span[1], ["?"])[0]
            text = code.under(name)
            for symbol in filter(None, map(symbol_of, SPAN.findall(before[1]))):
                if not code.has_symbol(symbol, text):
                    yield f"{page.name}:{number}: `{symbol}` is not in {span[1]}"


def joined(page):
    """Paragraphs as one line each, because a sentence may be broken between symbol and file."""
    start, words = 0, []
    for number, line in [*page.prose, (0, "")]:
        if line.strip() and not line.startswith(("|", "#")):
            start = start if words else number
            words.append(line.strip())
            continue
        if words:
            yield start, " ".join(words)
            words = []
        if line.startswith("|"):
            yield number, line


def block_findings(page, code):
    """A picture may name files, too: the first word of a line, if it is a path."""
    for block in page.blocks:
        if block.info != "text":
            continue
        for number, line in enumerate(block.lines, block.line + 1):
            word = (line.split() or [""])[0]
            if PATH.match(word) and not code.has_path(word):
                yield f"{page.name}:{number}: there is no {word}"


def main(root):
    root = pathlib.Path(root).resolve()
    code = Code(root)
    all_pages = pages(root)
    anchors = {page.name: page.anchors() for page in all_pages}
    findings = []
    for page in all_pages:
        findings += link_findings(page, root, anchors)
        findings += span_findings(page, code)
        findings += neighbour_findings(page, code)
        findings += block_findings(page, code)
    finish(findings)


if __name__ == "__main__":
    main(sys.argv[1])
