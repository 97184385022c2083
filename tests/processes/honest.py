"""Honest people beside a hostile client: a process of its own, so that its clock does not wait for the attacker's
Python. Devices on real connections write at a steady rate and check what they are shown; newcomers log in again
and again, as a client does that was cut off.

    honest.py PLAN      PLAN is JSON: run, people, devices, rate, newcomers [[source, user, device], ...], samples

Appends to the file `samples`, as it happens: `sent WHEN`, `text SENT LATENCY` when that text is acknowledged, and
`login ADDRESS BEGUN LATENCY TRIES`, in seconds of the monotonic clock, which all processes share. Writes until a line comes on standard input; then it
waits until everything was answered and shown, and prints what it saw as JSON."""
import collections
import json
import pathlib
import random
import selectors
import sys
import threading
import time

from edge_line import Line, asking, client, pair, text

HOME = "127.0.0.1"
SYNC_EVERY, SYNC_AGAIN, SEND_AGAIN = 2.0, 0.7, 1.5  # seconds; docs/protocol.md, section 8
PATIENCE, LOGIN_PATIENCE, COME_BACK = 30.0, 3.0, 0.1
MAY_TRY_AGAIN = {client.FAILURE_CODE_BUSY, client.FAILURE_CODE_UNAVAILABLE, client.FAILURE_CODE_TOO_MANY}


class Device:
    """One device: its connection, its key, its unanswered texts, and what it showed."""

    def __init__(self, people, port, token):
        self.people, self.port, self.token = people, port, token
        self.key = self.newest = self.asked = self.sync_request = 0
        self.sync_at = 0.0
        self.client_ids, self.unanswered, self.requests = time.time_ns() // 1_000_000, {}, {}
        self.shown = collections.defaultdict(list)  # conversation -> texts; the first has number 1
        self.line = None

    def connect(self):
        self.line = Line(self.port, source=HOME)
        done = self.line.login(self.token).login_done
        self.user, self.device = done.user, done.device
        self.line.socket.setblocking(False)
        self.people.devices[self.device] = self
        self.people.waiting.register(self.line.socket, selectors.EVENT_READ, self)

    def ask(self, **body):
        self.asked += 1
        self.line.send(asking(self.asked, **body))
        return self.asked

    def write(self, other):
        self.client_ids += 1
        said = text(pair(*sorted((self.user, other))), self.client_ids, f"honest {self.device} {self.client_ids}")
        now = time.monotonic()
        self.unanswered[self.client_ids] = [said, now, now]
        self.requests[self.ask(send_text=said)] = self.client_ids
        self.people.samples.write(f"sent {now:.6f}\n")

    def sync(self):
        self.sync_at = time.monotonic()
        self.sync_request = self.ask(sync=client.Sync(key=self.key))

    def look_after(self, now):
        """What is due without an answer or a notice."""
        if now - self.sync_at > (SYNC_AGAIN if self.sync_request else SYNC_EVERY):
            self.sync()
        for client_id, waiting in self.unanswered.items():
            if now - waiting[2] > SEND_AGAIN:
                waiting[2] = now
                self.requests[self.ask(send_text=waiting[0])] = client_id

    def read(self):
        for envelope in self.line.come():
            self.hear(envelope)

    def hear(self, said):
        if said.HasField("text_sent"):
            self.answered(said.text_sent)
        elif said.HasField("notice"):
            self.newest = max(self.newest, said.notice.newest)
            if not self.sync_request and self.newest > self.key:
                self.sync()
        elif said.HasField("sync_page") and said.request == self.sync_request:
            self.show(said.sync_page)
        elif said.HasField("failure"):
            self.refused(said)
        elif said.HasField("login_ended"):
            self.people.wrong(f"device {self.device} was thrown out: {said.login_ended.sentence}")

    def refused(self, said):
        name = client.FailureCode.Name(said.failure.code)
        self.people.failures[name] += 1
        if said.failure.code not in MAY_TRY_AGAIN:
            self.people.wrong(f"device {self.device} was refused: {name}")
        if said.request == self.sync_request:
            self.sync_request = 0

    def answered(self, sent):
        if (waiting := self.unanswered.pop(sent.client_id, None)) is not None:
            self.people.acknowledged(sent, waiting[0].text, waiting[1])

    def show(self, page):
        self.sync_request = 0
        for message in page.messages:
            texts = self.shown[message.conversation]
            if message.number != len(texts) + 1:
                self.people.wrong(f"device {self.device} was shown number {message.number} of "
                                  f"{message.conversation} after {len(texts)}")
            texts.append(message.text)
        self.key = page.key
        if page.more or self.newest > self.key:
            self.sync()


