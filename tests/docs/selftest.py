#!/usr/bin/env python3
"""Breaks pages on purpose, in a copy of the repository, and sees every check of this folder notice.

usage: selftest.py ROOT
"""
import contextlib
import io
import pathlib
import shutil
import subprocess
import sys
import tempfile

import commands
import run
from markdown import Page
from matching import first_difference
from source import files

HERE = pathlib.Path(__file__).resolve().parent
TICKS = "```"

# Check, file, text to replace (it stands there once; none: add at the end), and what must be found.
BROKEN = [
    ("links", "README.md", None, "[gone](docs/gone.md)\n", "the link docs/gone.md leads nowhere"),
    ("links", "docs/tour.md", None, "[gone](../ARCHITECTURE.md#no-such-part)\n", "no such heading"),
    ("links", "docs/facts.md", None, "`engine/core/gone.hpp`\n", "there is no engine/core/gone.hpp"),
    ("links", "docs/facts.md", None, "`gone.cpp` and\n", "there is no file gone.cpp"),
    ("links", "docs/facts.md", None, "`Store::on_gone` is\n", "`Store::on_gone` is nowhere"),
    ("links", "docs/facts.md", None, "`kGoneLong` is\n", "`kGoneLong` is nowhere"),
    ("links", "ARCHITECTURE.md", None, "`Store::on_append` (`engine/roles/seq/seq.cpp`)\n",
     "`Store::on_append` is not in engine/roles/seq/seq.cpp"),
    ("links", "ARCHITECTURE.md", None, "`Seq::raise` and `Seq::hop` in `engine/roles/seq/seq.cpp`\n",
     "`Seq::hop` is not in"),
    ("links", "README.md", "engine/base         ids", "engine/basement     ids", "no engine/basement"),
    ("blocks", "README.md", None, f"{TICKS}\n$ glasspost up\n{TICKS}\n", "a block with the fence ''"),
    ("blocks", "docs/facts.md", None, f"{TICKS}text\nglasspost up\n{TICKS}\n", "a picture shows a"),
    ("blocks", "docs/tour.md", None, f"{TICKS}sh\nglasspost up\n{TICKS}\n", "NOT_RUN does not say why"),
    ("blocks", "ARCHITECTURE.md", "std::vector<Put> puts;", "std::vector<Put> put;", "does not stand"),
    ("blocks", "docs/glossary.md", None, f"{TICKS}cpp engine/x.hpp\nint a;\n{TICKS}\n", "no file engine/x"),
    ("blocks", "README.md", "./run demo         #", "./run  demo        #", "README.md has no block"),
    ("roles", "docs/roles/seq.md", "| `TakeNumbers` | mailbox |", "| `TakeNumbres` | mailbox |",
     "TakeNumbers is missing"),
    ("roles", "docs/roles/seq.md", "| `NumbersTaken` | mailbox |", "| `SyncPage` | mailbox |",
     "SyncPage: the source of the role shows no such"),
    ("roles", "docs/roles/store.md", "--LogPage-------->  owner", "--Notice--------->  owner",
     "the picture shows Notice"),
    ("roles", "docs/roles/store.md", "| `ReadOwners` | arbiter", "| `ReadLog` | arbiter",
     "Messages it takes: ReadOwners is missing"),
    ("roles", "docs/roles/seq.md", "| `RenewLeases` | store", "| `RaiseCeiling` | store",
     "Messages it sends: RenewLeases is missing"),
    ("roles", "docs/roles/logic.md", "| `waiting` |", "| `watching` |", "State::waiting is missing"),
    ("roles", "docs/roles/logic.md", "| `user_count` |", "| `user_counts`, `user_count` |",
     "there is no field user_counts"),
    ("roles", "docs/roles/client.md", "at most once, and its numbers only rise. | yes |",
     "at most twice, and its numbers only rise. | yes |", "I3 in the header: of a conversation"),
    ("roles", "docs/roles/access.md", "connection of this process. | yes |",
     "connection of this process. | no |", "I3: broken_invariant looks at it: True"),
    ("roles", "docs/roles/account.md", "| I5 | a wrong name", "| I6 | a wrong name", "I5 is missing"),
    ("roles", "docs/roles/mailbox.md", "## When something fails", "## If something fails", "the parts of"),
    ("roles", "docs/roles/conversation.md", "| 1, 4, 6 |", "| one |", "names promises"),
    ("roles", "engine/roles/cache/cache.hpp", None, "// A role.\n", "cache.md:1: the role has no page"),
    ("citations", "engine/roles/seq/seq.hpp", "(seqsvr's AllocSvr, WF 3)", "(seqsvr's AllocSvr, WF 77)",
     "WF 77 is not in docs/sources.md"),
    ("citations", "engine/core/choices.cpp", None, "// DESIGN 5, 99.1\n", "DESIGN 99.1 is not in"),
    ("citations", "engine/core/claim.hpp", None, "// As SA B.2 says.\n", "SA B.2 is not in"),
    ("citations", "docs/sources.md", "| 2.2 | What", "| 2.7 | What", "WF 2.7 is cited nowhere"),
    ("citations", "docs/glossary.md", "| `trace_of` |", "| `trace_off` |", "there is no trace_off"),
    ("citations", "docs/glossary.md", "| hub | 汇集 |", "| hub | hub |", "hub: a word, its Chinese name"),
    ("citations", "docs/glossary.md", "| loss | 丢失 |", "| fact | 丢失 |", "fact stands here twice"),
    ("shapes", "docs/decisions/0002-sans-io-roles-one-process-value.md", "## Context", "## Setting",
     "the parts of a decision"),
    ("shapes", "docs/decisions/0002-sans-io-roles-one-process-value.md", "Status: accepted",
     "Status: fine", "Status: proposed"),
    ("shapes", "docs/decisions/0099-new.md", None,
     "# 0099 New\n\nStatus: accepted\n\n## Context\n\n## Decision\n\n## Consequences\n\n"
     "## How we would notice it was wrong\n", "0099-new.md is not in the list"),
    ("shapes", "docs/tour.md", "**Question.** Alice wrote", "Alice wrote", "stop 1 has no a question"),
    ("shapes", "docs/facts.md", "time_us  trace  kind", "time_us  kind  trace", "layout of a fact"),
    ("shapes", "docs/protocol.md", "     10 91 4e                                        key 10001 }",
     "     10 91 4e                                        key 10003 }", "key is not 10003"),
    ("shapes", "docs/protocol.md", "<- 4a 03  08 91 4e ", "<- 4a 09  08 91 4e ", "cannot read"),
]

