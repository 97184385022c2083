#!/usr/bin/env python3
"""The console as a program: pictures of the style sheet under a virtual display, and plain errors.

usage: console_test.py PATH-OF-glasspost-viz
The program may be of preset asan: then every run must end without a finding, leaks included.
"""
import glob
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zlib

PROGRAM = ""
DISPLAY = ""
PATIENCE = 120
EXTRA = {}  # for the environment of the console


def sanitized(program):
    """What a program of preset asan needs: GLFW unloads Mesa's driver at the end, and two small blocks
    that the driver's own variables hold would count as lost then. An unloaded library has no name that a
    suppression could give; so the driver is kept."""
    with open(program, "rb") as file:
        asan = b"__asan_init" in file.read()
    drivers = glob.glob("/usr/lib/*/dri/swrast_dri.so")
    return {"LD_PRELOAD": " ".join(drivers)} if asan and drivers else {}


def run(*options, display=None):
    """The console with these options; `display` overrides the virtual one."""
    env = dict(os.environ, LIBGL_ALWAYS_SOFTWARE="1", **EXTRA)
    env.pop("WAYLAND_DISPLAY", None)
    env.pop("DISPLAY", None)
    if display is None:
        env["DISPLAY"] = DISPLAY
    elif display:
        env["DISPLAY"] = display
    return subprocess.run([PROGRAM, *options], env=env, capture_output=True, text=True,
                          timeout=PATIENCE, check=False)


def start_display():
    """An X server that chooses a free number by itself and tells it through a pipe."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x900x24", "-nolisten", "tcp"],
        pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    return server, f":{number}"


def png(path):
    """Width, height and the number of different rows of an RGB picture."""
    with open(path, "rb") as picture:
        data = picture.read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "not a PNG"
    width, height = struct.unpack(">II", data[16:24])
    packed, at = b"", 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IDAT":
            packed += data[at + 8:at + 8 + size]
        at += size + 12
    raw = zlib.decompress(packed)
    row = width * 3 + 1
    return width, height, len({raw[i:i + row] for i in range(0, len(raw), row)})


class Sheet(unittest.TestCase):
    """Every token, state, icon and control, in the looks that people choose."""

    def shot(self, *options):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "sheet.png")
            done = run("--sheet", "--shot", path, "--json", *options)
            self.assertEqual(done.returncode, 0, done.stderr)
            report = json.loads(done.stdout)
            width, height, rows = png(path)
            self.assertEqual((width, height), (report["width"], report["height"]))
            self.assertGreater(rows, 100, "the picture is all but empty")
            self.assertEqual(report["cut_texts"], 0, report["cuts"])
            return report

    def test_dark_is_as_large_as_asked(self):
        report = self.shot("--width", "1600", "--height", "900")
        self.assertEqual((report["width"], report["height"]), (1600, 900))

    def test_light_chinese(self):
        self.shot("--theme", "light", "--lang", "zh")

    def test_projector_twice_as_large(self):
        self.shot("--theme", "projector", "--scale", "2")

    def test_small_window_small_text(self):
        self.shot("--width", "800", "--height", "600", "--scale", "0.75")

    def test_fallback_fonts(self):
        self.assertTrue(self.shot("--fallback-fonts")["fonts"]["fallback"])

    def test_explore_and_ledger_in_each_width(self):
        for workspace in ("explore", "ledger"):
            for width in ("1600", "1300", "1000", "700"):
                with tempfile.TemporaryDirectory() as folder:
                    path = os.path.join(folder, "picture.png")
                    done = run("--sim", "--workspace", workspace, "--shot", path, "--json", "--width", width)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertEqual(json.loads(done.stdout)["cut_texts"], 0, (workspace, width))


class Console:
    """A console on a virtual world, with a keyboard, and the file that says how it stands."""

    def __init__(self, *options, display=None):
        # pylint: disable=consider-using-with
        self.folder = tempfile.TemporaryDirectory()
        self.file = os.path.join(self.folder.name, "state.json")
        self.env = dict(os.environ, LIBGL_ALWAYS_SOFTWARE="1", DISPLAY=display or DISPLAY)
        self.env.pop("WAYLAND_DISPLAY", None)
        self.process = subprocess.Popen(
            [PROGRAM, "--state", self.file, *options],
            env={**self.env, **EXTRA}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def state(self):
        with open(self.file, encoding="utf-8") as file:
            return json.load(file)

    def until(self, holds):
        """The first state for which this holds."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the console ended: {self.process.communicate()}")
            if os.path.exists(self.file) and holds(state := self.state()):
                return state
            time.sleep(0.02)
        raise AssertionError(f"never: {self.state()}")

    def press(self, key, holds):
        """Presses a key once and waits for what it does."""
        subprocess.run(["xdotool", "key", key], env=self.env, check=True, timeout=30)
        return self.until(holds)

    def frames_later(self):
        """A state of a frame that began after this call, while the picture plays."""
        now = self.state()
        for _ in range(2):
            now = self.until(lambda state, before=now: state["at_us"] > before["at_us"])
        return now

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate(timeout=30)
        os.makedirs(self.folder.name, exist_ok=True)  # a test may have removed it
        self.folder.cleanup()


