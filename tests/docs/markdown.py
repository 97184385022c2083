"""Reads the pages of the documentation: README.md, ARCHITECTURE.md and docs/**/*.md."""
import dataclasses
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "repo"))
from source import files  # noqa: E402

FENCE = re.compile(r"\s*```(?P<info>.*)$")
SPAN = re.compile(r"`([^`]+)`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


@dataclasses.dataclass
class Block:
    """A fenced block. `info` is what stands behind the opening fence, `line` its line number."""
    line: int
    info: str
    lines: list


@dataclasses.dataclass
class Table:
    """A table: its head cells, and (line number, cells) of each row."""
    line: int
    head: list
    rows: list


def cells_of(line):
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


class Page:
    """One page. Line numbers begin with 1; `prose` has the lines outside of fenced blocks."""

    def __init__(self, root, path):
        self.name = path.relative_to(root).as_posix()
        self.folder = path.parent
        self.text = path.read_text(encoding="utf-8")
        self.blocks, self.prose = [], []
        self._split()

    def _split(self):
        block = None
        for number, line in enumerate(self.text.splitlines(), 1):
            fence = FENCE.match(line)
            if fence and block is None:
                block = Block(number, fence["info"].strip(), [])
            elif fence:
                self.blocks.append(block)
                block = None
            elif block is not None:
                block.lines.append(line)
            else:
                self.prose.append((number, line))

    def spans(self):
        """(line number, text) of every code span."""
        for number, line in self.prose:
            for span in SPAN.finditer(line):
                yield number, span[1]

    def links(self):
        """(line number, target) of every link and picture."""
        for number, line in self.prose:
            for link in LINK.finditer(SPAN.sub("``", line)):
                yield number, link[1]

    def anchors(self):
        """What a link to this page may name behind its #, as GitHub makes it from headings."""
        found = set()
        for _, line in self.prose:
            if heading := re.match(r"#+\s+(.*)", line):
                words = re.sub(r"[^\w\- ]", "", heading[1].replace("`", "").lower())
                found.add(words.strip().replace(" ", "-"))
        return found

    def headings(self):
        return [line.lstrip("#").strip() for _, line in self.prose if line.startswith("#")]

    def section(self, heading):
        """(line number, line) of what stands below a heading, up to the next one."""
        inside = False
        for number, line in self.prose:
            if line.startswith("#"):
                inside = line.lstrip("#").strip() == heading
            elif inside:
                yield number, line

    def tables(self):
        """Every table outside of fenced blocks."""
        return tables_of(self.prose)


def tables_of(numbered_lines):
    """The tables among (line number, line) pairs."""
    tables, rows = [], []
    for number, line in [*numbered_lines, (0, "")]:
        if line.startswith("|"):
            rows.append((number, cells_of(line)))
        elif rows:
            tables.append(Table(rows[0][0], rows[0][1], rows[2:]))
            rows = []
    return tables


def pages(root):
    """Every page, in a fixed order: README.md first."""
    root = pathlib.Path(root)
    found = [path for path in files(root, ".md")
             if path.parent == root or (root / "docs") in path.parents]
    found.sort(key=lambda path: (path.name != "README.md" or path.parent != root, str(path)))
    return [Page(root, path) for path in found]