# What a page shows, what is printed, and the index of the first difference (None: it matches).
COMPARED = [
    (["Sent: number 3."], ["Sent: number 3."], None),
    (["Sent: number 3."], ["Sent: number 4."], 0),
    (["port 34761  state"], ["port 9 state"], None),
    (["1200 texts: 1200 acknowledged"], ["40 texts: 40 acknowledged"], None),
    (["1200 texts: 1200 acknowledged"], ["40 texts: 39 acknowledged"], 0),
    (["in 0.66 ms", "at 13:20:11"], ["in 12.1 ms", "at 01:02:03"], None),
    (["in 0.66 ms"], ["in 7 ms"], 0),
    (["batch 5 of its log"], ["batch 12 of its log"], None),
    (["hash: 7990403377197840"], ["hash: cbef1101d9772166"], None),
    (["a", "...", "c"], ["a", "b", "b", "c"], None),
    (["a", "...", "c"], ["a", "b", "b"], 2),
    (["a ..."], ["a and so on"], None),
    (["a ..."], ["a"], None),
    (["a 1 ..."], ["a 12"], 0),
    (["a"], ["a", "b"], 1),
    (["a", "b"], ["a"], 1),
]

# A stand-in for the program, and pages about it with what must be found.
STUB = """#!/usr/bin/env bash
case $1 in
  send) echo "Sent: number 3 of pair 1+2" ;;
  no) echo "glasspost no: it is not" >&2; exit 2 ;;
  chat) echo "(connected)"
        while read -r line; do [ "$line" = /quit ] && exit 0; echo "[you to alice] ${line#* }"; done ;;
  wait) for _ in $(seq 500); do [ -e told ] && echo told && exit 0; sleep 0.01; done; exit 1 ;;
  tell) touch told ;;
esac
"""
SENT = "$ glasspost send\nSent: number 3 of pair 1+2"
CHAT = "$ glasspost chat\n(connected)\nalice hello\n[you to alice] hello"
RUNS = [
    ([SENT], None),
    (["$ glasspost send\nSent: number 4 of pair 1+2"], "is not among what is printed"),
    (["$ glasspost send"], "the page ends too early"),
    (["$ glasspost no\nglasspost no: it is not"], "ends with exit code 2"),
    (["$ glasspost no      # exit code 2: no\nglasspost no: it is not"], None),
    (["$ glasspost send  # exit code 3: why?\nSent: number 3 of pair 1+2"], "ends with exit code 0"),
    (["$ word=kept", "$ echo $word > file; cat file\nkept"], None),
    (["$ glasspost wait      # after 0 s, elsewhere: glasspost tell\ntold"], None),
    ([CHAT, SENT], None),
    ([CHAT + "\nalice again", "[you to alice] again"], None),
    ([CHAT + "\nalice again", "[you to alice] gone"], "the chat should say"),
    ([CHAT + "\n/quit\n[you to alice] hello"], "the chat should say"),
    (["hello"], "a second terminal says, but none is there"),
    (["$ ./run demo --size 3"], "--size wants WIDTHxHEIGHT"),
]

