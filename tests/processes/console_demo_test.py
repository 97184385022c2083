#!/usr/bin/env python3
"""The demo and the console on a live cluster, as a person meets them: real clicks and keys on a virtual
screen. usage: console_demo_test.py PATH-OF-glasspost-viz (glasspost lies beside it)
"""
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from cluster import cluster
from console_test import png, start_display

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin/glasspost-viz"
ROOT = pathlib.Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 1600, 900
# Where things are in the phones' workspace at this size.
SKIP_THE_TOUR = (1180, 700)
ALICES_TEXT_FIELD = (187, 656)
ALICES_AIRPLANE_MODE = (285, 750)
TOUR_TEXT = "Can you see me through the glass?"  # which the tour sends unless it is skipped

# What ./run does for `demo`, without building first.
DEMO = """
set -euo pipefail
fail() { echo "run: $1" >&2; exit "${2:-2}"; }
source viz/app/demo.sh
demo_bin=$1
shift
demo_options "$@"
demo
"""


def processes_with(word):
    """Command lines of living processes that name `word`."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if word in line and int(folder.name) != os.getpid():
                found.append(line)
    return found


class Demo(unittest.TestCase):
    def test_the_demo_shows_a_living_cluster_and_leaves_nothing_behind(self):
        with tempfile.TemporaryDirectory(prefix="gp-demo-") as scratch, \
                tempfile.TemporaryDirectory(prefix="gp-shot-") as place:
            shot = f"{place}/demo.png"
            programs = str(pathlib.Path(PROGRAM).resolve().parent)
            done = subprocess.run(
                ["bash", "-c", DEMO, "demo", programs, "--headless", "--seconds", "12",
                 "--shot", shot], cwd=ROOT, env=dict(os.environ, TMPDIR=scratch),
                capture_output=True, text=True, timeout=120, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("13 processes watched", done.stdout)
            self.assertIn("No promise was seen broken.", done.stdout)
            width, height, rows = png(shot)
            self.assertEqual((width, height), (WIDTH, HEIGHT))
            self.assertGreater(rows, 100)
            self.assertEqual(os.listdir(scratch), [])
            self.assertEqual(processes_with(scratch), [])


class Hands:
    """Mouse and keyboard on a display."""

    def __init__(self, display):
        self.env = dict(os.environ, DISPLAY=display)

    def do(self, *words):
        return subprocess.run(["xdotool", *words], env=self.env, capture_output=True, text=True,
                              timeout=30, check=False)

    def window_is_there(self):
        return self.do("search", "--name", "^Glasspost$").returncode == 0

    # At the pace of a person: a console that draws in software sees a few pictures a second.
    def click(self, place):
        self.do("mousemove", str(place[0]), str(place[1]), "sleep", "0.3",
                "mousedown", "1", "sleep", "0.2", "mouseup", "1", "sleep", "0.3")

    def write(self, text):
        self.do("type", "--delay", "80", text)
        self.do("sleep", "0.3", "key", "Return")


@contextlib.contextmanager
def console(c, display, *options):
    env = dict(os.environ, LIBGL_ALWAYS_SOFTWARE="1", DISPLAY=display)
    env.pop("WAYLAND_DISPLAY", None)
    process = subprocess.Popen([PROGRAM, "--dir", c.directory, *options], env=env,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


class Phones(unittest.TestCase):
    def setUp(self):
        self.server, self.display = start_display()
        self.hands = Hands(self.display)

    def tearDown(self):
        self.server.terminate()
        self.server.wait()

    def texts_for_bob(self, c):
        """All that alice wrote to bob so far, as another device of his shows it."""
        c.run("send", "--from", "carol", "--to", "bob", "that is all")
        chat = c.start("chat", "--as", "bob", "--device", "2")
        texts = []
        while "that is all" not in (line := chat.stdout.readline()):
            self.assertTrue(line, "chat ended early")
            if "alice to you" in line:
                texts.append(line.split("]", 1)[1].strip())
        chat.communicate("/quit\n", timeout=10)
        return texts

    def test_a_text_typed_on_a_phone_is_sent_and_a_skipped_tour_sends_none(self):
        program = str(pathlib.Path(PROGRAM).resolve().parent / "glasspost")

        def counted(what):
            return sum(c.status()[name]["counters"][what] for name in ("access-1", "access-2"))

        with cluster(program) as c, console(
                c, self.display, "--workspace", "phones", "--tour", "--seconds", "20") as running:
            c.until(self.hands.window_is_there, seconds=60)
            c.until(lambda: counted("connections") >= 3)
            self.hands.click(SKIP_THE_TOUR)
            self.hands.click(ALICES_TEXT_FIELD)
            self.hands.write("typed by hand")
            c.until(lambda: counted("acknowledged") >= 1)
            self.hands.click(ALICES_AIRPLANE_MODE)
            self.hands.click(ALICES_TEXT_FIELD)
            self.hands.write("from the air")
            # Ends by itself, long after the tour would have sent its first text.
            self.assertEqual(running.wait(timeout=60), 0)
            self.assertEqual(self.texts_for_bob(c), ["typed by hand"])

    def test_after_down_nobody_is_on_line_and_no_process_counts(self):
        program = str(pathlib.Path(PROGRAM).resolve().parent / "glasspost")
        with cluster(program) as c, tempfile.TemporaryDirectory(prefix="gp-state-") as place:
            file = pathlib.Path(place) / "state.json"

            def stands(online, up):
                with contextlib.suppress(OSError):
                    state = json.loads(file.read_text(encoding="utf-8"))
                    return state["up"] == up and (state["online"] > 0) == online
                return False

            with console(c, self.display, "--state", str(file)):
                c.until(lambda: stands(online=True, up=13), seconds=60)
                c.run("down")
                c.until(lambda: stands(online=False, up=0), seconds=60)


if __name__ == "__main__":
    unittest.main(verbosity=2)
