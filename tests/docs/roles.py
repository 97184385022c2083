#!/usr/bin/env python3
"""The pages docs/roles/ROLE.md against engine/roles/ROLE: a page for each role, with the same parts.

The tables of messages name what the role's source takes and sends, all of it and nothing else; the
table of state has every field; the invariants are the header's, in its words. usage: roles.py ROOT
"""
import pathlib
import re
import sys

from markdown import SPAN, pages, tables_of
from source import finish

PARTS = ["Who says what to whom", "Messages it takes", "Messages it sends", "State", "Invariants",
         "When something fails", "Where we differ"]
# Owners take sections over, keep leases and write logs with helpers of engine/core, and arbiters change
# a register with one: what those say, they say.
CLAIM = ["claim.cpp", "register.cpp", "lease.cpp"]
LOG = ["section_log.cpp", "followers.cpp", *CLAIM]
HELPERS = {"conversation": LOG, "mailbox": LOG, "seq": CLAIM, "arbiter": ["register.cpp"]}
WHOLE = {"State", "Section", "Session"}  # structs whose fields must all be told
PROMISES = re.compile(r"-|[1-9](, [1-9])*")


def bodies_of(root, file, message):
    """{field: (type, comment before it)} of the oneof named body of a message."""
    text = (root / "engine/proto/glasspost/v1" / file).read_text(encoding="utf-8")
    body = re.search(rf"message {message} \{{.*?oneof body \{{(.*?)\n  \}}", text, re.DOTALL)[1]
    found, comment = {}, ""
    for line in body.splitlines():
        if line.strip().startswith("//"):
            comment = line.strip("/ ")
        elif field := re.match(r"\s*(\w+) (\w+) = \d+;", line):
            found[field[2]] = field[1], comment
    return found


def camel(field):
    return "".join(word.capitalize() for word in field.split("_"))


class Said:
    """What the source of a role takes and sends, by message type."""

    def __init__(self, root, role):
        folder = root / "engine/roles" / role
        sources = sorted(folder.glob("*.cpp"))
        sources += [root / "engine/core" / name for name in HELPERS.get(role, [])]
        text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
        letters = bodies_of(root, "letter.proto", "Letter")
        letters.pop("client", None)  # a wrapper: what is in it counts
        asks, answers = {}, {}
        for field, (kind, comment) in bodies_of(root, "client.proto", "ClientEnvelope").items():
            (asks if comment.startswith("Ask") else answers)[field] = kind
        self.taken = {kind for field, (kind, _) in letters.items()
                      if re.search(rf"\bLetter::k{camel(field)}\b|\bletter\.has_{field}\(\)", text)}
        self.sent = {kind for field, (kind, _) in letters.items()
                     if f"mutable_{field}()" in text}
        taken, sent = {"access": (asks, answers), "client": (answers, asks)}.get(role, ({}, {}))
        self.taken |= {kind for field, kind in taken.items()
                       if f"ClientEnvelope::k{camel(field)}" in text or f"has_{field}()" in text}
        self.sent |= {kind for field, kind in sent.items() if f"mutable_{field}()" in text}
        self.all = {kind for kind, _ in letters.values()} | {*asks.values(), *answers.values()}


def structs_of(header):
    """{struct: its fields} of the structs that say their fields for an archive."""
    found = {}
    for struct in re.finditer(r"\bstruct (\w+) \{", header):
        depth, at = 1, struct.end()
        while depth and at < len(header):
            depth += {"{": 1, "}": -1}.get(header[at], 0)
            at += 1
        if fields := re.search(r"\barchive\(([^)]*)\);", header[struct.end():at]):
            found[struct[1]] = re.findall(r"\w+", fields[1])
    return found


def invariants_of(header):
    """{"I1": its text} from the comment that opens a header."""
    comment = re.match(r"(?://[^\n]*\n)+", header)[0].splitlines()
    found, name = {}, None
    for line in comment:
        if begin := re.match(r"//   (I\d+)  (.*)", line):
            name = begin[1]
            found[name] = begin[2]
        elif name and re.match(r"//       \S", line):
            found[name] += " " + line[2:].strip()
        else:
            name = None
    return found


