#!/usr/bin/env python3
"""Hostile clients over real sockets, beside honest people (honest.py) who must not notice. Every attack of
hostile_attacks.py and hostile_users.py, and every row of the bad-input table in docs/protocol.md (hostile_rows.py).

    hostile_test.py GLASSPOST [--full] [--only WORD] [--seed N]

Asserted of every attack: its answers are the ones that the protocol names; no honest connection breaks; nothing that
was acknowledged is lost, shown twice or out of order; no process grows by more than 64 MB or is started again;
newcomers get in while it goes on, from the attacker's address, too. And a ratio, never a time: the 99th percentile of
the honest acknowledgements is at most three times what it was just before, when nobody attacked. On a noisy machine
that needs care: a window holds hundreds of samples, and an attack that fails is tried twice more, each time against
a fresh measurement of the calm. Where the calm itself swings by more than that, nobody can tell, and it is said.
--full is longer and heavier."""
import argparse
import collections
import contextlib
import itertools
import json
import pathlib
import random
import re
import subprocess
import sys
import threading
import time
import traceback

from cluster import cluster
from edge_line import Line, client, pair, text
import hostile_users  # noqa: F401  (attacks, too)
import hostile_rows  # noqa: F401  (the last one)
from hostile_attacks import ATTACKS, HOME, UNTIMED

HERE = pathlib.Path(__file__).parent
PEOPLE, DEVICES, RATE = ["alice", "bob", "carol", "dave"], 2, 200
NEWCOMERS = {HOME: ("erin", 1), "127.0.0.77": ("erin", 2)}
RATIO_MAX, GROWTH_MAX_KB, TRIES, FLOOR = 3, 64 * 1024, 3, 300
CALM_SECONDS, ATTACKS_A_CALM, PATIENCE = 3, 4, 30


