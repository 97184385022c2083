#!/usr/bin/env python3
"""Runs the pages: every ```console block, in order, one terminal a page, and compares what is printed.

- A line that begins with `$ ` is a command. It must end with exit code 0, or with the one that a
  comment behind it names: `# exit code 3`. `# after 3 s, elsewhere: COMMAND` is done meanwhile.
- `glasspost chat` goes on in a second terminal. In its block, a line that begins with a user's name is
  typed. A block without a command shows what the second terminal says next.
- matching.py has the rules of comparing.

The terminal stands in a folder of its own, where build/release/bin is this build, ./run demo starts
without building first, and GLASSPOST_DIR names a cluster that is removed at the end. The console draws
on a virtual screen.
usage: run.py PATH-OF-glasspost [PAGE...]
"""
import contextlib
import os
import pathlib
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "processes"))
# pylint: disable=wrong-import-position
from cluster import Cluster  # noqa: E402
from console_test import start_display  # noqa: E402
from markdown import pages  # noqa: E402
from matching import first_difference, line_matches  # noqa: E402

USERS = ("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi")
PATIENCE = 90
ELSEWHERE = re.compile(r"#.*\bafter (\d+) s, elsewhere: (.*)$")
EXIT_CODE = re.compile(r"#.*\bexit code (\d+)")
# What ./run does for `demo`, without building first.
DEMO = """#!/usr/bin/env bash
set -euo pipefail
fail() {{ echo "run: $1" >&2; exit "${{2:-2}}"; }}
shift
source {root}/viz/app/demo.sh
demo_bin={bin}
demo_options "$@"
demo
"""


class Differs(Exception):
    """A page shows something else than the program prints."""


class Reader:
    """The lines that a process prints, each awaited with a deadline."""

    def __init__(self, pipe):
        self.lines = queue.Queue()
        threading.Thread(target=self._read, args=(pipe,), daemon=True).start()

    def _read(self, pipe):
        for line in pipe:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def next(self):
        """The next line; None at the end, or when none comes in time."""
        with contextlib.suppress(queue.Empty):
            return self.lines.get(timeout=PATIENCE)
        return None


