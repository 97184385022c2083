#!/usr/bin/env python3
"""Judges a journal of `glasspost load --journal DIR`, from outside: compares what was acknowledged with what the
devices showed. Knows nothing of the program but the lines that it prints.

    glasspost load --journal DIR --dump | check_journal.py [--json]

Lines are described in engine/apps/glasspost/population_disk.hpp. Exit codes: 0 every text exactly once, in one order,
1 something is wrong, 2 not a journal, 3 cannot tell: texts still wait for an answer, or there are none."""
import collections
import json
import sys

SHOWN_COMPLAINTS = 10


class Journal:
    """Reads line by line; the questions that need all lines are asked in `judge`."""

    def __init__(self):
        self.devices = {}  # device -> user
        self.composed = {}  # (device, client id) -> (conversation, text)
        self.authors = {}  # text -> (device, client id)
        self.settled, self.refused = set(), set()  # (device, client id)
        self.numbers = {}  # (device, client id) -> (conversation, number), acknowledged or shown
        self.occupants = {}  # (conversation, number) -> (device, client id)
        self.acknowledged = 0
        self.shown = collections.defaultdict(list)  # (device, conversation) -> numbers, as shown
        self.shown_total = 0
        self.wrong, self.complaints = collections.Counter(), []

    def complain(self, promise, sentence):
        self.wrong[promise] += 1
        if len(self.complaints) < SHOWN_COMPLAINTS:
            self.complaints.append(f"{promise}: {sentence}")

    def line(self, event):
        getattr(self, "on_" + event["event"])(event)

    def on_device(self, e):
        self.devices[e["device"]] = e["user"]

    def on_composed(self, e):
        author, text = (e["device"], e["client_id"]), (e["conversation"], e["text"])
        if author in self.composed:
            self.complain("one client id, one text", f"{author} is {self.composed[author]} and {text}")
        if e["text"] in self.authors:
            raise ValueError(f"the load wrote {e['text']!r} twice: the journal cannot be judged")
        self.composed[author] = text
        self.authors[e["text"]] = author

    def on_settled(self, e):
        author = (e["device"], e["client_id"])
        if author not in self.composed:
            self.complain("nothing unwritten", f"{author} was answered, but nobody wrote it")
        self.settled.add(author)

    def on_acknowledged(self, e):
        author, place = (e["device"], e["client_id"]), (e["conversation"], e["number"])
        self.acknowledged += 1
        if author not in self.settled:
            self.complain("nothing unwritten", f"{author} was acknowledged, but was not waiting")
        self.place(author, place)

    def on_refused(self, e):
        self.refused.add((e["device"], e["client_id"]))

    def on_shown(self, e):
        self.shown_total += 1
        device, place = e["device"], (e["conversation"], e["number"])
        author = self.authors.get(e["text"])
        if author is None or self.composed[author][0] != e["conversation"]:
            self.complain("nothing unwritten", f"device {device} showed {e['text']!r} at {place}")
            return
        if author != (e["sender_device"], e["client_id"]):
            self.complain("nothing unwritten", f"device {device} showed {e['text']!r} under another's name")
        if self.devices.get(device) not in members(e["conversation"]):
            self.complain("members only", f"device {device} showed {e['text']!r} of conversation {place[0]}")
        self.place(author, place)
        self.shown[device, e["conversation"]].append(e["number"])

    def place(self, author, place):
        """One text has one number, and one number one text: whoever says it, whenever."""
        if self.numbers.setdefault(author, place) != place:
            self.complain("one number a text", f"{author} is at {self.numbers[author]} and {place}")
        if self.occupants.setdefault(place, author) != author:
            self.complain("one text a number", f"{place} is of {self.occupants[place]} and {author}")

    def judge(self):
        """Exactly once, in one order, on every device of both people, and nothing lost."""
        by_conversation = collections.defaultdict(list)
        for author in self.settled - self.refused:
            if author in self.composed:
                by_conversation[self.composed[author][0]].append(author)
        devices_of = collections.defaultdict(list)
        for device, user in self.devices.items():
            devices_of[user].append(device)
        for (device, conversation), numbers in self.shown.items():
            self.judge_order(device, conversation, numbers)
        for conversation, authors in by_conversation.items():
            for device in (d for user in members(conversation) for d in devices_of[user]):
                times = collections.Counter(self.shown[device, conversation])
                for author in authors:
                    number = self.numbers.get(author, (conversation, None))[1]
                    if times[number] != 1:
                        how = "lost" if times[number] == 0 else f"shown {times[number]} times"
                        self.complain("exactly once", f"{author}, number {number}, {how} on device {device}")

    def judge_order(self, device, conversation, numbers):
        """Numbers are one to one with texts, so rising numbers on every device are one order of the texts."""
        for before, after in zip(numbers, numbers[1:]):
            if after <= before:
                self.complain("one order", f"device {device} showed {after} after {before} of {conversation}")

    def waiting(self):
        return len(self.composed) - len(self.settled)


def members(conversation):
    """The two users of a pair: the id holds both (docs/protocol.md)."""
    return conversation >> 32, conversation & 0xFFFFFFFF


def read(lines):
    journal = Journal()
    for number, line in enumerate(lines, 1):
        try:
            journal.line(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise SystemExit(f"check_journal: line {number} cannot be read: {problem!r}") from problem
    journal.judge()
    return journal


def report(journal):
    return {"texts": len(journal.composed), "acknowledged": journal.acknowledged,
            "settled": len(journal.settled), "refused": len(journal.refused), "waiting": journal.waiting(),
            "shown": journal.shown_total, "devices": len(journal.devices), "wrong": sum(journal.wrong.values()),
            "by_promise": dict(journal.wrong), "complaints": journal.complaints}


def exit_code(journal):
    if journal.wrong:
        return 1
    return 3 if journal.waiting() or not journal.settled else 0


def main():
    try:
        journal = read(sys.stdin)
    except SystemExit as problem:
        print(problem, file=sys.stderr)
        return 2
    found = report(journal)
    if "--json" in sys.argv:
        print(json.dumps(found))
    else:
        print(f"{found['texts']} texts, {found['settled']} answered, {found['refused']} refused, "
              f"{found['waiting']} waiting; {found['shown']} times shown on {found['devices']} devices")
        print("\n".join(journal.complaints) or "Every answered text exactly once on every device, in one order.")
    return exit_code(journal)


if __name__ == "__main__":
    sys.exit(main())