def first_spans(page, part):
    """(line number, span) of the first cells of all tables of a part."""
    for table in tables_of(page.section(part)):
        for number, cells in table.rows:
            for span in SPAN.findall(cells[0]):
                yield number, span


def message_findings(page, said):
    for part, wanted in (("Messages it takes", said.taken), ("Messages it sends", said.sent)):
        told = list(first_spans(page, part))
        names = {name for _, name in told}
        for number, name in told:
            if name not in wanted:
                yield f"{page.name}:{number}: {name}: the source of the role shows no such message"
        for name in sorted(wanted - names):
            yield f"{page.name}:1: {part}: {name} is missing"
    pictures = [block for block in page.blocks if block.info == "text"]
    if len(pictures) != 1:
        yield f"{page.name}:1: one picture is wanted, not {len(pictures)}"
    for block in pictures:
        for word in sorted(set(re.findall(r"\b[A-Z]\w+", "\n".join(block.lines)))):
            if word in said.all - said.taken - said.sent:
                yield f"{page.name}:{block.line}: the picture shows {word}, which the role does not say"


def state_findings(page, header):
    structs = structs_of(header)
    known = {field for fields in structs.values() for field in fields}
    told = list(first_spans(page, "State"))
    for number, name in told:
        if name not in known:
            yield f"{page.name}:{number}: there is no field {name}"
    for struct in sorted(WHOLE & set(structs)):
        for field in structs[struct]:
            if field not in {name for _, name in told}:
                yield f"{page.name}:1: State: {struct}::{field} is missing"


def plain(text):
    return " ".join(text.replace("`", "").split())


def invariant_findings(page, header, sources):
    wanted = invariants_of(header)
    checked = set(re.findall(r'"(I\d+): ', sources))
    told = {}
    for table in tables_of(page.section("Invariants")):
        for number, (name, text, yes) in table.rows:
            told[name] = True
            if plain(text) != plain(wanted.get(name, "")):
                yield f"{page.name}:{number}: {name} in the header: {wanted.get(name, 'none')}"
            if (yes == "yes") != (name in checked):
                yield f"{page.name}:{number}: {name}: broken_invariant looks at it: {name in checked}"
    for name in wanted:
        if name not in told:
            yield f"{page.name}:1: {name} is missing"


def failure_findings(page):
    for table in tables_of(page.section("When something fails")):
        for number, cells in table.rows:
            if len(cells) != 4 or not PROMISES.fullmatch(cells[3]):
                yield f"{page.name}:{number}: the last of four cells names promises, like 1, 3 or -"


def page_findings(page, root, role):
    folder = root / "engine/roles" / role
    header = (folder / f"{role}.hpp").read_text(encoding="utf-8")
    sources = "\n".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    if page.headings()[1:] != PARTS:
        yield f"{page.name}:1: the parts of a role's page are: {', '.join(PARTS)}"
    yield from message_findings(page, Said(root, role))
    yield from state_findings(page, header)
    yield from invariant_findings(page, header, sources)
    yield from failure_findings(page)


def main(root):
    root = pathlib.Path(root).resolve()
    by_role = {pathlib.Path(page.name).stem: page for page in pages(root)
               if page.name.startswith("docs/roles/") and not page.name.endswith("README.md")}
    folders = root / "engine/roles"
    roles = sorted(path.name for path in folders.iterdir() if path.is_dir()) if folders.exists() else []
    findings = [f"docs/roles/{role}.md:1: there is no such role" for role in by_role
                if role not in roles]
    for role in roles:
        if role not in by_role:
            findings.append(f"docs/roles/{role}.md:1: the role has no page")
        else:
            findings += page_findings(by_role[role], root, role)
    finish(findings)


if __name__ == "__main__":
    main(sys.argv[1])
