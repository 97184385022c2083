#!/usr/bin/env python3
"""The checker of journals must find each kind of wrong. Small journals, one defect each.
Usage: check_journal_test.py [GLASSPOST], which it does not need."""
import json
import sys
import unittest

import check_journal

A1, A2, B1, B2, STRANGER = (1 << 8) + 1, (1 << 8) + 2, (2 << 8) + 1, (2 << 8) + 2, (3 << 8) + 1
PAIR = 1 << 32 | 2
DEVICES = {A1: 1, A2: 1, B1: 2, B2: 2, STRANGER: 3}


def device(number):
    return {"event": "device", "device": number, "user": DEVICES[number]}


def composed(client_id, text, sender=A1):
    return {"event": "composed", "device": sender, "client_id": client_id, "conversation": PAIR, "text": text}


def settled(client_id, sender=A1):
    return {"event": "settled", "device": sender, "client_id": client_id}


def acknowledged(client_id, number, sender=A1):
    return {"event": "acknowledged", "device": sender, "client_id": client_id, "conversation": PAIR, "number": number}


def shown(where, number, client_id, text, sender=A1):
    return {"event": "shown", "device": where, "conversation": PAIR, "number": number, "sender_device": sender,
            "client_id": client_id, "text": text}


def good():
    """Two texts, answered, and shown on four devices."""
    lines = [device(d) for d in DEVICES]
    for number, text in ((1, "one"), (2, "two")):
        lines += [composed(number, text), settled(number), acknowledged(number, number)]
        lines += [shown(d, number, number, text) for d in (A1, A2, B1, B2)]
    return lines


class CheckJournal(unittest.TestCase):
    def judge(self, lines):
        journal = check_journal.read(json.dumps(line) for line in lines)
        return check_journal.exit_code(journal), dict(journal.wrong)

    def assert_wrong(self, lines, *promises):
        code, wrong = self.judge(lines)
        self.assertEqual((code, set(wrong)), (1, set(promises)))

    def test_a_good_journal(self):
        self.assertEqual(self.judge(good()), (0, {}))

    def test_a_text_lost_on_one_device(self):
        lines = good()
        lines.remove(shown(B2, 2, 2, "two"))
        self.assert_wrong(lines, "exactly once")

    def test_a_text_lost_everywhere_whose_number_nobody_heard(self):
        self.assert_wrong(good() + [composed(3, "three"), settled(3)], "exactly once")

    def test_a_text_shown_twice(self):
        self.assert_wrong(good() + [shown(B1, 2, 2, "two")], "exactly once", "one order")

    def test_a_text_under_two_numbers(self):
        self.assert_wrong(good() + [shown(d, 3, 2, "two") for d in (A1, A2, B1, B2)], "one number a text")

    def test_a_number_with_two_texts(self):
        lines = good() + [composed(3, "three"), settled(3), acknowledged(3, 2)]
        self.assert_wrong(lines, "one text a number")

    def test_another_order_on_one_device(self):
        lines = good()
        lines.remove(shown(B2, 1, 1, "one"))
        self.assert_wrong(lines + [shown(B2, 1, 1, "one")], "one order")

    def test_a_text_that_nobody_wrote(self):
        self.assert_wrong(good() + [shown(B1, 3, 3, "three")], "nothing unwritten")

    def test_a_text_under_anothers_name(self):
        lines = good()
        lines[lines.index(shown(B1, 2, 2, "two"))] = shown(B1, 2, 2, "two", sender=A2)
        self.assert_wrong(lines, "nothing unwritten")

    def test_a_text_shown_to_a_stranger(self):
        self.assert_wrong(good() + [shown(STRANGER, 1, 1, "one")], "members only")

    def test_a_client_id_for_two_texts(self):
        self.assert_wrong(good() + [composed(2, "too")], "one client id, one text")

    def test_a_text_without_an_answer_is_no_verdict(self):
        self.assertEqual(self.judge(good() + [composed(3, "three")]), (3, {}))

    def test_an_empty_journal_is_no_verdict(self):
        self.assertEqual(self.judge([]), (3, {}))

    def test_an_unreadable_line_is_named(self):
        with self.assertRaisesRegex(SystemExit, "line 2"):
            check_journal.read(['{"event": "device", "device": 1, "user": 1}', "{"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
