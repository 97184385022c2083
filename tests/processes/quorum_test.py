#!/usr/bin/env python3
"""Three replicas of the store in real processes: people write while one of them is away, is killed and comes back.
The others go on, it is given what it lacks, and it then stands in for the next one that is away.
Usage: quorum_test.py GLASSPOST"""
import json
import os
import pathlib
import signal
import sys
import unittest

from cluster import cluster
from kill_storm import People
from recorded import facts_of, recording
from writing import Writing

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin/glasspost"


def caught_up(path):
    """Of which replicas an owner has told that they were given what they lacked."""
    return {fact["object"] for fact in facts_of(PROGRAM, path, "caught up")}


class Quorum(Writing):
    program, up_words = PROGRAM, ("--set", "store.quorum=3/2/2")

    def test_a_replica_that_was_away_catches_up_and_stands_in_for_the_next(self):
        self.assertEqual({name for name in self.cluster.status() if name.startswith("store")},
                         {"store-1", "store-2", "store-3"})
        people = People(self.cluster, users=20, rate=600)
        people.start()
        self.write_on(200)
        with recording(self.cluster, "quorum") as path:
            self.cluster.run("pause", "store-2")
            self.write_on(5_000)  # nobody waits for it, and what is kept for it is more than full
            os.kill(self.cluster.status()["store-2"]["pid"], signal.SIGKILL)
            self.cluster.until_running()
            self.write_on(1_000)
            self.cluster.run("pause", "store-3")
            self.write_on(2_000)  # store-2 is needed now: it has what it lacked
            self.cluster.run("resume", "store-3")
            self.cluster.until_running()
            self.write_on(500)
        self.assertIn(2, caught_up(path))
        self.all_was_kept(people)

    def test_a_replica_that_lost_its_disk_comes_back_as_a_new_one(self):
        people = People(self.cluster, users=20, rate=600)
        people.start()
        self.write_on(2_000)
        with recording(self.cluster, "quorum") as path:
            self.lose_disk("store-2")
            self.cluster.until_running()
            self.write_on(3_000)  # its owners let it in meanwhile, section by section
            self.cluster.until(lambda: self.log_of("store-2").count("has lost what it had stored") == 1)
            self.cluster.run("pause", "store-3")
            self.write_on(2_000)  # store-2 is needed now
            os.kill(self.cluster.status()["conversation-1"]["pid"], signal.SIGKILL)
            self.write_on(2_000)  # and a take-over reads from it
            self.cluster.run("resume", "store-3")
            self.write_on(500)
        self.assertEqual({fact["object"] for fact in facts_of(PROGRAM, path, "admitted")}, {2})
        self.assertIn(2, caught_up(path))
        self.all_was_kept(people)

    def lose_disk(self, name):
        """As if its disk had been changed for an empty one."""
        folder = pathlib.Path(self.cluster.directory) / "data" / name
        self.cluster.run("pause", name)
        process = self.cluster.status()[name]["pid"]
        gone = folder.with_name("gone-" + name)
        folder.rename(gone)
        os.kill(process, signal.SIGKILL)

    def log_of(self, name):
        return (pathlib.Path(self.cluster.directory) / "log" / (name + ".log")).read_text()

    def test_the_only_replica_does_not_begin_anew_without_its_disk(self):
        with cluster(PROGRAM) as alone:
            alone.run("send", "--from", "alice", "--to", "bob", "kept")
            alone.run("down")
            folder = pathlib.Path(alone.directory) / "data" / "store-1"
            aside = folder.with_name("aside")
            folder.rename(aside)
            folder.mkdir()
            (folder / "lost+found").mkdir()  # as on a new disk
            done = alone.run("up", check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("store-1 cannot start: what it had stored in", done.stderr)
            self.assertIn("glasspost reset", done.stderr)
            self.assertEqual([file.name for file in folder.iterdir()], ["lost+found"])
            alone.run("down")
            (folder / "lost+found").rmdir()
            folder.rmdir()
            aside.rename(folder)
            alone.run("up")
            where = json.loads(alone.run("where", "alice+bob:1", "--json").stdout)
            self.assertEqual(where["committed"], 1)

    def test_what_a_process_keeps_beside_a_replica_has_no_copy(self):
        with cluster(PROGRAM, "--placement", "merged", "--set", "store.quorum=3/2/2") as merged:
            merged.run("down")
            folder = pathlib.Path(merged.directory) / "data" / "server"
            folder.rename(folder.with_name("aside"))
            done = merged.run("up", check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("server cannot start: what it had stored in", done.stderr)

    def test_up_tells_which_quorums_there_are(self):
        for word in ("store.quorum=2/2/2", "store.quorum", "seq.step=1"):
            done = self.cluster.run("up", "--set", word, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn("store.quorum", done.stderr)
        done = self.cluster.run("set", "store.quorum", "1/1/1", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("when a cluster is made", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