class People:
    def __init__(self, plan):
        self.plan, self.chance = plan, random.Random(1)
        self.waiting, self.devices = selectors.DefaultSelector(), {}
        self.samples = open(plan["samples"], "a", buffering=1, encoding="ascii")
        self.complaints, self.failures, self.acks = [], collections.Counter(), {}
        self.closed, self.ending = 0, threading.Event()
        self.ports = [int(pathlib.Path(plan["run"], "port", f"access-{n}").read_text()) for n in (1, 2)]

    def token(self, name, device):
        return pathlib.Path(self.plan["run"], "tokens", f"{name}.{device}").read_bytes()

    def wrong(self, sentence):
        self.complaints.append(sentence)

    def acknowledged(self, sent, said, since):
        self.samples.write(f"text {since:.6f} {time.monotonic() - since:.6f}\n")
        if self.acks.setdefault((sent.conversation, sent.number), said) != said:
            self.wrong(f"two texts were acknowledged as {sent.conversation} number {sent.number}")

    def newcomer(self, source, user, device):
        """Comes, logs in and goes, for ever; comes back after 0.1 s when it is closed, as ZeroMQ does."""
        token = self.token(user, device)
        while not self.ending.wait(0.25):
            begun, tries = time.monotonic(), 0
            while not self.ending.is_set():
                tries += 1
                if self.logs_in(source, token):
                    self.samples.write(f"login {source} {begun:.6f} {time.monotonic() - begun:.6f} {tries}\n")
                    break
                self.ending.wait(COME_BACK)

    def logs_in(self, source, token):
        try:
            with Line(self.ports[0], source=source) as line:
                line.socket.settimeout(LOGIN_PATIENCE)
                return line.login(token).WhichOneof("body") == "login_done"
        except OSError:
            return False

    def connect(self):
        for name in self.plan["people"]:
            for index in range(1, self.plan["devices"] + 1):
                Device(self, self.ports[index % 2], self.token(name, index)).connect()
        for newcomer in self.plan["newcomers"]:
            threading.Thread(target=self.newcomer, args=newcomer, daemon=True).start()

    def turn(self, seconds):
        """Reads what is there, and waits for it that long at most."""
        for ready, _ in self.waiting.select(max(0, seconds)):
            device = ready.data
            try:
                device.read()
            except OSError as problem:
                self.closed += 1
                self.wrong(f"the connection of device {device.device} broke: {problem}")
                self.waiting.unregister(device.line.socket)
                device.connect()

    def write(self):
        gap, due, looked = 1 / self.plan["rate"], time.monotonic(), 0.0
        everybody = list(self.devices.values())
        while not self.ending.is_set():
            now = time.monotonic()
            if now >= due:
                due = max(due + gap, now - 0.1)  # what a stall held back is not written in one burst
                one = self.chance.choice(everybody)
                one.write(self.chance.choice([d.user for d in everybody if d.user != one.user]))
            if now - looked > 0.1:
                looked = now
                for device in everybody:
                    device.look_after(now)
            self.turn(due - time.monotonic())

    def finish(self):
        deadline = time.monotonic() + PATIENCE
        while self.missing() and time.monotonic() < deadline:
            for device in self.devices.values():
                device.look_after(time.monotonic())
            self.turn(0.05)
        self.complaints += self.missing()[:10]
        return {"acknowledged": len(self.acks), "shown": sum(len(t) for d in self.devices.values()
                                                             for t in d.shown.values()),
                "closed": self.closed, "failures": dict(self.failures), "wrong": self.complaints[:20]}

    def missing(self):
        """Each acknowledged text, at its number, on each device of both people; and nothing unanswered."""
        found = [f"device {d.device} has no answer to {len(d.unanswered)} texts"
                 for d in self.devices.values() if d.unanswered]
        for (conversation, number), said in self.acks.items():
            for device in self.devices.values():
                if device.user in (conversation >> 32, conversation & 0xFFFFFFFF):
                    texts = device.shown[conversation]
                    if len(texts) < number or texts[number - 1] != said:
                        found.append(f"device {device.device} did not show number {number} of {conversation}")
        return found


def main():
    people = People(json.loads(sys.argv[1]))
    people.connect()
    threading.Thread(target=lambda: (sys.stdin.readline(), people.ending.set()), daemon=True).start()
    print("ready", flush=True)
    people.write()
    print(json.dumps(people.finish()), flush=True)


if __name__ == "__main__":
    main()