class Keys(unittest.TestCase):
    """Every key of README's table that changes what is seen, on a simulated cluster."""

    def setUp(self):
        self.console = Console("--sim", "--seed", "7", "--hostile")
        self.addCleanup(self.console.end)
        # A window without a window manager gets the keyboard where the mouse is.
        self.console.until(lambda state: state["facts"] > 3000)
        subprocess.run(["xdotool", "mousemove", "800", "300"], env=self.console.env, check=True)

    def paused(self):
        return self.console.press("space", lambda state: not state["playing"])

    def test_space_stops_the_picture_and_goes_on(self):
        stood = self.paused()
        self.console.press("space", lambda state: state["playing"])
        self.console.until(lambda state: state["at_us"] > stood["at_us"])

    def test_one_fact_back_and_on(self):
        place = self.paused()["fact"]
        self.console.press("comma", lambda state: state["fact"] == place - 1)
        self.console.press("comma", lambda state: state["fact"] == place - 2)
        self.console.press("period", lambda state: state["fact"] == place - 1)

    def test_home_and_end(self):
        self.paused()
        begin = self.console.press("Home", lambda state: state["at_us"] == 0)
        self.assertFalse(begin["follows"])
        self.console.press("End", lambda state: state["playing"] and state["at_us"] > 1_000_000)

    def test_to_the_mark_before_and_after(self):
        state = self.console.until(lambda state: state["marks"] >= 2)
        self.paused()
        before = self.console.press("bracketleft", lambda now: now["at_us"] < state["at_us"])
        earlier = self.console.press("bracketleft", lambda now: now["at_us"] < before["at_us"])
        self.console.press("bracketright", lambda now: now["at_us"] > earlier["at_us"])

    def test_slower_and_faster(self):
        slow = self.console.press("minus", lambda state: state["speed"] < 1)
        self.console.press("equal", lambda state: state["speed"] > slow["speed"])

    def test_plus_and_equals_are_one_key(self):
        for larger in ("ctrl+equal", "ctrl+plus", "ctrl+KP_Add"):
            self.console.press(larger, lambda state: state["scale"] > 1)
            self.console.press("ctrl+0", lambda state: state["scale"] == 1)
        slow = self.console.press("minus", lambda state: state["speed"] < 1)
        fast = self.console.press("plus", lambda state: state["speed"] > slow["speed"])
        self.console.press("minus", lambda state: state["speed"] < fast["speed"])
        self.console.press("equal", lambda state: state["speed"] == fast["speed"])

    def test_the_next_message_and_the_one_before(self):
        self.paused()
        first = self.console.press("shift+n", lambda state: state["message"] != "0")
        other = self.console.press("shift+n", lambda now: now["message"] != first["message"])
        self.console.press("n", lambda now: now["message"] == first["message"] != other["message"])

    def test_tab_arrows_and_enter_walk_and_press(self):
        first = self.console.press("Tab", lambda state: state["focus"] != "0")
        second = self.console.press("Tab", lambda state: state["focus"] not in
                                    ("0", first["focus"]))
        self.console.press("shift+Tab", lambda state: state["focus"] == first["focus"])
        self.console.press("Right", lambda state: state["focus"] not in ("0", first["focus"]))
        self.assertNotEqual(first["focus"], second["focus"])
        # The second workspace's name stands right of the first.
        for _ in range(12):
            self.console.press("Return", lambda state: True)
            here = self.console.frames_later()
            if here["workspace"] == "phones":
                break
            self.console.press("Tab", lambda state: state["focus"] not in ("0", here["focus"]))
        self.console.until(lambda state: state["workspace"] == "phones")

    def test_text_size(self):
        larger = self.console.press("ctrl+plus", lambda state: state["scale"] > 1)
        self.console.press("ctrl+minus", lambda state: state["scale"] < larger["scale"])
        self.console.press("ctrl+minus", lambda state: state["scale"] < 1)
        self.console.press("ctrl+0", lambda state: state["scale"] == 1)

    def test_workspaces_help_and_palette(self):
        self.console.press("F2", lambda state: state["workspace"] == "phones")
        self.console.press("F3", lambda state: state["workspace"] == "ledger")
        self.console.press("F1", lambda state: state["workspace"] == "explore")
        self.console.press("question", lambda state: state["help"])
        self.console.press("Escape", lambda state: not state["help"])
        self.console.press("ctrl+p", lambda state: state["palette"])
        self.console.press("Escape", lambda state: not state["palette"])


