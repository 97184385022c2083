#!/usr/bin/env python3
"""Starts that cannot work, and what `up` says of them: one sentence, soon, and a directory that the next `up` can
use. Usage: up_test.py GLASSPOST"""
import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

from cluster import Cluster, cluster

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin/glasspost"


class Up(unittest.TestCase):
    def says(self, c, code, *words, command=("up",)):
        """What the command complains of: one line. It waits for nothing that cannot come."""
        done = c.run(*command, check=False, seconds=20)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        (sentence,) = done.stderr.splitlines()
        for word in words:
            self.assertIn(word, sentence)
        return sentence

    def small_disk(self, kb):
        """A disk of its own with so much room, where this machine lets us have one."""
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="gp-"))
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kb}k,mode=0700", "none", folder],
                                 capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("only root may make a small disk")
        self.addCleanup(subprocess.run, ["umount", folder])
        return folder

    def test_a_full_disk_is_named_and_with_room_the_next_up_goes_on(self):
        c = Cluster(PROGRAM, self.small_disk(4_096) + "/run")
        self.addCleanup(lambda: c.run("down", check=False))
        for left in (0, 20):
            with self.subTest(kb_left=left):
                filler = pathlib.Path(c.directory).parent / "filler"
                with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
                    file.write(bytes(1024 * (4_096 - left)))
                if left == 0:
                    self.says(c, 2, "the disk is full: make room")
                else:
                    self.says(c, 1, "is full", "make room", "`glasspost down`")
                    self.says(c, 2, "processes serve", "`glasspost down`")  # it runs, so `up` alone is no way out
                    c.run("down")
                filler.unlink()
        c.run("up")

    def test_a_disk_that_fills_under_a_device_is_named(self):
        c = Cluster(PROGRAM, self.small_disk(40_960) + "/run")
        self.addCleanup(lambda: c.run("down", check=False))
        c.run("up", "--placement", "merged")
        alice = ("send", "--from", "alice", "--to", "bob", "--seconds", "5")
        c.run(*alice, "with room")
        chat = c.start("chat", "--as", "bob")
        self.addCleanup(chat.kill)
        while "connected" not in (line := chat.stdout.readline()):
            self.assertTrue(line)
        filler = pathlib.Path(c.directory).parent / "filler"
        with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
            while file.write(bytes(4_096)):
                pass
        for device in ("1", "2"):  # one with a disk already, one without
            self.says(c, 1, "the disk is full", command=(*alice, "--device", device, "x" * 8_000))
        said = chat.communicate(("alice " + "y" * 8_000 + "\n") * 2, timeout=30)[1]
        self.assertEqual(chat.returncode, 1, said)
        self.assertRegex(said, r"^glasspost chat: the disk is full[^\n]*\n$")

    def test_a_log_without_room_ends_no_supervisor(self):
        with cluster(PROGRAM, "--placement", "merged") as c:
            c.run("down")
            log = pathlib.Path(c.directory, "log/supervisor.log")
            log.unlink()
            log.symlink_to("/dev/full")
            c.run("up")
            pid = c.supervisor()
            for starts in (1, 2):
                c.run("kill", "server")
                c.until(lambda: c.status()["server"]["starts"] > starts)
            self.assertEqual(c.supervisor(), pid)

    def test_a_damaged_topology_is_named_at_once(self):
        with cluster(PROGRAM, "--placement", "merged") as c:
            c.run("down")
            pathlib.Path(c.directory, "cluster.toml").write_text("version = \n")
            self.says(c, 2, "cluster.toml: line 1", "`glasspost reset`")
            c.run("reset", "--yes")
            self.assertFalse(os.path.exists(c.directory))

    def test_of_many_at_once_one_starts_the_cluster(self):
        with cluster(PROGRAM, up=False) as c:
            ups = [c.start("up", "--placement", "merged") for _ in range(6)]
            said = [up.communicate(timeout=60)[1] for up in ups]
            self.assertEqual(sorted(up.returncode for up in ups), [0, 2, 2, 2, 2, 2], said)
            for up, sentence in zip(ups, said):
                if up.returncode == 2:
                    self.assertRegex(sentence, r"^glasspost up: [^\n]*(by process (\d+);|already runs)[^\n]*\n$")
            c.run("send", "--from", "alice", "--to", "heidi", "all tokens are of one key")
            c.run("down")
            c.run("reset", "--yes")
            self.assertFalse(os.path.exists(c.directory))

    def test_while_one_starts_it_nobody_else_starts_or_removes_it(self):
        with cluster(PROGRAM, "--placement", "merged") as c:
            c.run("down")
            holder = subprocess.Popen(["flock", c.directory + "/starting", "sh", "-c", "echo held; exec cat"],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.assertEqual(holder.stdout.readline(), "held\n")
            for command in (("up",), ("reset", "--yes")):
                self.says(c, 2, "is being started or removed by process", command=command)
            holder.communicate("")
            c.run("up")

    def test_wrong_words_leave_nothing_behind(self):
        with cluster(PROGRAM, up=False) as c:
            for words in ("--preset nonsense", "--placement sideways", "--access 0", "--access 17"):
                self.says(c, 2, command=("up", *words.split()))
                self.assertFalse(os.path.exists(c.directory), words)
            os.mkdir(c.directory)
            c.run("chat", "--as", "alice", check=False)
            self.assertEqual(os.listdir(c.directory), [])

    def test_words_that_do_not_count_for_a_cluster_that_is_there_are_named(self):
        with cluster(PROGRAM, "--placement", "merged", "--access", "1") as c:
            c.run("down")
            said = c.run("up", "--placement", "split", "--access", "1", "--preset", "bench").stderr.splitlines()
            self.assertEqual([line[:line.index(".")] for line in said], [
                "--preset bench did not count: this cluster was made with classroom",
                "--placement split did not count: this cluster was made with merged"])

    def test_somebody_elses_folder_is_refused_before_it_is_touched(self):
        with cluster(PROGRAM, up=False) as c:
            mine = pathlib.Path(c.directory, "data")
            mine.mkdir(parents=True)
            (mine / "thesis.txt").write_text("x")
            os.chmod(c.directory, 0o750)
            before = os.stat(c.directory)
            self.says(c, 2, "data/thesis.txt", "--dir")
            self.says(c, 2, "no cluster", command=("reset", "--yes"))
            self.assertEqual(os.stat(c.directory), before)
            self.assertEqual((os.listdir(c.directory), os.listdir(mine)), (["data"], ["thesis.txt"]))

    def test_a_reset_that_can_ask_nobody_removes_nothing(self):
        with cluster(PROGRAM) as c:
            c.run("down")
            self.says(c, 2, "add --yes", command=("reset",))
            c.run("up")

    def test_a_process_that_stands_still_ends_with_its_supervisor(self):
        with cluster(PROGRAM) as c:
            c.run("pause", "mailbox-1")
            status = c.status()
            supervisor = int(pathlib.Path(f"/proc/{status['mailbox-1']['pid']}/stat").read_text().split()[3])
            os.kill(supervisor, signal.SIGKILL)
            c.until(lambda: c.run("up", check=False).returncode == 0)
            self.assertNotEqual(c.status()["mailbox-1"]["pid"], status["mailbox-1"]["pid"])

    def test_a_reset_removes_what_glasspost_made_and_names_what_stays(self):
        with cluster(PROGRAM, "--placement", "merged") as c:
            c.run("send", "--from", "alice", "--to", "bob", "a device's disk is there, too")
            c.run("down")
            pathlib.Path(c.directory, "thesis.txt").write_text("x")
            self.assertIn("stays there: thesis.txt.", c.run("reset", "--yes").stdout)
            self.assertEqual(os.listdir(c.directory), ["thesis.txt"])

    def test_a_reset_through_a_link_removes_what_it_points_to(self):
        with cluster(PROGRAM, up=False) as c:
            real, link = c.directory, c.directory + ".link"
            os.mkdir(real)
            os.symlink(real, link)
            c.directory = link
            c.run("up", "--placement", "merged")
            c.run("down")
            self.assertIn(f"cluster in {os.path.realpath(real)}; the folder stays", c.run("reset", "--yes").stdout)
            self.assertEqual((os.listdir(real), os.path.islink(link)), ([], True))
            c.run("up", "--placement", "merged")

    def test_the_doctor_changes_nothing(self):
        with cluster(PROGRAM, up=False) as c:
            self.assertIn("`glasspost up` makes it", c.run("doctor", check=False).stdout)
            self.assertFalse(os.path.exists(c.directory))
            os.mkdir(c.directory)
            os.chmod(c.directory, 0o755)
            c.run("doctor", check=False)
            self.assertEqual((os.listdir(c.directory), os.stat(c.directory).st_mode & 0o777), ([], 0o755))
            pathlib.Path(c.directory, "thesis.txt").write_text("x")
            done = c.run("doctor", check=False)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stdout, r"BAD +run directory .*thesis\.txt")
            self.assertEqual(os.listdir(c.directory), ["thesis.txt"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
