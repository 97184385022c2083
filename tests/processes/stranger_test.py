#!/usr/bin/env python3
"""A client that nobody here wrote the transport of: docs/examples/client.py (pyzmq, protobuf) against a live
cluster. Usage: stranger_test.py GLASSPOST"""
import json
import os
import pathlib
import subprocess
import sys
import threading
import unittest

from cluster import cluster

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin/glasspost"
CLIENT = pathlib.Path(__file__).resolve().parents[2] / "docs/examples/client.py"
NEEDED = "import zmq, google.protobuf"


def interpreter():
    """A python that has pyzmq and protobuf: the one that runs this, or Debian's."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", NEEDED], capture_output=True).returncode == 0:
            return python
    raise AssertionError("no python3 can import zmq and google.protobuf: install python3-zmq and "
                         "python3-protobuf")


class Stranger:
    """One run of the example client."""

    def __init__(self, c, user, device, *words, seconds=60):
        port = pathlib.Path(c.directory, "port", f"access-{device}").read_text()
        command = [interpreter(), str(CLIENT), port, f"{c.directory}/tokens/{user}.{device}",
                   f"{c.directory}/{user}.{device}.state", *words]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, env=environment)
        self.too_long = threading.Timer(seconds, self.process.kill)  # it never ends by itself
        self.too_long.start()

    def next(self, event):
        """The next line about this event; the client must say one before it ends."""
        for line in self.process.stdout:
            said = json.loads(line)
            if said["event"] == event:
                return said
        raise AssertionError(f"ended without '{event}': {self.process.stderr.read()}")

    def end(self):
        self.too_long.cancel()
        self.process.kill()
        self.process.communicate()


class StrangersClient(unittest.TestCase):
    def test_sends_receives_reconnects_silently_and_syncs_after_a_restart(self):
        with cluster(PROGRAM) as c:
            bob = Stranger(c, "bob", 1)
            bob_other = Stranger(c, "bob", 2)
            alice = Stranger(c, "alice", 1, "2", "one")
            self.assertEqual(alice.next("sent")["number"], 1)
            for device in (bob, bob_other, alice):
                shown = device.next("shown")
                self.assertEqual((shown["number"], shown["sender"], shown["text"]), (1, 1, "one"))
            alice.end()

            # The transport below bob's device reconnects by itself; the device only sees LOGIN_REQUIRED.
            starts = c.status()["access-1"]["starts"]
            c.run("kill", "access-1")
            c.until(lambda: c.status()["access-1"]["starts"] > starts)
            c.run("send", "--from", "alice", "--to", "bob", "--device", "2", "two")
            self.assertEqual(bob.next("shown")["text"], "two")
            self.assertEqual(bob_other.next("shown")["text"], "two")

            # A device that was off, and a cluster that was down: the key goes on where it was.
            bob_other.end()
            c.run("send", "--from", "alice", "--to", "bob", "--device", "2", "three")
            self.assertEqual(bob.next("shown")["text"], "three")
            bob.end()
            c.run("down")
            c.run("up")
            bob_other = Stranger(c, "bob", 2)
            shown = bob_other.next("shown")
            self.assertEqual((shown["number"], shown["text"]), (3, "three"))
            self.assertEqual(shown["sender"], 1)
            bob_other.end()


if __name__ == "__main__":
    unittest.main(verbosity=2)