class Terminal:
    """A bash in which commands are run one after the other."""

    MARK = "--- the command is over: "

    def __init__(self, folder, env):
        self.folder, self.env = folder, env
        self.process = self.start(["bash"])
        self.reader = Reader(self.process.stdout)

    def start(self, words):
        return subprocess.Popen(words, cwd=self.folder, env=self.env, text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, start_new_session=True)

    def run(self, command):
        """What it prints, as lines, and its exit code."""
        meanwhile = ELSEWHERE.search(command)
        if meanwhile:
            timer = threading.Timer(int(meanwhile[1]), subprocess.run, [meanwhile[2]],
                                    {"shell": True, "env": self.env, "cwd": self.folder})
            timer.start()
        # A newline ends a comment; no command may eat what stands behind it.
        self.process.stdin.write(f"{{ {command}\n}} </dev/null; echo \"{self.MARK}$?\"\n")
        self.process.stdin.flush()
        lines = []
        while (line := self.reader.next()) is not None:
            before, mark, code = line.partition(self.MARK)
            if mark:
                if meanwhile:
                    timer.join()
                return lines + ([before] if before else []), int(code)
            lines.append(line)
        raise Differs(f"`{command}` did not end within {PATIENCE} s; so far:\n" + "\n".join(lines))

    def end(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Chat:
    """The second terminal."""

    def __init__(self, terminal, command):
        self.process = terminal.start(["bash", "-c", "exec " + command])
        self.reader = Reader(self.process.stdout)

    def type(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def follow(self, lines):
        """Types what a person types, and waits for all else."""
        for line in lines:
            if line.startswith("/") or line.partition(" ")[0] in USERS:
                self.type(line)
                continue
            said = self.reader.next()
            if said is None or not line_matches(line, said):
                raise Differs(f"the chat should say\n    {line}\nbut it says\n    {said}")

    def end(self):
        if self.process.poll() is None:
            with contextlib.suppress(OSError):
                self.type("/quit")
        try:
            code = self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        if code != 0:
            raise Differs(f"the chat ended with exit code {code}")


def steps_of(block):
    """(line number, command or None, lines below it) of each step of a block."""
    steps = [(block.line, None, [])]
    for number, line in enumerate(block.lines, block.line + 1):
        if line.startswith("$ "):
            steps.append((number, line[2:], []))
        else:
            steps[-1][2].append(line)
    return [step for step in steps if step[1] is not None or any(map(str.strip, step[2]))]


class Run:
    """One page's terminals."""

    def __init__(self, page, folder, program, root):
        self.page = page
        binaries = program.parent
        (folder / "build/release").mkdir(parents=True)
        (folder / "build/release/bin").symlink_to(binaries)
        (folder / "run").write_text(DEMO.format(root=root, bin=binaries), encoding="utf-8")
        (folder / "run").chmod(0o755)
        self.cluster = Cluster(str(program), str(folder / "c"))
        env = dict(os.environ, GLASSPOST_DIR=self.cluster.directory, TMPDIR=str(folder),
                   PATH=f"{binaries}:{os.environ['PATH']}")
        self.screen = None
        if "$ glasspost-viz" in page.text:
            self.screen, display = start_display()
            env.update(DISPLAY=display, LIBGL_ALWAYS_SOFTWARE="1")
            env.pop("WAYLAND_DISPLAY", None)
        self.terminal, self.chat = Terminal(folder, env), None

    def do(self, block):
        for number, command, lines in steps_of(block):
            start = time.monotonic()
            try:
                self.step(command, lines)
            except Differs as why:
                raise Differs(f"{self.page.name}:{number}: {why}") from None
            print(f"{time.monotonic() - start:6.2f} s  {self.page.name}:{number}  "
                  f"{command or '(the second terminal)'}", flush=True)

    def step(self, command, lines):
        if command is None:
            if self.chat is None:
                raise Differs("what a second terminal says, but none is there")
            return self.chat.follow(lines)
        if command.startswith("glasspost chat"):
            self.end_chat()
            self.chat = Chat(self.terminal, command)
            return self.chat.follow(lines)
        printed, code = self.terminal.run(command)
        wanted = EXIT_CODE.search(command)
        if code != (int(wanted[1]) if wanted else 0):
            raise Differs(f"`{command}` ends with exit code {code}; it prints\n" +
                          "\n".join("    " + line for line in printed))
        place = first_difference(lines, printed)
        if place is not None:
            shown = [line for line in lines if line.strip()]
            where = f"the page's line\n    {shown[place]}\nis not among" if place < len(shown) \
                else "the page ends too early; see"
            raise Differs(f"`{command}`: {where} what is printed:\n" +
                          "\n".join("    " + line for line in printed))
        return None

    def end_chat(self):
        chat, self.chat = self.chat, None
        if chat is not None:
            chat.end()

    def end(self):
        """Nothing is left, whatever happened."""
        self.terminal.end()
        if self.screen:
            self.screen.terminate()
            self.screen.wait()
        with contextlib.suppress(Differs):
            self.end_chat()
        self.cluster.run("down", check=False)
        for pid in self.cluster.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def run_page(page, program, root):
    """What differs first, as a sentence; None if nothing does."""
    with tempfile.TemporaryDirectory(prefix="gp-doc-") as folder:
        run = Run(page, pathlib.Path(folder), program, root)
        try:
            for block in page.blocks:
                if block.info == "console":
                    run.do(block)
            run.end_chat()
        except Differs as why:
            return str(why)
        finally:
            run.end()
    return None


def main(program, *names, root=HERE.parents[1]):
    program = pathlib.Path(program).resolve()
    chosen = [page for page in pages(root)
              if any(block.info == "console" for block in page.blocks)
              and (not names or page.name in names)]
    findings = [found for page in chosen if (found := run_page(page, program, root))]
    print("\n".join(findings) or f"{len(chosen)} pages show what the programs print")
    return 1 if findings or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
