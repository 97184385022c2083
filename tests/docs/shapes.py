#!/usr/bin/env python3
"""Pages with a shape of their own: the tour's stops, the parts of a decision, the layout of a fact, and the
bytes of the protocol's transcript, which protoc must read as the page says. usage: shapes.py ROOT
"""
import pathlib
import re
import subprocess
import sys

from markdown import pages
from source import finish

DECISION = ["Context", "Decision", "Consequences", "How we would notice it was wrong"]
STATUS = re.compile(r"^Status: (proposed|accepted|superseded by \d{4})\b", re.MULTILINE)
STOPS = range(10, 16)
SIZES = {"std::int64_t": 8, "std::uint64_t": 8, "FactKind": 2, "std::uint16_t": 2, "std::uint32_t": 4}
SCHEMA = "engine/proto/glasspost/v1/client.proto"


def decision_findings(page):
    number = pathlib.Path(page.name).name[:4]
    headings = page.headings()
    if not headings or not headings[0].startswith(number + " "):
        yield f"{page.name}:1: the title begins with {number}"
    if headings[1:] != DECISION:
        yield f"{page.name}:1: the parts of a decision are: {', '.join(DECISION)}"
    if not STATUS.search(page.text):
        yield f"{page.name}:1: Status: proposed, accepted or superseded by NNNN"


def list_findings(page, decisions):
    """The list of decisions has each of them."""
    linked = {target.split("/")[-1] for _, target in page.links()}
    for decision in decisions:
        if pathlib.Path(decision.name).name not in linked:
            yield f"{page.name}:1: {decision.name} is not in the list"


def tour_findings(page):
    stops = re.split(r"^## \d+\. ", page.text, flags=re.MULTILINE)[1:]
    if len(stops) not in STOPS:
        yield f"{page.name}:1: {len(stops)} stops"
    for number, stop in enumerate(stops, 1):
        wanted = {"a time": r"^[^\n]*\((10|15|20) min\)", "a file": r"`(engine|viz)/|\.md\)",
                  "what to look for": "Look for: ", "a question": r"\*\*Question\.\*\*",
                  "a folded answer": r"<details><summary>Answer</summary>\n\n.*\n\n</details>",
                  "an experiment": "```console"}
        for what, sign in wanted.items():
            if not re.search(sign, stop, re.DOTALL | re.MULTILINE):
                yield f"{page.name}:1: stop {number} has no {what}"


def fact_findings(page, root):
    """Names and sizes of the fields, in their order."""
    header = (root / "engine/proto/fact.hpp").read_text(encoding="utf-8")
    struct = re.search(r"struct Fact \{(.*?)\n\n", header, re.DOTALL)[1]
    fields = re.findall(r"^  ([\w:]+) (\w+) =", struct, re.MULTILINE)
    block = next((block for block in page.blocks if block.lines[0].startswith("time_us")), None)
    if block is None:
        yield f"{page.name}:1: the layout of a fact is missing"
        return
    names, sizes = block.lines[0].split(), [int(size) for size in re.findall(r"\d+", block.lines[1])]
    if names != [name for _, name in fields] or sizes != [SIZES[kind] for kind, _ in fields]:
        yield f"{page.name}:{block.line}: the layout of a fact in fact.hpp is {fields}"


def decoded(root, data):
    """What protoc reads in these bytes, as text."""
    done = subprocess.run(
        ["protoc", "-I", str(root / "engine/proto"), "--decode=glasspost.v1.ClientEnvelope",
         str(root / SCHEMA)], input=data, capture_output=True, check=False)
    return done.stdout.decode() if done.returncode == 0 else None


def transcript_findings(page, root):
    """Each frame is "->" or "<-", hex, and what it says; hex and words go on below it."""
    for block in page.blocks:
        frames = []
        for number, line in enumerate(block.lines, block.line + 1):
            if line.startswith(("-> ", "<- ")):
                frames.append([number, "", ""])
                line = line[3:]
            if frames:
                pairs = re.match(r"\s*((?:[0-9a-f]{2}\s+|[0-9a-f]{2}$)*)(.*)", line)
                frames[-1][1] += pairs[1]
                frames[-1][2] += " " + pairs[2]
        for number, pairs, words in frames:
            if "..." in words:
                continue  # the token is left out
            text = decoded(root, bytes.fromhex(pairs))
            if text is None:
                yield f"{page.name}:{number}: protoc cannot read these bytes"
                continue
            for name, value in re.findall(r"(\w+) (\d+|\"[^\"]*\")", words):
                if f"{name}: {value}" not in text and not (name == "key" and value == "0"):
                    yield f"{page.name}:{number}: {name} is not {value} in these bytes: {text}"


def main(root):
    root = pathlib.Path(root).resolve()
    all_pages = pages(root)
    decisions = [page for page in all_pages if re.match(r"docs/decisions/\d", page.name)]
    findings = [found for page in decisions for found in decision_findings(page)]
    for page in all_pages:
        if page.name in ("docs/decisions/README.md", "ARCHITECTURE.md"):
            findings += list_findings(page, decisions)
        if page.name == "docs/tour.md":
            findings += tour_findings(page)
        if page.name == "docs/facts.md":
            findings += fact_findings(page, root)
        if page.name == "docs/protocol.md":
            findings += transcript_findings(page, root)
    finish(findings)


if __name__ == "__main__":
    main(sys.argv[1])
