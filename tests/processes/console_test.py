#!/usr/bin/env python3
"""The console as a program: pictures of the style sheet under a virtual display, and plain errors.

usage: console_test.py PATH-OF-glasspost-viz
"""
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

PROGRAM = ""
DISPLAY = ""
PATIENCE = 120


def run(*options, display=None):
    """The console with these options; `display` overrides the virtual one."""
    env = dict(os.environ, LIBGL_ALWAYS_SOFTWARE="1")
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

    def test_explore_in_each_width(self):
        for width in ("1600", "1300", "1000", "700"):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "explore.png")
                done = run("--sim", "--shot", path, "--json", "--width", width)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(json.loads(done.stdout)["cut_texts"], 0)


class PlainErrors(unittest.TestCase):
    """What cannot work says so in one sentence and ends with 2."""

    def one_sentence(self, done, *words):
        self.assertEqual(done.returncode, 2)
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

    def test_picture_into_no_folder(self):
        self.one_sentence(run("--sheet", "--shot", "/no/such/folder/x.png"), "cannot be written")


def main():
    global PROGRAM, DISPLAY
    PROGRAM = os.path.abspath(sys.argv.pop(1))
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
