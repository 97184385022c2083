#!/usr/bin/env python3
"""Strangers, liars and vandals: what they send to the edge, the control socket and the command line
while honest users chat is answered by name or closed, and changes nothing for the others.
Usage: bad_input_test.py GLASSPOST"""
import contextlib
import itertools
import json
import os
import pathlib
import random
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

from cluster import cluster
from edge_line import (HELLO, STRANGERS, SYNC, Line, asking, client, command, control, frame, greeting,
                       pair, ready, text)

import zmq
from zmq.utils.monitor import recv_monitor_message

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin/glasspost"
GROWTH_MAX_KB, FRAME_MAX = 64 * 1024, 65_536
MAX64, MAX32 = (1 << 64) - 1, (1 << 32) - 1


def resident(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])


class BadInput(unittest.TestCase):
    """All attacks meet one cluster, in the order of their names; the last case counts damage."""
    @classmethod
    def setUpClass(cls):
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        cls.c = stack.enter_context(cluster(PROGRAM))
        cls.spare = stack.enter_context(cluster(PROGRAM, "--placement", "merged"))
        cls.here = ("--dir", cls.spare.directory)
        cls.port = cls.c.status()["access-1"]["port"]
        cls.load = stack.enter_context(
            cls.c.start(*"load --users 4 --rate 20 --seconds 25 --json".split()))
        stack.callback(cls.load.kill)
        cls.c.until(lambda: cls.c.status()["access-1"]["counters"].get("acknowledged", 0) > 5)
        pids = [p["pid"] for p in cls.c.status().values()] + [cls.c.supervisor()]
        cls.memory = {pid: resident(pid) for pid in pids}
        cls.boots = cls.lives()

    @classmethod
    def lives(cls):
        return [(p["name"], p["boot"]) for c in (cls.c, cls.spare) for p in c.status().values()]

    def token(self, name, device=1, c=None):
        return pathlib.Path((c or self.c).directory, "tokens", f"{name}.{device}").read_bytes()

    def user(self, name, device=1, c=None, **options):
        port = self.port if c is None else next(p["port"] for p in c.status().values() if p["port"])
        line = Line(port, **options)
        self.addCleanup(line.socket.close)
        self.assertEqual(line.login(self.token(name, device, c)).WhichOneof("body"), "login_done")
        return line

    def test_01_random_bytes_and_truncated_greetings(self):
        dice = random.Random(1)
        for number in range(300):
            said = (b"", greeting(), HELLO)[number % 3] + dice.randbytes(dice.randint(1, 2_000))
            Line(self.port, hello=said).socket.close()
        for cut in range(0, len(HELLO), 2):
            with Line(self.port, hello=HELLO[:cut]) as line:
                line.socket.shutdown(socket.SHUT_WR)

    def counts(self):
        return self.c.status()["access-1"]["counters"]  # a moment old

    def flood(self, source, hello=b""):
        """Takes all places of this address."""
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        for _ in range(200):
            with contextlib.suppress(ConnectionError):
                stack.enter_context(Line(self.port, source=source, hello=hello))

    def gets_in(self, source):
        """A client that comes back when it is closed, as ZeroMQ does."""
        def logs_in():
            with contextlib.suppress(OSError):
                return self.user("bob", 2, source=source)
        return self.c.until(logs_in, seconds=9)

    def test_02_half_open_flood_and_a_slow_loris(self):
        home = next(STRANGERS)
        with Line(self.port, hello=b"") as loris:
            self.flood(home)
            self.user("bob")
            evicted, drops = self.counts().get("evicted", 0), iter(greeting())

            def logs_in():
                with contextlib.suppress(OSError):
                    loris.send(bytes(itertools.islice(drops, 1)))
                return self.gets_in(home)
            self.c.until(logs_in, seconds=9)
            self.c.until(lambda: self.counts().get("evicted", 0) > evicted)
            self.assertTrue(loris.is_closed())

    def test_03_violations_close(self):
        said = [  # in pairs of what is wrong and what is said
            "not zmtp", b"GET / HTTP/1.1\r\n\r\n", "old version", greeting(major=2) + ready(),
            "PLAIN", greeting(mechanism=b"PLAIN"), "CURVE", greeting(mechanism=b"CURVE"),
            "frame before READY", greeting() + frame(b"x"), "two READYs", HELLO + ready(),
            "no socket type", greeting() + command(b"READY"),
            "long identity", greeting() + ready(identity=b"x" * 256),
            "10 MB", HELLO + b"\x02" + struct.pack(">Q", 10_000_000) + b"x" * 999,
            "2^63", HELLO + b"\x02\x80" + bytes(7), "long PING", HELLO + b"\x06" + b"\xff" * 8,
            "one byte too long", HELLO + b"\x02" + struct.pack(">Q", FRAME_MAX + 1),
            "multipart", HELLO + b"\x01\x01x\x00\x01y", "reserved flags", HELLO + b"\x08\x01x",
            "more command", HELLO + b"\x05\x05\x04PING", "bad PING", HELLO + command(b"PING"),
            "subscription", HELLO + command(b"SUBSCRIBE")]
        for kind in (b"REQ", b"ROUTER", b"SUB", b"PUB", b"PAIR", b"", b"dealer", b"X" * 999):
            said += [f"type {kind[:9]}", greeting() + ready(kind)]
        for name, hello in zip(said[::2], said[1::2]):
            with self.subTest(name), Line(self.port, hello=hello) as line:
                self.assertTrue(line.is_closed())

    def test_04_libzmq_in_the_wrong_roles(self):
        fine = zmq.EVENT_HANDSHAKE_SUCCEEDED
        ends = (fine, zmq.EVENT_DISCONNECTED, zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL,
                zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL)
        for kind in (zmq.DEALER, zmq.REQ, zmq.ROUTER, zmq.SUB):
            with zmq.Context() as context, context.socket(kind) as peer:
                event, peer.linger, monitor = None, 0, peer.get_monitor_socket()
                peer.connect(f"tcp://{next(STRANGERS)}:0;127.0.0.1:{self.port}")
                while event not in ends and monitor.poll(5_000):
                    event = recv_monitor_message(monitor)["event"]
                peer.disable_monitor()
                monitor.close()
                self.assertIn(event, ends)
                self.assertEqual(event == fine, kind == zmq.DEALER)

    def test_10_a_hundred_thousand_frames_of_garbage_each_get_their_answer(self):
        dice = random.Random(2)
        block = b"".join(frame(b"\x07" + dice.randbytes(dice.randint(0, 6))) for _ in range(1_000))
        with self.user("dave", 2) as line:  # a stranger would have too little time
            line.send(block)
            refusal = line.next_frame()
            self.assertEqual(client.ClientEnvelope.FromString(refusal).failure.code, 4)
            missing = 999 * len(frame(refusal)) - len(line.buffer)
            for _ in range(100):  # a thousand at a time: who does not read what he asked for is closed
                while missing > 0:
                    got = len(line.socket.recv(min(missing, 1 << 18)))
                    self.assertGreater(got, 0, "closed")
                    missing -= got
                line.send(block)
                missing = 1_000 * len(frame(refusal))

    def test_11_frames_at_the_limit_and_bodies_that_say_nothing(self):
        alice, unknown = self.user("alice"), b"\xfa\x3f\x03abc"  # field 1023
        deep = b"\xfb\x3f" * 2_000 + b"\xfc\x3f" * 2_000  # groups in groups
        for body in (b"\xff" * FRAME_MAX, b"\x07", b"\x12\x7f", b"\x32\x04\x1a\x02\xff\xfe", deep):
            alice.send(frame(body))
            self.assertEqual(alice.hear().failure.code, 4, body[:9])
        for body in (b"", unknown, b"\xfa\x3f\xf8\xff\x03" + b"u" * 65_528, b"\x1a\0" * 2_000):
            with Line(self.port) as newcomer:
                for line, code in ((alice, 4), (newcomer, 1)):
                    line.send(frame(body))
                    want = 2 if body[:1] == b"\x1a" else code  # many logins in one: an empty token
                    self.assertEqual(line.hear().failure.code, want, body[:9])

    def test_12_every_request_wants_a_login_first(self):
        with Line(self.port) as line:
            for field in client.ClientEnvelope.DESCRIPTOR.oneofs_by_name["body"].fields:
                body = getattr(client, field.message_type.name)()
                want = "TOKEN_INVALID" if field.name == "login" else "LOGIN_REQUIRED"
                self.assertEqual(line.kind(**{field.name: body}), want, field.name)

    def test_12_whoever_does_not_log_in_is_closed_and_keeps_nobody_out(self):
        home, good, late = next(STRANGERS), self.user("bob"), self.counts().get("closed_no_login", 0)
        idle = Line(self.port, source=home)
        self.addCleanup(idle.socket.close)
        self.assertEqual(idle.login(b"guess").failure.code, 2)
        self.flood(home, HELLO)
        self.gets_in(home)
        other = Line(self.port)
        self.addCleanup(other.socket.close)
        end = time.monotonic() + 20
        with self.assertRaises(ConnectionError):  # whatever it asks for
            while time.monotonic() < end:
                self.assertEqual(other.kind(sync=client.Sync()), "LOGIN_REQUIRED")
        self.c.until(lambda: self.counts().get("closed_no_login", 0) > late)
        self.assertTrue(idle.is_closed(seconds=15))
        self.assertEqual(good.kind(sync=client.Sync()), "sync_page")

    def test_12_long_frames_of_strangers_pass_by(self):
        with Line(self.port) as line:
            for bytes_ in (4_097, 8_300, FRAME_MAX):
                line.send(frame(b"x" * bytes_))
                refused = line.hear()
                self.assertEqual((refused.request, refused.failure.code), (0, 1))
            self.assertEqual(line.login(self.token("bob", 2)).WhichOneof("body"), "login_done")
            self.assertEqual(line.kind(send_text=text(pair(1, 2), time.time_ns(), "x" * 8_192)),
                             "text_sent")

    def test_13_nobody_but_the_account_makes_tokens(self):
        good, dice = self.token("alice"), random.Random(3)
        bad = [good[:cut] for cut in range(0, len(good), 4)] + [good + b"\0", b"x" * 4_000]
        bad += [good[:at] + bytes([good[at] ^ 1 << dice.randrange(8)]) + good[at + 1:]
                for at in range(len(good))]
        bad += [good[:21] + self.token("bob")[21:], self.token("alice", c=self.spare)]
        with Line(self.port) as line:
            for token in bad:
                self.assertEqual(line.login(token).failure.code, 2, token)

    def test_20_texts_and_client_ids(self):
        carol, talk, long = self.user("carol"), pair(3, 4), "é" * 4_096
        for want, client_id, words in (
                ("TOO_LARGE", 1, "x" * 8_193), ("TOO_LARGE", 1, long + "x"), ("TOO_LARGE", 1, ""),
                ("TOO_OLD", 0, "zero"), ("text_sent", 1, "x" * 8_192), ("text_sent", 2, long),
                ("text_sent", 3, "\0\x1b[31m\u202e\r\n"), ("CLIENT_ID_REUSED", 3, "another"),
                ("text_sent", 2, long)):
            self.assertEqual(carol.kind(send_text=text(talk, client_id, words)), want, client_id)
        page = carol.ask(history=client.History(conversation=talk)).history_page
        self.assertEqual([len(m.text) for m in page.messages], [8_192, 4_096, 9])
        carol.send(asking(5, send_text=text(talk, 9, "abc")).replace(b"abc", b"a\xffc"))  # no UTF-8
        while (answer := carol.hear()).HasField("notice"):  # of the texts before
            pass
        self.assertEqual(answer.failure.code, 4)
        for first in range(4, 1_028, 64):
            carol.send(b"".join(asking(n, send_text=text(talk, n, f"text {n}"))
                                for n in range(first, first + 64)))
            kinds = []
            while len(kinds) < 64:
                kinds += {carol.hear().WhichOneof("body")} - {"notice"}
            self.assertEqual(set(kinds), {"text_sent"})
        for client_id in (1, 2, 3):
            self.assertEqual(carol.kind(send_text=text(talk, client_id, "again")), "TOO_OLD")
        self.assertEqual(carol.kind(send_text=text(talk, 4, "again")), "CLIENT_ID_REUSED")
        self.assertEqual(carol.kind(send_text=text(talk, MAX64, "far")), "text_sent")

    def test_21_no_conversation_is_one_answer_in_the_same_bytes(self):
        alice, group, answers = self.user("alice"), 1 << 63, set()
        self.user("bob").ask(send_text=text(pair(2, 3), time.time_ns(), "private"))
        for talk in (pair(1, 1), 0, 1, pair(0, 1), pair(1, 0), pair(1, 9_999), pair(1, MAX32 >> 1),
                     pair(2, 3), pair(2, 1), pair(2, 9_999), group, group | pair(1, 2), MAX64):
            for body in ({"send_text": text(talk, 1, "hello")},
                         {"history": client.History(conversation=talk)},
                         {"history": client.History(conversation=talk, backward=True)}):
                answers.add(alice.ask(request=7, **body).SerializeToString())
        (same,) = answers
        self.assertEqual(client.ClientEnvelope.FromString(same).failure.code, 6)

    def test_22_keys_pages_and_names_out_of_range(self):
        alice, talk = self.user("alice"), pair(1, 2)
        self.assertEqual(alice.kind(send_text=text(talk, time.time_ns(), "hello")), "text_sent")
        for key in (1_000_000, MAX64 - 1, MAX64):
            self.assertEqual(alice.kind(sync=client.Sync(key=key)), "KEY_UNKNOWN")
        page = self.user("dave").ask(sync=client.Sync(rows_max=MAX32)).sync_page
        self.assertEqual(len(page.messages), 200)  # of more than a thousand

        for backward in (False, True):
            asked = {"conversation": talk, "from": MAX64, "backward": backward}
            found = alice.ask(history=client.History(messages_max=MAX32, **asked)).history_page
            self.assertEqual(len(found.messages) > 0, backward)
        for name in ("", "\0", "al\0ice", "alice\n", "\x1b[31m", "x" * 33, "x" * 60_000, "../alice",
                     "🙂" * 33, "a" + "\u0301" * 5_000, " alice", "\u202ealice"):
            kind = alice.kind(lookup=client.Lookup(name=name))
            self.assertIn(kind, ("NAME_UNKNOWN", "TOO_LARGE"))

    def test_23_a_device_is_logged_in_once_and_a_logout_is_final(self):
        older = self.user("heidi", 2)
        newer = self.user("heidi", 2)
        self.assertEqual(older.hear().WhichOneof("body"), "login_ended")
        self.assertEqual(older.kind(sync=client.Sync()), "LOGIN_REQUIRED")
        self.assertEqual(newer.kind(sync=client.Sync()), "sync_page")
        self.assertEqual(newer.kind(logout=client.Logout()), "login_ended")
        for line in (older, newer):
            self.assertEqual(line.login(self.token("heidi", 2)).failure.code, 2)
            self.assertEqual(line.kind(logout=client.Logout()), "LOGIN_REQUIRED")

    def big_inbox(self, c):
        """Gives grace a page as big as pages get; returns a connection of hers to that cluster."""
        frank, first = self.user("frank", c=c), time.time_ns()
        for number in range(40):
            frank.ask(send_text=text(pair(6, 7), first + number, "x" * 8_000))
        grace = self.user("grace", c=c)
        c.until(lambda: grace.ask(sync=client.Sync()).sync_page.more)
        return grace

    def test_24_whoever_asks_for_big_pages_and_never_reads_is_cut_off(self):
        grace = self.big_inbox(self.c)

        with self.assertRaises(ConnectionError):
            for _ in range(900):
                grace.send(SYNC)
                self.c.status()  # meanwhile the server does its work

    def knock(self, c, data):
        line = socket.socket(socket.AF_UNIX)
        self.addCleanup(line.close)
        line.connect(c.directory + "/control.sock")
        line.settimeout(5)
        line.sendall(data)
        return line

    def test_30_the_supervisor_hears_nonsense_and_goes_on(self):
        dice, pid = random.Random(4), list(self.memory)[-1]
        for said in [b""] * 100 + [b"\x09\0\0\0\x08", b"\xff"]:  # idle, and half a message
            self.knock(self.c, said)
        self.assertEqual(self.knock(self.c, b"\xff" * 4).recv(1), b"")  # 4 GB are to come
        for _ in range(100):
            with contextlib.suppress(OSError):
                self.knock(self.c, dice.randbytes(dice.randint(1, 9_000))).close()
        self.assertEqual((len(self.c.status()), self.c.supervisor()), (len(self.memory) - 1, pid))

    def refused(self, *words, says="", seconds=20):
        """A sentence for a person, exit code 2, and no trace of our insides."""
        done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, errors="replace",
                              timeout=seconds)
        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, 2, (words, said))
        self.assertRegex(said, r"\w+ \w+ \w+")
        self.assertNotRegex(said, r"terminate|Assertion|what\(\)|libprotobuf|[\0-\x08\x0e-\x1f]")
        self.assertIn(says, said)

    def test_40_wrong_words(self):
        cases = """|nonsense|statu|kill|set|set seq.step|send|send --from alice --to bob|user|node|
            user add|chat|user rename a|up --access x|up --access -1|--json|load --users two|
            choices more|status more|load --users 1|load --devices 11|load --rate fast|sim --bogus|
            sim --seed x|sim --seed -1|sim --seed 1.5|sim --seed 99999999999999999999|sim --seeds 1|
            load --seconds 0|sim --seeds 5..1|sim --seeds ..|sim --seeds 1..|sim --seeds a..b|sim --seeds 1..9999999|
            sim --seed 1 --seeds 1..2|sim --faults much|sim --faults|sim --set seq.step|sim --set =|
            sim --set x=y|sim --set seq.step=0|sim --set delivery.ack=never|sim --seconds 0s|
            seq|seq show|seq shwo alice|sim --seconds 2h|sim --seconds x|sim --seconds -1s|sim --seconds 9999999999999999999s"""
        for words in cases.split("|"):
            self.refused(*words.split())
        for words in (["--seed", ""], ["--seeds", ""], ["--record", ""], ["--record", "/nonexist/x"]):
            self.refused("sim", *words)
        for words in (["status"], ["up"], ["load"], ["chat", "--as", "alice"], ["reset", "--yes"]):
            self.refused(*words, "--dir", "/proc/\x1b[31mred\x07", says="\\x1b[31mred\\x07")
        with tempfile.TemporaryDirectory(prefix="gp-") as place:
            for words in ("--preset moon", "--placement sideways", "--access 0", "--access 17"):
                self.refused("up", *words.split(), "--dir", place + "/run")
            self.refused("up", "--dir", place + "/" + "x" * 99, says="shorter")
            for words in ("status", "down", "reset", "logs", "kill x", "chat --as alice", "load",
                          "user add x", "set seq.step 1", "seq show alice", "send --from alice --to bob hello"):
                self.refused(*words.split(), "--dir", place + "/nothing")
                self.refused(*words.split(), "--dir", __file__)

    def test_41_words_that_a_running_cluster_refuses(self):
        for verb in ("kill", "pause", "resume", "restart"):
            self.refused(verb, "servr", *self.here, says="did you mean 'server'")
            self.refused(verb, "\x1b[31m" + "x" * 9_999, *self.here)
        for key, value in (("seq.stp", "1"), ("", ""), ("\x1b[31m", "1"), ("seq.step", "1\"\n"),
                           ("store.fsync", "\x1b[31m"), ("delivery.notice-window", "3s")):
            self.refused("set", key, value, *self.here)
        for value in ("0", "9223372036854775808", "-1", "1000001"):
            self.refused("set", "seq.step", value, *self.here, says="1 .. 1000000")
        for user in ("nobody", "0", "4294967295", "99999999999999999999", "\x1b[31m", ""):
            self.refused("seq", "show", user, *self.here)
        for name in ("", " ", " a", "a ", "a\nb", "\x1b[31m", "\u202ea", "a\u200db", "x" * 33,
                     "🙂" * 33, "e" + "\u0301" * 300):
            self.refused("user", "add", name, *self.here)
        for count in ("0", "11", "-1", "many", "99999999999"):
            self.refused("user", "add", "judy", "--devices", count, *self.here)
        for person in ("nobody", "../../etc/passwd", "\x1b[31m", ""):
            self.refused("chat", "--as", person, *self.here)
            self.refused("send", "--from", person, "--to", "bob", "hello", *self.here)
            self.refused("send", "--from", "alice", "--to", person, "hello", *self.here)
        for words in (["alice", "hello"], ["bob", "hi", "--device", "0"], ["bob", ""], ["bob"]):
            self.refused("send", "--from", "alice", "--to", *words, *self.here)

    def test_42_names_with_path_letters_stay_in_their_folder(self):
        run = pathlib.Path(self.spare.directory)

        def files():
            return {f for f in run.parent.rglob("*") if not f.is_relative_to(run / "data")}
        before, names = files(), ["../../x", "/etc/x", "..", ".", "a/b", "~", "%2e", "*", "a\\b"]
        for name in names:
            self.spare.run("user", "add", "--devices", "1", name)
        self.assertEqual([f.parent for f in files() - before], [run / "tokens"] * len(names))

    def test_50_strangers_cannot_fill_the_log(self):
        log = pathlib.Path(self.c.directory, "log/access-1.log")
        before = log.stat().st_size
        with Line(self.port) as line:
            line.send(frame(b"\x62\x03\x0a\x01\xff") * 500)
            self.assertEqual({line.hear().failure.code for _ in range(500)}, {4})
        self.assertLess(log.stat().st_size - before, 10_000)

    # Cases that are expected to fail are confirmed bugs, not mended yet.
    def test_51_chat_reads_from_a_file(self):
        done = self.spare.run("chat", "--as", "bob", check=False, stdin=subprocess.DEVNULL)
        self.assertGreaterEqual(done.returncode, 0, done.stderr)

    def test_52_a_text_that_is_no_utf8_does_not_kill_the_device(self):
        for words in ("a\udcff", "good"):
            send = f"send --from carol --to bob --seconds 2 {words}"
            code = self.spare.run(*send.split(), check=False).returncode
        self.assertEqual(code, 0)

    def test_53_names_with_other_letters_are_listed(self):
        self.spare.run("user", "add", "José")
        self.assertIn("José", self.spare.run("user", "list").stdout)

    def test_54_names_of_32_letters_that_are_not_ascii(self):
        self.spare.run("user", "add", "中" * 32)

    def test_55_a_long_name_does_not_end_the_supervisor(self):
        with cluster(PROGRAM, "--placement", "merged") as c:
            signal = control.SignalProcess(process="\1" * 500_000)
            request = control.ControlRequest(number=1, signal=signal).SerializeToString()
            self.knock(c, struct.pack("<I", len(request)) + request).recv(1)
            self.assertEqual(list(c.status()), ["server", "hub"])

    def test_56_thousands_of_syncs_in_one_breath_cost_no_memory(self):
        with cluster(PROGRAM) as c:
            grace, pids = self.big_inbox(c), [p["pid"] for p in c.status().values()]
            before = sum(map(resident, pids))
            with contextlib.suppress(ConnectionError):
                grace.send(SYNC * 6_000)
            self.user("grace", 2, c=c).ask(sync=client.Sync())  # answered after all of the others
            self.assertLess(sum(map(resident, pids)) - before, GROWTH_MAX_KB)

    def test_99_nobody_else_was_hurt(self):
        grown = {pid: resident(pid) - before for pid, before in self.memory.items()}
        self.assertLess(max(grown.values()), GROWTH_MAX_KB, grown)
        out, err = self.load.communicate(timeout=60)
        self.assertEqual(self.load.returncode, 0, out + err)
        self.assertLessEqual({"wrong": 0, "unacknowledged": 0}.items(), json.loads(out).items())
        self.assertEqual(self.lives(), self.boots)  # nobody was started again


for number, wrong in enumerate((
        ("up", "--dir", ""),
        ("up", "--dir", __file__), ("up", "--dir", "/proc/nowhere"),
        ("load", "--rate", "inf"),
        ("load", "--journal", ""), ("load", "--journal", "/proc/x"), ("load", "--journal", __file__),
        ("load", "--journal", "/nonexist/x", "--dump"),
        ("record", ""), ("record", "/nonexist/x"), ("record", "/proc/x"), ("record", "/"), ("reset", "--yes"),
        ("load", "--rate", "nan", "--seconds", "1"),
        ("user", "add", "\udcff"),
        ("logs", "../tokens/../log/server"),
        ("status", "\x1b[31mred"))):
    setattr(BadInput, f"test_{60 + number}_{wrong[0]}_is_refused", (
        lambda self, words=wrong: self.refused(*words, *self.here[2 * ("--dir" in words):],
                                             seconds=5)))

if __name__ == "__main__":
    unittest.main(verbosity=2)