# Commands as pages show them, and the complaint.
SHOWN = [
    ("glasspost send --from a --to b \"--no-option\"", None),
    ("glasspost send --form a", "--form is no option of `glasspost send`"),
    ("glasspost sendd", "glasspost has no command sendd"),
    ("glasspost user add NAME --devices 1", None),
    ("glasspost user list --devices 1", "--devices is no option"),
    ("glasspost-viz --sim", None),
    ("glasspost-viz --simm", "--simm is no option"),
    ("./run demo --headless", None),
    ("./run demoo", "./run has no command demoo"),
]
TABLE = "| command | what it does |\n|---|---|\n"
TABLES = [
    (TABLE + "| `send` * | `--from A` |\n| `user add`, `user list` | - |\n", None),
    (TABLE + "| `send` | - |\n| `user add`, `user list` | - |\n", "send: * says that it prints --json"),
    (TABLE + "| `send` * | `--of A` |\n| `user add`, `user list` | - |\n", "--of is no option"),
    (TABLE + "| `send` * | - |\n| `user add` | - |\n", "`glasspost user list` is missing"),
    (TABLE + "| `send` *, `gone` | - |\n| `user add`, `user list` | - |\n", "no command gone"),
]


def copy_of(root, folder):
    for path in files(root):
        copied = folder / path.relative_to(root)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copied)


def break_all(folder):
    for _, name, old, new, _ in BROKEN:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if old is None:
            text += new if not text else "\n" + new
        elif text.count(old) != 1:
            yield f"{name}: '{old}' stands there {text.count(old)} times: mend this test"
        path.write_text(text if old is None else text.replace(old, new), encoding="utf-8")


def broken_pages(root):
    """Complaints about checks that did not notice."""
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        copy_of(root, folder)
        yield from break_all(folder)
        for check in sorted({sample[0] for sample in BROKEN}):
            done = subprocess.run([sys.executable, "-B", str(HERE / f"{check}.py"), str(folder)],
                                  capture_output=True, text=True, check=False)
            wanted = [sample[4] for sample in BROKEN if sample[0] == check]
            for words in wanted:
                if done.returncode != 1 or words not in done.stdout:
                    yield f"{check} should find '{words}', but: {done.stdout}{done.stderr}"


def page_of(folder, text):
    (folder / "README.md").write_text(text, encoding="utf-8")
    return Page(folder, folder / "README.md")


def compared():
    for shown, printed, wanted in COMPARED:
        if (found := first_difference(shown, printed)) != wanted:
            yield f"{shown} and {printed} differ at {found}, not at {wanted}"


def runs(root):
    for blocks, wanted in RUNS:
        with tempfile.TemporaryDirectory(prefix="gp-self-") as place:
            folder = pathlib.Path(place)
            stub = folder / "glasspost"
            stub.write_text(STUB, encoding="utf-8")
            stub.chmod(0o755)
            page = page_of(folder, "".join(f"{TICKS}console\n{text}\n{TICKS}\n" for text in blocks))
            with contextlib.redirect_stdout(io.StringIO()):
                found = run.run_page(page, stub, root)
            if (wanted is None) != (found is None) or (wanted and wanted not in found):
                yield f"{blocks}: should find {wanted}, but: {found}"


def shown_commands():
    programs = commands.Programs.__new__(commands.Programs)
    programs.options = {"send": {"--from", "--to", "--json"}, "user": set(),
                        "user add": {"--devices"}, "user list": set()}
    programs.console, programs.run, programs.run_words = {"--sim"}, {"--headless"}, {"demo"}
    for text, wanted in SHOWN:
        found = commands.complaint(text, programs)
        if (wanted is None) != (found is None) or (wanted and wanted not in found):
            yield f"{text}: should be '{wanted}', but: {found}"
    for text, wanted in TABLES:
        with tempfile.TemporaryDirectory() as folder:
            found = " ".join(commands.table_findings(page_of(pathlib.Path(folder), text), programs))
        if (wanted is None and found) or (wanted and wanted not in found):
            yield f"{text}: should find '{wanted}', but: {found}"


def main(root):
    root = pathlib.Path(root).resolve()
    complaints = [*compared(), *shown_commands(), *runs(root), *broken_pages(root)]
    number = len(BROKEN) + len(COMPARED) + len(RUNS) + len(SHOWN) + len(TABLES)
    print("\n".join(complaints) or f"{number} samples judged as they should be")
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main(sys.argv[1])
