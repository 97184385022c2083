#!/usr/bin/env python3
"""Failover in real processes, with preset quick: owners are frozen, killed and left without arbiters while people write.
Sections move or stay as they should, and nothing is lost, doubled or reordered. How long it takes is for the bench.
Usage: failover_test.py GLASSPOST"""
import json
import os
import signal
import subprocess
import sys
import unittest

from kill_storm import People
from recorded import facts_of, recording
from writing import Writing

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin/glasspost"
OWNERS = ["conversation", "mailbox", "seq"]
KINDS = {"conversation": 3, "mailbox": 4, "seq": 6}


def role(name):
    kind, number = name.rsplit("-", 1)
    return KINDS[kind] << 56 | int(number)


class Failover(Writing):
    program, up_words = PROGRAM, ("--preset", "quick")

    def all_with_the_second(self, kind):
        """The second owner of a kind has all its sections, by the routes."""
        sections = 8 if kind == "conversation" else 128
        return self.cluster.status()[kind + "-2"]["counters"].get("sections") == sections

    def holds(self, path):
        """No promise is broken, and that one owner serves was judged."""
        done = subprocess.run([PROGRAM, "check", path, "--json"], capture_output=True, text=True, check=False)
        verdicts = {one["promise"]: one for one in json.loads(done.stdout)["promises"]}
        self.assertFalse([one for one in verdicts.values() if one["verdict"] == "broken"], verdicts)
        self.assertGreater(verdicts[5]["judged"], 0)

    def test_a_frozen_owner_loses_its_sections_and_the_others_go_on(self):
        people = People(self.cluster, users=20, rate=200)
        people.start()
        self.write_on(200)
        for owner in OWNERS:
            with self.subTest(owner=owner), recording(self.cluster, owner) as path:
                self.cluster.run("pause", owner + "-1")
                self.cluster.until(lambda kind=owner: self.all_with_the_second(kind))
                self.write_on(300)
                self.cluster.run("resume", owner + "-1")
                self.write_on(300)
            kind = OWNERS.index(owner) + 1  # of section; a recording begins with what the hub still had
            moved = [fact for fact in facts_of(PROGRAM, path, "routed") if fact["subject"] >> 24 == kind]
            self.assertTrue(moved)
            self.assertEqual({fact["value"] for fact in moved}, {role(owner + "-1")})
            self.assertEqual({fact["object"] for fact in moved}, {role(owner + "-2")})
            self.holds(path)
        self.all_was_kept(people)

    def test_a_killed_owner_is_not_waited_for(self):
        people = People(self.cluster, users=20, rate=200)
        people.start()
        self.write_on(200)
        with recording(self.cluster, "killed") as path:
            for owner in OWNERS:
                os.kill(self.cluster.status()[owner + "-1"]["pid"], signal.SIGKILL)
                self.cluster.until_running()
                self.write_on(200)
        claims = facts_of(PROGRAM, path, "claimed")
        self.assertTrue(claims)
        self.assertEqual({fact["value"] for fact in claims}, {0})  # no wait: it has a death certificate
        self.holds(path)
        self.all_was_kept(people)

    def test_without_arbiters_a_frozen_owner_keeps_its_sections(self):
        people = People(self.cluster, users=20, rate=200)
        people.start()
        for arbiter in ("arbiter-1", "arbiter-2"):
            self.cluster.run("pause", arbiter)
        self.write_on(300)
        with recording(self.cluster, "alone") as path:
            self.cluster.run("pause", "mailbox-1")
            self.write_on(600)  # three seconds: homes go on
            self.cluster.run("resume", "mailbox-1")
            self.write_on(200)
        self.assertFalse(facts_of(PROGRAM, path, "routed"))
        for arbiter in ("arbiter-1", "arbiter-2"):
            self.cluster.run("resume", arbiter)
        self.holds(path)
        self.all_was_kept(people)

    def test_routes_and_numbers_outlive_all_processes(self):
        self.cluster.run("send", "--from", "alice", "--to", "bob", "before")
        self.cluster.run("pause", "conversation-1")
        self.cluster.until(lambda: self.all_with_the_second("conversation"))
        for end in (self.end_in_order, self.end_by_force):
            end()
            self.cluster.run("up")
            self.cluster.until_running()
            self.cluster.until(lambda: self.all_with_the_second("conversation"))
            where = json.loads(self.cluster.run("where", "1+2:1", "--json").stdout)
            self.assertEqual(where["home"], "conversation-2", where)
            self.cluster.run("send", "--from", "alice", "--to", "bob", "after")

    def end_in_order(self):
        self.cluster.run("down")

    def end_by_force(self):
        os.kill(self.cluster.supervisor(), signal.SIGKILL)
        self.cluster.until(lambda: not self.cluster.processes())


if __name__ == "__main__":
    unittest.main()