class FindOrDo(unittest.TestCase):
    """The palette of Ctrl P."""

    def test_a_fault_is_found_by_its_word_and_done(self):
        console = Console("--sim", "--seed", "7")
        self.addCleanup(console.end)
        console.until(lambda state: state["facts"] > 3000)
        subprocess.run(["xdotool", "mousemove", "800", "300"], env=console.env, check=True)
        before = console.press("ctrl+p", lambda state: state["palette"])["marks"]
        subprocess.run(["xdotool", "type", "--delay", "60", "kill store-1"], env=console.env,
                       check=True, timeout=30)
        console.press("Return", lambda state: state["marks"] > before and not state["palette"])


class SmallWindow(unittest.TestCase):
    """Where not all views have a place of their own."""

    def test_the_next_message_brings_its_panel_to_the_front(self):
        console = Console("--sim", "--seed", "7", "--width", "700", "--height", "600")
        self.addCleanup(console.end)
        console.until(lambda state: state["facts"] > 3000)
        self.assertNotIn("message", console.state()["views"])
        subprocess.run(["xdotool", "mousemove", "300", "300"], env=console.env, check=True)
        console.press("n", lambda state: "message" in state["views"] and state["message"] != "0")

    def test_badge_and_keys_can_be_read_with_large_text(self):
        for size in (("800", "600", "1.5"), ("640", "480", "1.5"), ("1600", "900", "1")):
            console = Console("--sim", "--width", size[0], "--height", size[1], "--scale", size[2])
            self.addCleanup(console.end)
            console.until(lambda state: state["facts"] > 0 and state["badge_whole"])
            subprocess.run(["xdotool", "mousemove", "300", "300"], env=console.env, check=True)
            console.press("shift+slash", lambda state: state["help"] and state["keys_whole"])
            console.press("Escape", lambda state: not state["help"])
            console.end()

    def test_it_leads_back_from_the_phones(self):
        console = Console("--sim", "--seed", "7", "--workspace", "phones")
        self.addCleanup(console.end)
        console.until(lambda state: state["facts"] > 3000)
        subprocess.run(["xdotool", "mousemove", "300", "300"], env=console.env, check=True)
        console.press("n", lambda state: "message" in state["views"] and state["message"] != "0")


class PlainErrors(unittest.TestCase):
    """What cannot work says so in one sentence and ends with 2; 3 if it worked until then."""

    def one_sentence(self, done, *words, code=2):
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_no_display(self):
        self.one_sentence(run("--sheet", display=""), "no display", "xvfb-run")

    def test_display_that_is_not_there(self):
        self.one_sentence(run("--sheet", display=":64999"), "no display")

    def test_wrong_options(self):
        self.one_sentence(run("--scale", "nine"), "--help")
        self.one_sentence(run("--no-such-option"), "--help")

    def test_no_time_at_all_and_a_seed_of_nothing(self):
        self.one_sentence(run("--sim", "--seconds", "0", "--summary"), "--seconds", "0.1")
        for option in ("--seconds", "--scale"):
            self.one_sentence(run("--sim", option, "nan"), option, "'nan' is not in the range")
        for words in (("--seed", "7"), ("--hostile",), ("--placement", "merged")):
            self.one_sentence(run(*words), words[0], "--sim")

    def test_picture_into_no_folder(self):
        self.one_sentence(run("--sheet", "--shot", "/no/such/folder/x.png"), "cannot be written")

    def test_state_that_cannot_be_written(self):
        self.one_sentence(run("--sim", "--state", "/proc/x"), "--state", "/proc/x", "cannot be written")

    def test_state_whose_folder_goes_away(self):
        console = Console("--sim")
        self.addCleanup(console.end)
        console.until(lambda state: state["facts"] > 0)
        shutil.rmtree(console.folder.name)
        out, err = console.process.communicate(timeout=PATIENCE)
        self.one_sentence(subprocess.CompletedProcess([], console.process.returncode, out, err),
                          "--state", "cannot be written")

    def test_display_that_goes_away(self):
        server, display = start_display()
        console = Console("--sim", display=display)
        self.addCleanup(console.end)
        console.until(lambda state: state["facts"] > 0)
        server.kill()
        server.wait()
        out, err = console.process.communicate(timeout=PATIENCE)
        self.one_sentence(subprocess.CompletedProcess([], console.process.returncode, out, err),
                          "display went away", code=3)


def main():
    global PROGRAM, DISPLAY, EXTRA
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    EXTRA = sanitized(PROGRAM)
    if shutil.which("Xvfb") is None:
        print("Xvfb is not installed: ./run test installs it (package xvfb)", file=sys.stderr)
        return 1
    server, DISPLAY = start_display()
    try:
        return 0 if unittest.main(exit=False).result.wasSuccessful() else 1
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
