#!/usr/bin/env python3
"""Passwords, kicks and the window of texts at the edge of a live cluster. Usage: accounts_test.py GLASSPOST"""
import json
import pathlib
import sys
import time
import unittest

from cluster import cluster
from edge_line import Line, asking, client, pair, text

import zmq

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin/glasspost"


class Accounts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        made = cluster(PROGRAM)
        cls.c = made.__enter__()
        cls.addClassCleanup(made.__exit__, None, None, None)
        cls.port = cls.c.status()["access-1"]["port"]

    def token(self, name, device=1):
        return pathlib.Path(self.c.directory, "tokens", f"{name}.{device}").read_bytes()

    def user(self, name, device=1):
        line = Line(self.port)
        self.addCleanup(line.socket.close)
        self.assertEqual(line.login(self.token(name, device)).WhichOneof("body"), "login_done")
        return line

    def test_a_word_that_is_a_name_and_a_number_is_not_guessed(self):
        with cluster(PROGRAM, "--placement", "merged") as c:
            c.run("send", "--from", "alice", "--to", "bob", "hello")
            self.assertIn("durable", c.run("where", "1+2:1").stdout)
            added = c.run("user", "add", "2", "--devices", "1").stdout
            self.assertIn("2 is user 9 with 1 device;", added)
            self.assertIn("     9  2  (1 device)\n", c.run("user", "list").stdout)
            c.run("user", "add", "a+b", "--devices", "1")
            told = c.run("where", "1+2:1", check=False)
            self.assertEqual((told.returncode, told.stdout), (2, ""))
            self.assertIn("write 4294967305:1 for user 1 (alice) and user 9 (2), or "
                          "4294967298:1 for user 1 (alice) and user 2 (bob)", told.stderr)
            for sender, to, text, size in (("alice", "2", "to the other one", "16 bytes"),
                                           ("alice", "bob", "hello", "5 bytes"), ("2", "bob", "to bob", "6 bytes"),
                                           ("bob", "a+b", "to a and b", "10 bytes")):
                said = c.run("send", "--from", sender, "--to", to, text).stdout
                word = said.rpartition("Try: glasspost where ")[2].strip()
                self.assertIn(size, c.run("where", word).stdout)
            sent = json.loads(c.run("send", "--from", "bob", "--to", "a+b", "again", "--json").stdout)
            word = f"{sent['conversation']}:{sent['number']}"
            where = json.loads(c.run("where", word, "--json").stdout)
            self.assertEqual((where["conversation"], where["number"]), (sent["conversation"], sent["number"]))
            self.assertIn("5 bytes", c.run("where", f"a+b+bob:{sent['number']}").stdout)

    def test_a_device_in_use_says_by_whom(self):
        chat = self.c.start("chat", "--as", "heidi")
        self.assertIn("You are heidi", chat.stdout.readline())
        for words in (["chat", "--as", "heidi"], ["send", "--from", "heidi", "--to", "bob", "hi"]):
            told = self.c.run(*words, check=False)
            self.assertEqual((told.returncode, told.stdout), (2, ""))
            (sentence,) = told.stderr.splitlines()
            self.assertIn(f"device 1 of 'heidi' is in use by process {chat.pid}: end its", sentence)
            self.assertNotIn("LOCK", sentence)
        self.c.run("send", "--from", "heidi", "--device", "2", "--to", "bob", "from another")
        chat.communicate("/quit\n", timeout=10)

    def test_passwords_tell_a_guesser_nothing(self):
        self.c.run("user", "passwd", "erin", "--stdin", input="correct horse\n")
        with Line(self.port) as line:
            def tried(name, password, device):
                login = client.Login(name=name, password=password, device=device)
                return line.ask(request=7, login=login)
            done = tried("ERIN", "correct horse", 2).login_done
            self.assertEqual((done.user, done.device), (5, 5 << 8 | 2))
            wrong = {tried(*login).SerializeToString() for login in (
                ("erin", "wrong horse", 1), ("erin", "correct horse", 3), ("erin", "", 0),
                ("nobody", "correct horse", 1), ("frank", "correct horse", 1), ("\x1b", "x", 1),
                ("erin", "x" * 3_900, 1), ("x" * 3_900, "correct horse", 1))}
            (same,) = wrong
            self.assertEqual(client.ClientEnvelope.FromString(same).failure.code, 13)
            for _ in range(10):
                self.assertEqual(tried("nobody at all", "guess", 1).failure.code, 13)
            refusal = tried("nobody at all", "guess", 1).failure
            self.assertEqual((refusal.code, refusal.retry_after_ms), (14, 6_000))
            self.assertEqual(line.login(done.token).WhichOneof("body"), "login_done")
        for password in ("", "short", "x" * 129):
            done = self.c.run("user", "passwd", "erin", "--stdin", input=password, check=False)
            self.assertEqual(done.returncode, 2)
        run = pathlib.Path(self.c.directory)
        for file in run.rglob("*"):
            if file.is_file():
                self.assertNotIn(b"correct horse", file.read_bytes(), file)

    def test_a_device_without_a_token_logs_in_by_name_and_password(self):
        self.c.run("user", "passwd", "grace", "--stdin", input="battery staple\n")
        with zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
            dealer.linger = 0
            dealer.connect(f"tcp://127.0.0.1:{self.port}")

            def asks(**body):
                dealer.send(client.ClientEnvelope(request=1, **body).SerializeToString())
                while dealer.poll(15_000):
                    heard = client.ClientEnvelope.FromString(dealer.recv())
                    if heard.request == 1:
                        return heard
                self.fail("no answer")
            login = {"name": "Grace", "device": 2}
            self.assertEqual(asks(login=client.Login(password="guess", **login)).failure.code, 13)
            self.assertEqual(asks(sync=client.Sync()).failure.code, 1)
            done = asks(login=client.Login(password="battery staple", **login)).login_done
            self.assertEqual((done.user, done.device), (7, 7 << 8 | 2))
            self.assertEqual(asks(sync=client.Sync()).WhichOneof("body"), "sync_page")
            with Line(self.port) as line:  # her token is as good as one from a file
                self.assertEqual(line.login(done.token).login_done.device, done.device)
                guesses = [line.ask(login=client.Login(name="grace", password="guess", device=2)).failure
                           for _ in range(11)]
                self.assertEqual([guess.code for guess in guesses], [13] * 10 + [14])
                self.assertEqual(guesses[-1].retry_after_ms, 6_000)
                self.assertEqual(line.kind(sync=client.Sync()), "sync_page")  # still who it was
            right = asks(login=client.Login(password="battery staple", **login))
            self.assertEqual(right.failure.code, 14)  # a guesser's tries are hers, too
            self.c.run("user", "kick", "grace", "--device", "2")
            self.assertEqual(asks(login=client.Login(token=done.token)).failure.code, 2)

    def test_a_kick_ends_sessions_at_once_and_tokens_for_good(self):
        kicked, other, token = self.user("frank", 1), self.user("frank", 2), self.token("frank", 1)
        self.c.run("user", "kick", "frank", "--device", "1")
        ended = kicked.hear().login_ended
        self.assertEqual(ended.reason, client.END_REASON_KICKED)
        self.assertEqual(kicked.kind(sync=client.Sync()), "LOGIN_REQUIRED")
        self.assertEqual(kicked.login(token).failure.code, 2)
        self.assertEqual(other.kind(sync=client.Sync()), "sync_page")
        self.c.run("user", "add", "frank")
        self.assertEqual(kicked.login(self.token("frank", 1)).WhichOneof("body"), "login_done")
        for who in (("nobody",), ("frank", "--device", "9"), ("frank", "--device", "0")):
            self.assertEqual(self.c.run("user", "kick", *who, check=False).returncode, 2)

    def test_a_65th_text_waits_for_an_answer(self):
        dave, talk, first = self.user("dave"), pair(4, 8), time.time_ns()
        self.c.run("pause", "conversation-1")
        self.c.run("pause", "conversation-2")
        for number in range(65):
            dave.send(asking(number + 1, send_text=text(talk, first + number, f"text {number}")))
        heard = dave.hear()
        self.c.run("resume", "conversation-1")
        self.c.run("resume", "conversation-2")
        self.assertEqual((heard.request, heard.failure.code), (65, 14))


if __name__ == "__main__":
    unittest.main(verbosity=2)