class Honest(contextlib.AbstractContextManager):
    """The honest people, and what they measured."""

    def __init__(self, directory):
        self.samples = pathlib.Path(directory).parent / "samples"
        self.samples.touch()
        plan = {"run": directory, "people": PEOPLE, "devices": DEVICES, "rate": RATE, "samples": str(self.samples),
                "newcomers": [[source, *who] for source, who in NEWCOMERS.items()]}
        self.process = subprocess.Popen([sys.executable, "-B", str(HERE / "honest.py"), json.dumps(plan)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise AssertionError("the honest people could not log in")

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def lines(self, kind):
        found = (line.split() for line in self.samples.read_text().split("\n")[:-1])
        return [line[1:] for line in found if line[0] == kind]

    def texts(self, begun, ended):
        """Latencies in ms of what was sent in this window, sorted; waits until all of it was answered."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            sent = [float(at) for at, in self.lines("sent")]
            answered = sorted(float(took) * 1e3 for at, took in self.lines("text") if begun <= float(at) <= ended)
            if sent[-1] > ended and len(answered) == sum(begun <= at <= ended for at in sent):
                return answered
            time.sleep(0.05)
        raise AssertionError("the honest people are gone, or were not answered")

    def logins(self, begun, ended):
        """Of each newcomer the slowest login that was tried in this window, in s, and whether one that was tried in
        its second half was done before its end. Waits until all of them were done."""
        deadline = time.monotonic() + PATIENCE
        while True:
            tried = [(source, float(at), float(took)) for source, at, took, _ in self.lines("login")]
            if {source for source, at, _ in tried if at > ended} == set(NEWCOMERS):
                slowest = [max(took for s, at, took in tried if s == source and at + took >= begun)
                           for source in NEWCOMERS]
                late = {s for s, at, took in tried if at >= (begun + ended) / 2 and at + took <= ended}
                return slowest, late == set(NEWCOMERS)
            if time.monotonic() > deadline:
                raise AssertionError(f"a newcomer could not log in for {PATIENCE} s")
            time.sleep(0.05)

    def finish(self):
        out, _ = self.process.communicate("end\n", timeout=90)
        return json.loads(out)


class Memory(contextlib.AbstractContextManager):
    """Watches resident memory of all processes. After a with-block `worst` is (kB that were added, name) at the
    peak. The first with-block tells what honest work needs for a moment, which is not counted in later ones."""

    def __init__(self, pids):
        self.pids, self.honest, self.ended = pids, None, threading.Event()

    @staticmethod
    def resident(pid):
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])

    def all(self):
        return {name: self.resident(pid) for name, pid in self.pids.items()}

    def __enter__(self):
        self.peak = self.all()
        self.before = {name: max(kb, (self.honest or self.peak)[name]) for name, kb in self.peak.items()}
        self.watcher = threading.Thread(target=self.watch)
        self.ended.clear()
        self.watcher.start()
        return self

    def watch(self):
        while not self.ended.wait(0.02 if self.honest is None else 0.25):
            for name, kb in self.all().items():
                self.peak[name] = max(self.peak[name], kb)

    def __exit__(self, *_):
        self.ended.set()
        self.watcher.join()
        self.honest = self.honest or self.peak
        self.worst = max((kb - self.before[name], name) for name, kb in self.peak.items())


class Arena:
    """What an attack may use."""

    def __init__(self, running, spare, options):
        self.cluster, self.spare, self.full = running, spare, options.full
        self.dice = random.Random(options.seed)
        self.port, self.spare_port = (c.status()["access-1"]["port"] for c in (running, spare))
        self.talk = pair(*sorted((self.add_user("mallory"), self.add_user("trudy"))))
        self.add_user("walter")
        self.crowd = {name: self.add_user(name) for name in ("eve", "oscar", "peggy")}
        self.spare_talk = pair(*sorted((self.add_user("spare", spare), self.add_user("other", spare))))
        self.spare_lock, self.crowd_lock, self.taken = threading.Lock(), threading.Lock(), itertools.count()
        self.key = pathlib.Path(running.directory, "token.key").read_bytes()
        self.foreign_token = pathlib.Path(spare.directory, "tokens/alice.1").read_bytes()
        self.kicked_token = self.token("trudy", 10)
        running.run("user", "kick", "trudy", "--device", "10")
        self.seconds, self.held_max, self.weight = (20, 4_000, 3) if self.full else (2.5, 1_000, 1)
        self.ends = 0.0
        self.fill_inbox()

    def add_user(self, name, c=None):
        (c or self.cluster).run("user", "add", name, "--devices", "10")
        with (self.login if c is None else self.spare_login)(name, 1) as line:
            return line.user

    def token(self, name, device, c=None):
        return pathlib.Path((c or self.cluster).directory, "tokens", f"{name}.{device}").read_bytes()

    def next_token(self):
        """Of a device of the crowd; not the same one twice in thirty calls, so that callers may run side by side."""
        with self.crowd_lock:
            number = next(self.taken)
        return self.token(list(self.crowd)[number % 3], 1 + number // 3 % 10)

    def somebody(self):
        return self.logged_in(self.port, self.next_token())

    def talk_of(self, line):
        """Her conversation with another one of the crowd."""
        return pair(*sorted((line.user, next(user for user in self.crowd.values() if user != line.user))))

    def login(self, name, device):
        return self.logged_in(self.port, self.token(name, device))

    def spare_login(self, name, device):
        return self.logged_in(self.spare_port, self.token(name, device, self.spare))

    @staticmethod
    def logged_in(port, token):
        """A connection from an address that nobody has used."""
        line = Line(port)
        done = line.login(token)
        assert done.HasField("login_done"), done
        line.user, line.device = done.login_done.user, done.login_done.device
        return line

    def fill_inbox(self):
        """Pages as big as pages get."""
        with self.login("trudy", 1) as line:
            for client_id in range(1, 41):
                assert line.kind(send_text=text(self.talk, client_id, "x" * 8_000)) == "text_sent"

    def begin(self):
        self.ends = time.monotonic() + self.seconds

    def is_over(self):
        return time.monotonic() > self.ends


def percentile(values, part):
    if len(values) < FLOOR:
        raise AssertionError(f"only {len(values)} honest texts were acknowledged")
    return values[min(len(values) - 1, int(len(values) * part))]


class Suite:
    def __init__(self, running, arena, honest):
        self.arena, self.cluster, self.honest = arena, running, honest
        self.memory = Memory({**{name: p["pid"] for name, p in running.status().items()},
                              "supervisor": running.supervisor()})
        self.boots = self.lives()
        self.failures, self.quietest = [], float("inf")
        self.form = "{:<46} {:>9} {:>9} {:>6} {:>6} {:>7} {:>7}  {:<15} {:>4}  {}"

    def lives(self):
        return [(name, p["boot"]) for name, p in self.cluster.status().items()]

    def say(self, *columns):
        print(self.form.format(*columns), flush=True)

    def calm(self):
        """Honest p99 while nobody attacks."""
        begun = time.monotonic()
        time.sleep(CALM_SECONDS * (3 if self.arena.full else 1))  # the measurement itself
        ended = time.monotonic()
        window = self.honest.texts(begun, ended)
        worst, _ = self.honest.logins(begun, ended)
        self.say("(calm)", f"{percentile(window, 0.5):.1f}", f"{percentile(window, 0.99):.1f}", "",
                 len(window), *(f"{seconds:.2f}" for seconds in worst), "", "", "")
        p99 = percentile(window, 0.99)
        self.quietest = min(self.quietest, p99)
        return p99

    def know_the_memory(self):
        """Of honest work; somebody who logs in by password belongs to it, which takes 19 MB for a moment."""
        self.cluster.run("user", "passwd", "walter", "--stdin", input="a password\n")
        login = client.Login(name="walter", password="a password", device=1)
        with self.memory, Line(self.arena.port) as line:
            assert line.ask(login=login).HasField("login_done")

    def run(self, names):
        self.know_the_memory()
        self.say("attack", "p50 ms", "p99 ms", "ratio", "texts", "same s", "other s", "worst process", "+MB", "answers")
        for number, name in enumerate(names):
            if number % ATTACKS_A_CALM == 0:
                normal = self.calm()
            normal = self.strike(name, normal)
        found = self.honest.finish()
        print(json.dumps(found))
        if found["wrong"] or found["closed"]:
            self.failures.append(f"the honest people: {found}")
        if self.lives() != self.boots:
            self.failures.append("a process was started again")
        return self.failures

    def attack(self, name):
        """How often it saw which answer; what it found wrong is a failure, then None, and the next one has its turn."""
        try:
            return ATTACKS[name](self.arena)
        except (AssertionError, OSError) as problem:
            traceback.print_exception(problem)
            self.failures.append(f"{name}: {problem!r}")
            return None

    def strike(self, name, normal):
        """`normal` is the p99 of the calm; returns it, or the newer one of a second try."""
        calms = [normal]
        for tries in range(TRIES):
            with self.memory:
                begun = time.monotonic()
                self.arena.begin()
                seen = self.attack(name)
                ended = time.monotonic()
                if seen is None:  # cut short, so there is little to measure
                    return normal
                window = self.honest.texts(begun, ended)
            worst, got_in = self.honest.logins(begun, ended)
            p99, (grown, process) = percentile(window, 0.99), self.memory.worst
            answers = ", ".join(f"{count} {answer}" for answer, count in seen.most_common(4))
            self.say(name, f"{percentile(window, 0.5):.1f}", f"{p99:.1f}", f"{p99 / normal:.1f}", len(window),
                     *(f"{seconds:.2f}" for seconds in worst), process, f"{grown / 1024:.0f}", answers)
            if grown > GROWTH_MAX_KB:
                self.failures.append(f"{name}: {process} grew by {grown / 1024:.0f} MB")
            if got_in and p99 <= RATIO_MAX * normal or name in UNTIMED:
                return normal
            if tries < TRIES - 1:
                normal = self.calm()
                calms.append(normal)
        if got_in and max(calms) > RATIO_MAX * self.quietest:  # without any attack, too
            print(f"{name}: cannot tell, this machine is too busy: without an attack p99 was {self.quietest:.1f} "
                  f"to {max(calms):.1f} ms")
            return normal
        self.failures.append(f"{name}, in {TRIES} tries: honest p99 was {p99:.1f} ms, and {normal:.1f} ms in the calm; "
                             f"newcomers {'logged in' if got_in else 'could not log in'} meanwhile")
        return normal


def main():
    parser = argparse.ArgumentParser(description="hostile clients beside honest people")
    parser.add_argument("program", nargs="?", default="build/release/bin/glasspost")
    parser.add_argument("--full", action="store_true", help="longer and heavier")
    parser.add_argument("--only", default="", help="attacks whose name has this in it")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    with cluster(options.program) as running, cluster(options.program) as spare:
        arena = Arena(running, spare, options)
        with Honest(running.directory) as honest:
            failures = Suite(running, arena, honest).run([n for n in ATTACKS if options.only in n])
    print("\n".join(failures) or "nobody was hurt")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
