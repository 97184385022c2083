#!/usr/bin/env python3
"""Damaged folders of a store and of the account: the process does not start, `up` says in one sentence which
file is damaged and what to do, nothing is overwritten, the others end as always. Usage: damage_test.py GLASSPOST"""
import contextlib
import pathlib
import re
import shutil
import sys
import unittest

from cluster import cluster

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin/glasspost"
SAID_BY_ROCKSDB = re.compile(r"LOG(\.old)?$|LOCK$")  # notes of each try, no data


def contents(folder):
    """Every file that holds data."""
    return {file.name: file.read_bytes() for file in folder.iterdir()
            if not SAID_BY_ROCKSDB.match(file.name)}


def flipped(data):
    return data[:len(data) // 2] + bytes([data[len(data) // 2] ^ 0x40]) + data[len(data) // 2 + 1:]


class Damage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        cls.c = stack.enter_context(cluster(PROGRAM))
        for words in ("one", "two"):  # the second life turns the log of the first into a table
            cls.c.run("send", "--from", "alice", "--to", "bob", words)
            cls.c.run("down")
            cls.c.run("up")
        cls.c.run("down")

    def is_told(self, process, name, data):
        """Writes this into the file, or removes it: `up` must name it. Then puts all back."""
        folder = pathlib.Path(self.c.directory, "data", process)
        good = folder.parent / "good"
        shutil.copytree(folder, good)
        file = folder / name
        if data is None:
            file.unlink()
        else:
            file.write_bytes(data)
        damaged = contents(folder)
        done = self.c.run("up", check=False)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        (sentence,) = done.stderr.splitlines()
        self.assertIn(f"{process} cannot start: the store in {folder} is damaged", sentence)
        self.assertIn("glasspost reset", sentence)
        self.assertEqual(contents(folder), damaged)
        others = [p["name"] for p in self.c.status().values() if p["pid"] and p["name"] != process]
        self.assertEqual(len(others), 13)
        self.c.run("down")
        self.assertEqual((self.c.processes(), contents(folder)), ([], damaged))
        shutil.rmtree(folder)
        good.rename(folder)
        return sentence

    def logs(self, kept):
        """The log of the last life, where it holds something: a wrong byte, and cut."""
        log = max(name for name in kept if name.endswith(".log"))
        return [(log, flipped(kept[log])), (log, kept[log][:10])] if kept[log] else []

    def test_every_file_of_a_store_and_of_the_account(self):
        for process in ("store-1", "account-1"):
            folder = pathlib.Path(self.c.directory, "data", process)
            kept = contents(folder)
            (manifest,) = (name for name in kept if name.startswith("MANIFEST"))
            table = next(name for name in kept if name.endswith(".sst"))
            for name, data in ((table, flipped(kept[table])), (table, kept[table][:-20]), (table, None),
                               (manifest, flipped(kept[manifest])), (manifest, None),
                               ("CURRENT", b"garbage"), ("CURRENT", None), *self.logs(kept)):
                with self.subTest(process, name=name, bytes=data and len(data)):
                    said = self.is_told(process, name, data)
                    if data is None or name == table or name.endswith(".log"):
                        self.assertIn(name, said)
                    if data and len(data) == len(kept[table]):
                        self.assertRegex(said, r"offset \d+")
        self.c.run("up")  # nothing of all that has left a trace
        self.assertIn("number 3", self.c.run("send", "--from", "alice", "--to", "bob", "three").stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
