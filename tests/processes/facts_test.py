#!/usr/bin/env python3
"""Facts of real processes, recorded: a text's way through the house, the last facts of a killed process,
a hub that dies, files that are damaged. Usage: facts_test.py GLASSPOST"""
import contextlib
import json
import os
import pathlib
import signal
import stat
import subprocess
import sys
import tempfile
import unittest

from cluster import cluster

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin/glasspost"
WAY = ["access", "logic", "conversation", "store", "mailbox"]
ROLES = {1: "access", 2: "logic", 3: "conversation", 4: "mailbox", 6: "seq", 7: "store"}


def run(*words, code=0):
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=100)
    if done.returncode != code:
        raise AssertionError(f"{words} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done


def summary(path):
    return json.loads(run("replay", path, "--json").stdout)


def facts(path, *kinds):
    lines = run("replay", path, "--facts").stdout.splitlines()
    return [fact for fact in map(json.loads, lines) if fact["kind"] in kinds]


class Facts(unittest.TestCase):
    @contextlib.contextmanager
    def recording(self, c, *words):
        """Records into a file until the block is over, then ends it as Ctrl-C does."""
        path = str(pathlib.Path(c.directory).parent / "a.gpr")
        recorder = c.start("record", path, "--json", *words)
        try:
            c.until(lambda: os.path.exists(path) or recorder.poll() is not None)
            yield path
            recorder.send_signal(signal.SIGINT)
            out, err = recorder.communicate(timeout=30)
            self.assertEqual(recorder.returncode, 0, out + err)
            self.assertEqual(json.loads(out)["facts"], summary(path)["facts"])
        finally:
            recorder.kill()
            recorder.communicate()

    def shown_to(self, c, name, text):
        """Somebody reads until the text is there."""
        chat = c.start("chat", "--as", name)
        try:
            while text not in (line := chat.stdout.readline()):
                self.assertTrue(line, "chat ended early")
            chat.communicate("/quit\n", timeout=10)
        finally:
            chat.kill()
            chat.communicate()

    def recorded(self, c, path, count):
        """Until so many commits are in the file, which is still being written."""
        c.until(lambda: summary(path)["kinds"].get("committed", 0) >= count)

    def test_a_text_is_found_on_each_link_and_a_killed_process_to_its_end(self):
        with cluster(PROGRAM) as c:
            with self.recording(c) as path:
                # The hub stands still: what follows is kept by the rings alone.
                c.run("pause", "hub")
                c.run("send", "--from", "alice", "--to", "bob", "the way")
                self.shown_to(c, "bob", "the way")
                for name in ("mailbox-1", "mailbox-2"):
                    c.run("kill", name)
                c.run("resume", "hub")
                self.recorded(c, path, 1)
                c.until(lambda: len(facts(path, "ended")) >= 2)
                c.until_running()
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
            whole = summary(path)
            self.assertTrue(whole["closed"])
            self.assertEqual((whole["damages"], whole["preset"]), ([], "classroom"))
            self.assertIn("alice", whole["users"].values())
            (commit,) = facts(path, "committed")
            times = {}
            for fact in facts(path, "arrived"):
                if fact["trace"] == commit["trace"]:
                    times.setdefault(ROLES[fact["role"] >> 24], []).append(fact["time_us"])
            firsts = [times[role][0] for role in WAY]
            self.assertEqual(firsts, sorted(firsts))
            # Who made the row visible was killed later, with the hub asleep; its words are here.
            visible = [f for f in facts(path, "visible") if f["trace"] == commit["trace"]]
            ends = {f["subject"]: f for f in facts(path, "ended")}
            dead = whole["processes"][visible[0]["node"] - 1]
            self.assertRegex(dead, "mailbox")
            self.assertEqual(ends[visible[0]["node"]]["value"], signal.SIGKILL)
            self.assertLess(visible[0]["time_us"], ends[visible[0]["node"]]["time_us"])
            checked = subprocess.run([PROGRAM, "check", path, "--json"], capture_output=True, text=True)
            verdicts = json.loads(checked.stdout)["promises"]
            self.assertNotIn("broken", [v["verdict"] for v in verdicts], checked.stdout)
            self.assertEqual(verdicts[0]["verdict"], "holds", checked.stdout)

    def test_a_dead_hub_harms_nobody_and_the_recorder_goes_on(self):
        with cluster(PROGRAM) as c:
            with self.recording(c) as path:
                c.run("send", "--from", "alice", "--to", "bob", "before")
                self.recorded(c, path, 1)
                c.run("kill", "hub")
                c.run("send", "--from", "alice", "--to", "bob", "without a hub")
                self.recorded(c, path, 2)
                c.run("send", "--from", "alice", "--to", "bob", "after")
                self.recorded(c, path, 3)
            self.assertGreaterEqual(summary(path)["lost"]["subscriber"], 1)
            self.shown_to(c, "bob", "after")
            status = c.status()
            starts = {name: p["starts"] for name, p in status.items()}
            self.assertEqual(starts.pop("hub"), 2)
            self.assertEqual(set(starts.values()), {1})
            # What was lost cannot be judged.
            verdicts = json.loads(run("check", path, "--json", code=3).stdout)["promises"]
            self.assertNotIn("broken", [v["verdict"] for v in verdicts])

    def test_nothing_is_replaced_unasked_and_nothing_recorded_without_a_cluster(self):
        with cluster(PROGRAM) as c:
            path = str(pathlib.Path(c.directory).parent / "a.gpr")
            pathlib.Path(path).write_text("mine")
            refused = c.run("record", path, "--seconds", "1", check=False)
            self.assertEqual((refused.returncode, pathlib.Path(path).read_text()), (2, "mine"))
            self.assertIn("--force", refused.stderr)
            c.run("record", path, "--seconds", "1", "--force")
            os.remove(path)
            with self.recording(c) as held:
                told = c.run("record", held, "--force", "--seconds", "1", check=False)
                self.assertEqual((told.returncode, told.stdout), (2, ""))
                self.assertIn("is being written by another recorder; end that one first", told.stderr)
            self.assertTrue(summary(path)["closed"])
            c.run("down")
            self.assertEqual(c.run("record", path + "2", check=False).returncode, 2)
            self.assertFalse(os.path.exists(path + "2"))


class Files(unittest.TestCase):
    """Recordings of virtual worlds: quick, and the same every time."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gp-")
        self.addCleanup(folder.cleanup)
        self.path = folder.name + "/a.gpr"

    def test_a_virtual_world_is_recorded_and_judged(self):
        run("sim", "--seed", "7", "--record", self.path)
        whole = summary(self.path)
        self.assertEqual((whole["seed"], whole["lost"]), (7, {}))
        for kind in ("committed", "arrived", "cell", "fault", "healed", "started", "ended"):
            self.assertGreater(whole["kinds"][kind], 0, kind)
        verdicts = json.loads(run("check", self.path, "--json").stdout)["promises"]
        self.assertEqual({v["verdict"] for v in verdicts}, {"holds"})

    def test_a_broken_promise_is_found_in_the_recording(self):
        unsafe = ("sim", "--seed", "SEED", "--set", "delivery.ack=after-memory", "--record", self.path,
                  "--force", "--json")
        for seed in range(1, 40):
            words = [str(seed) if word == "SEED" else word for word in unsafe]
            told = subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=100)
            if told.returncode == 1:
                break
        (seed_,) = json.loads(told.stdout)["broken"]
        broken = {one["promise"]: one["sentence"] for one in [seed_, *seed_["also"]]}
        verdicts = json.loads(run("check", self.path, "--json", code=1).stdout)["promises"]
        self.assertEqual({v["promise"]: v["reason"] for v in verdicts if v["verdict"] == "broken"}, broken)

    def test_damage_is_named_and_leaves_the_rest_readable(self):
        run("sim", "--seed", "1", "--faults", "none", "--record", self.path)
        whole = summary(self.path)
        bytes_ = bytearray(pathlib.Path(self.path).read_bytes())
        bytes_[len(bytes_) // 2] ^= 1
        pathlib.Path(self.path).write_bytes(bytes_)
        told = run("replay", self.path, "--json", code=1)
        hurt = json.loads(told.stdout)
        self.assertEqual(len(hurt["damages"]), 1)
        self.assertIn(hurt["damages"][0], told.stderr)
        self.assertEqual(told.stderr.count("\n"), 1, told.stderr)
        for words in ((), ("--facts",)):
            self.assertIn("is damaged at byte", run("replay", self.path, *words, code=1).stderr)
        self.assertIn(f"{self.path} is damaged at byte", hurt["damages"][0])
        self.assertEqual(hurt["facts"] - 1 + hurt["lost"]["file"], whole["facts"])
        run("check", self.path, code=3)
        pathlib.Path(self.path).write_bytes(bytes_[:len(bytes_) // 3])
        cut = json.loads(run("replay", self.path, "--json", code=1).stdout)
        self.assertFalse(cut["closed"])
        self.assertGreater(cut["facts"], 1_000)

    def test_what_is_no_recording_is_refused_with_a_sentence(self):
        pathlib.Path(self.path).write_text("no recording at all, only words")
        for command in ("replay", "check"):
            for path in (self.path, self.path + "x", os.path.dirname(self.path)):
                said = run(command, path, code=2).stderr
                self.assertIn(path, said)
                self.assertNotRegex(said, r"terminate|Assertion|what\(\)")


if __name__ == "__main__":
    unittest.main(verbosity=2)
