#!/usr/bin/env python3
"""The live cluster, as real processes: comes up, carries texts, survives kill -9 of anything, and leaves
nothing behind. Usage: live_test.py GLASSPOST"""
import json
import os
import pathlib
import re
import signal
import stat
import subprocess
import sys
import time
import unittest

from cluster import Cluster, cluster

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin/glasspost"


def catches_interrupt(pid):
    caught = re.search(r"SigCgt:\s+(\w+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]
    return int(caught, 16) >> (signal.SIGINT - 1) & 1


class Live(unittest.TestCase):
    def test_up_sends_and_down_leaves_nothing(self):
        with cluster(PROGRAM) as c:
            self.assertTrue(all(p["state"] == "running" for p in c.status().values()))
            sent = json.loads(c.run("send", "--from", "alice", "--to", "bob", "hello", "--json").stdout)
            self.assertEqual(sent["number"], 1)
            mode = stat.S_IMODE(os.stat(c.directory).st_mode)
            self.assertEqual(mode, 0o700)
            token = os.stat(c.directory + "/tokens/alice.1")
            self.assertEqual(stat.S_IMODE(token.st_mode), 0o600)
            c.run("down")
            self.assertEqual(c.processes(), [])
            self.assertFalse(os.path.exists(c.directory + "/control.sock"))
            self.assertEqual(c.run("down", check=False).returncode, 2)

    def test_an_up_that_was_interrupted_is_completed_by_the_next(self):
        with cluster(PROGRAM) as c:
            for name in os.listdir(c.directory + "/tokens"):
                if name.startswith(("heidi", "bob")):
                    os.unlink(c.directory + "/tokens/" + name)
            again = c.run("up", check=False)
            self.assertIn("already runs", again.stderr)
            sent = json.loads(c.run("send", "--from", "bob", "--to", "heidi", "hello", "--json").stdout)
            self.assertEqual(sent["number"], 1)

    def test_a_second_up_is_refused_with_a_sentence(self):
        with cluster(PROGRAM) as c:
            again = c.run("up", check=False)
            self.assertEqual(again.returncode, 2)
            self.assertIn("already runs", again.stderr)

    def test_messages_survive_a_full_restart(self):
        with cluster(PROGRAM) as c:
            for number in range(1, 4):
                c.run("send", "--from", "alice", "--to", "bob", f"text {number}")
            c.run("down")
            c.run("up")
            chat = c.start("chat", "--as", "bob", "--device", "2")
            shown = []
            while len(shown) < 3:
                line = chat.stdout.readline()
                self.assertTrue(line, "chat ended early")
                if "alice to you" in line:
                    shown.append(line.split("]")[1].strip())
            chat.communicate("/quit\n", timeout=10)
            self.assertEqual(shown, ["text 1", "text 2", "text 3"])

    def test_every_process_killed_under_load_loses_and_doubles_nothing(self):
        with cluster(PROGRAM) as c:
            load = c.start("load", "--users", "8", "--rate", "100", "--seconds", "12", "--json")
            c.until(lambda: c.status()["access-1"]["counters"].get("acknowledged", 0) > 20)
            for name in list(c.status()):
                starts = c.status()[name]["starts"]
                c.run("kill", name)
                c.until(lambda: c.status()[name]["starts"] > starts)
            out, err = load.communicate(timeout=120)
            result = json.loads(out)
            self.assertEqual(load.returncode, 0, out + err)
            self.assertEqual((result["wrong"], result["unacknowledged"]), (0, 0))
            self.assertGreater(result["acknowledged"], 1_000)

    def test_a_paused_mailbox_holds_texts_back_and_loses_none(self):
        with cluster(PROGRAM) as c:
            for name in ("mailbox-1", "mailbox-2"):
                c.run("pause", name)
            c.run("send", "--from", "carol", "--to", "dave", "wait for it")  # the commit needs no mailbox
            chat = c.start("chat", "--as", "dave")
            for name in ("mailbox-1", "mailbox-2"):
                c.run("resume", name)
            while "wait for it" not in (line := chat.stdout.readline()):
                self.assertTrue(line, "chat ended early")
            chat.communicate("/quit\n", timeout=10)

    def test_processes_end_with_a_killed_supervisor_and_up_goes_on(self):
        with cluster(PROGRAM) as c:
            c.run("send", "--from", "erin", "--to", "frank", "before")
            os.kill(c.supervisor(), signal.SIGKILL)
            began = time.monotonic()
            c.until(lambda: not c.processes(), seconds=2)
            self.assertLess(time.monotonic() - began, 2)
            c.run("up")
            sent = json.loads(c.run("send", "--from", "erin", "--to", "frank", "after", "--json").stdout)
            self.assertEqual(sent["number"], 2)

    def test_where_follows_a_message_to_its_devices(self):
        with cluster(PROGRAM) as c:
            c.run("pause", "mailbox-1")
            text = c.run("send", "--from", "alice", "--to", "bob", "where are you").stdout
            self.assertIn("glasspost where 1+2:1", text)
            stuck = c.run("where", "alice+bob:1", check=False)
            self.assertEqual(stuck.returncode, 3)
            self.assertIn("durable", stuck.stdout)
            self.assertIn("mailbox-1 is paused; `glasspost resume mailbox-1`", stuck.stdout)
            c.run("resume", "mailbox-1")
            chat = c.start("chat", "--as", "bob")

            def bobs_devices():
                where = c.run("where", "1+2:1", "--json", check=False)
                return [d["has_it"] for d in json.loads(where.stdout)["inboxes"][1]["devices"]]
            c.until(lambda: bobs_devices() == ["yes", "off line"])
            chat.communicate("/quit\n", timeout=10)
            for wrong, said in (("1+2:2", "has 1 message;"), ("alicf+bob:1", "did you mean alice"),
                                ("1+2", "names no message"), ("1+1:1", "themselves"),
                                ("1+2:0", "names no message"), ("1+2:99999999999999999999", "names no")):
                answer = c.run("where", wrong, check=False)
                self.assertEqual((answer.returncode, said in answer.stderr), (2, True), answer.stderr)

    def test_merged_is_one_process_with_the_same_roles(self):
        with cluster(PROGRAM, "--placement", "merged") as c:
            self.assertEqual(list(c.status()), ["server", "hub"])
            load = c.start("load", "--users", "6", "--rate", "100", "--seconds", "4", "--json")
            c.until(lambda: c.status()["server"]["counters"].get("acknowledged", 0) > 20)
            c.run("kill", "server")
            out, err = load.communicate(timeout=120)
            self.assertEqual(load.returncode, 0, out + err)

    def test_what_hides_or_turns_text_is_made_visible_and_letters_and_emoji_are_not(self):
        with cluster(PROGRAM, "--placement", "merged") as c:
            hostile = "a\u202eb\u2066c\u200bd\x1b[2Je\x85f\ufeffg\u2028h\u061ci"
            plain = "\u4f60\u597d caf\u00e9 e\u0301 \u0633\u0644\u0627\u0645 \U0001f469\u200d\U0001f4bb \u2764\ufe0f"
            chat = c.start("chat", "--as", "bob")
            for text in (hostile, plain):
                c.run("send", "--from", "alice", "--to", "bob", text)
            shown = []
            while len(shown) < 2:
                line = chat.stdout.readline()
                self.assertTrue(line, "chat ended early")
                if line.startswith("[alice to you"):
                    shown.append(line.partition("] ")[2][:-1])
            chat.communicate("/quit\n", timeout=10)
            self.assertEqual(shown, ["a\\u202eb\\u2066c\\u200bd\\x1b[2Je\\xc2\\x85f\\ufeffg\\u2028h\\u061ci", plain])

    def test_a_send_tells_of_its_own_text_and_not_of_one_that_waited(self):
        with cluster(PROGRAM) as c:
            alice = ("send", "--from", "alice", "--to", "bob")
            for number, form in ((1, ()), (3, ("--json",))):
                c.run("pause", "store-1")
                waits = c.run(*alice, "waits", "--seconds", "1", check=False)
                self.assertEqual((waits.returncode, waits.stdout), (3, ""))
                c.run("resume", "store-1")
                told = c.run(*alice, "mine", *form).stdout
                if form:
                    self.assertEqual(json.loads(told)["number"], number + 1)
                    continue
                self.assertEqual(told.splitlines()[:2], [
                    f"An older text that waited is sent, too: number {number} of pair 1+2.",
                    f"Sent: number {number + 1} of pair 1+2; it is durable."])

    def test_a_text_that_waits_is_told_of_when_the_login_is_refused_or_a_person_ends_it(self):
        with cluster(PROGRAM) as c:
            alice = ("send", "--from", "alice", "--to", "bob")
            c.run("pause", "store-1")
            send = c.start(*alice, "waits", "--seconds", "60")
            c.until(lambda: catches_interrupt(send.pid))
            send.send_signal(signal.SIGINT)
            said = send.communicate(timeout=20)[1]
            self.assertEqual((send.returncode, said.count("waits on this device's disk")), (130, 1), said)
            c.run("resume", "store-1")
            c.run("user", "kick", "alice")
            refused = c.run(*alice, "too late", check=False)
            self.assertEqual(refused.returncode, 1, refused.stderr)
            self.assertRegex(refused.stderr, "login was refused: .* waits on this device's disk")

    def test_a_load_whose_cluster_goes_down_cannot_tell(self):
        with cluster(PROGRAM) as c:
            load = c.start(*"load --users 4 --rate 200 --seconds 4 --patience 2 --json".split())
            c.until(lambda: c.status()["access-1"]["counters"].get("acknowledged", 0) > 20)
            c.run("down")
            out, err = load.communicate(timeout=60)
            self.assertEqual(load.returncode, 3, out + err)
            self.assertEqual(json.loads(out)["wrong"], 0)

    def test_where_says_that_the_account_is_silent(self):
        with cluster(PROGRAM) as c:
            c.run("send", "--from", "alice", "--to", "bob", "hello")
            c.run("pause", "account-1")
            told = c.run("where", "alice+bob:1", check=False)
            self.assertEqual(told.returncode, 3)
            self.assertEqual(told.stdout.count("cannot tell: account-1 is paused"), 2)
            c.run("resume", "account-1")

    def test_a_load_that_is_interrupted_tells_how_far_it_came(self):
        with cluster(PROGRAM, "--placement", "merged") as c:
            words = ("load", "--users", "4", "--seconds", "600")

            def acknowledged():
                return c.status()["server"]["counters"].get("acknowledged", 0)
            for form in (("--json",), ()):
                before, load = acknowledged(), c.start(*words, *form)
                c.until(lambda: acknowledged() > before + 5)
                load.send_signal(signal.SIGINT)
                out, err = load.communicate(timeout=20)
                self.assertEqual((load.returncode, err), (130, ""), out)
                if form:
                    told = json.loads(out)
                    self.assertGreater(told["acknowledged"], 5)
                    self.assertEqual((told["interrupted"], told["wrong"], told["missing"]), (True, 0, 0))
                else:
                    self.assertRegex(out, r"^\d+ texts: \d+ acknowledged")
                    self.assertIn("Interrupted. Every acknowledged text was shown exactly once", out)

    def test_the_programs_say_their_version(self):
        root = pathlib.Path(__file__).resolve().parents[2]
        version = re.search(r"VERSION (\d+\.\d+\.\d+) LANG", (root / "CMakeLists.txt").read_text())[1]
        folder = pathlib.Path(PROGRAM).parent
        for program in ("glasspost", "glasspost-supervisor", "glasspost-viz"):
            if program != "glasspost-viz" or (folder / program).exists():
                said = subprocess.run([folder / program, "--version"], capture_output=True, text=True)
                self.assertEqual((said.returncode, said.stdout), (0, f"{program} {version}\n"), said.stderr)

    def test_choices_change_while_it_runs(self):
        with cluster(PROGRAM) as c:
            c.run("set", "seq.step", "1")
            c.run("send", "--from", "alice", "--to", "bob", "with step 1")
            told = c.run("choices").stdout
            self.assertIn(f"The values of the cluster in {c.directory}:", told)
            self.assertIn("seq.step = 1   CHANGED: the default is 10000\n", told)
            self.assertIn("delivery.ack = after-durable   (the default)\n", told)
            self.assertIn("store.quorum = 1/1/1   (the default)\n", told)
            self.assertEqual(told.count("CHANGED"), 1, told)
            values = {one["key"]: one for one in json.loads(c.run("choices", "--json").stdout)}
            self.assertEqual([(key, one["value"], one["default"]) for key, one in values.items() if one["differs"]],
                             [("seq.step", "1", "10000")])
            self.assertEqual(values["store.fsync"]["value"], "always")
            wrong = c.run("set", "seq.stp", "1", check=False)
            self.assertEqual(wrong.returncode, 2)
            self.assertIn("did you mean 'seq.step'", wrong.stderr)
            with open(c.directory + "/cluster.toml") as file:
                self.assertIn('"seq.step" = "1"', file.read())

    def test_seq_show_says_why_the_next_number_will_be_what_it_will_be(self):
        def show(*words, code=0):
            told = c.run("seq", "show", *words, check=False)
            self.assertEqual(told.returncode, code, told.stderr)
            return told.stdout

        with cluster(PROGRAM) as c:
            self.assertIn("The next number of alice is 1: alice never got one", show("alice"))
            c.run("set", "seq.prefetch", "20")
            c.run("send", "--from", "alice", "--to", "bob", "a row for both")
            c.until(lambda: json.loads(show("alice", "--json"))["case"] == "hot")
            hot = json.loads(show("1", "--json"))
            self.assertEqual((hot["next"], hot["last"], hot["prefetch"]), (2, 1, 20))
            self.assertEqual(hot["sentence"] + "\n", show("alice"))
            self.assertEqual(show("ALICE"), show("alice"))
            self.assertIn("is asked for when somebody gets a number above 8000.", hot["sentence"])
            c.run("pause", "seq-1")
            self.assertIn("Nobody hands out numbers to alice now: seq-1 does not answer (seq-1 is paused; ",
                          show("alice", code=3))
            self.assertEqual(json.loads(show("alice", "--json", code=3))["case"], "no-owner")
            c.run("resume", "seq-1")
            c.run("restart", "seq-1")
            c.until(lambda: c.run("seq", "show", "alice", check=False).returncode == 0)
            self.assertRegex(show("alice"), "is 10001: seq-1 has just taken section 0 over under epoch 2, ")
            c.run("send", "--from", "carol", "--to", "dave", "rows for others")
            c.until(lambda: json.loads(show("alice", "--json"))["case"] == "silent")
            self.assertIn("The next number of alice is 10001: alice got none since", show("alice"))
            for wrong, said in (("alicf", "did you mean alice"), ("0", "nobody"), ("999", "does not exist")):
                answer = c.run("seq", "show", wrong, check=False)
                self.assertEqual((answer.returncode, said in answer.stderr), (2, True), answer.stderr)

    def test_without_a_cluster_choices_are_the_defaults_and_nobody_can_write(self):
        with cluster(PROGRAM, up=False) as c:
            told = c.run("choices").stdout
            self.assertIn(f"There is no cluster in {c.directory}: these are the defaults.", told)
            self.assertIn("seq.step = 10000\n", told)
            values = json.loads(c.run("choices", "--json").stdout)
            self.assertEqual({(one["value"], one["differs"]) for one in values}, {(None, False)})
            for words in (("chat", "--as", "alice"), ("send", "--from", "alice", "--to", "bob", "hello")):
                told = c.run(*words, check=False)
                self.assertEqual((told.returncode, told.stdout), (2, ""))
                self.assertEqual(told.stderr, f"glasspost {words[0]}: no cluster runs in {c.directory}; "
                                              "start one with `glasspost up`\n")
            c.run("up", "--placement", "merged", "--set", "store.quorum=3/2/2")
            self.assertIn("topology.placement = merged   CHANGED: the default is split\n", c.run("choices").stdout)
            self.assertIn("store.quorum = 3/2/2   CHANGED: the default is 1/1/1\n", c.run("choices").stdout)

    def test_who_is_not_here_is_named_with_the_way_out(self):
        with cluster(PROGRAM, "--placement", "merged") as c:
            def refusal(*words):
                told = c.run(*words, check=False)
                self.assertEqual((told.returncode, told.stdout), (2, ""))
                return told.stderr.partition(": ")[2].strip()
            nobody = "nobody here is called 'nobody'; `glasspost user list` names everybody, " \
                     "`glasspost user add` makes a new user"
            for words in (("send", "--from", "alice", "--to", "nobody", "x"), ("chat", "--as", "nobody"),
                          ("send", "--from", "nobody", "--to", "alice", "x")):
                self.assertEqual(refusal(*words), nobody)
            self.assertEqual(refusal("send", "--from", "alice", "--to", "bbo", "x"),
                             "nobody here is called 'bbo'; did you mean bob?")
            self.assertEqual(refusal("chat", "--as", "alice", "--device", "7"),
                             "alice has 2 devices; there is no device 7")
            c.run("send", "--from", "ALICE", "--to", "Bob", "names are folded")
            for token in pathlib.Path(c.directory, "tokens").glob("bob.*"):
                token.unlink()
            c.run("send", "--from", "alice", "--to", "bob", "his token is not needed")
            self.assertIn("there is no token for device 1 of 'bob'", refusal("chat", "--as", "bob"))

    def test_a_path_too_long_and_a_damaged_topology_are_named(self):
        with cluster(PROGRAM, up=False) as c:
            refused = Cluster(PROGRAM, c.directory + "/" + "x" * 120).run("up", check=False)
            self.assertEqual(refused.returncode, 2)
            self.assertIn("choose a shorter one", refused.stderr)
        with cluster(PROGRAM) as c:
            c.run("down")
            with open(c.directory + "/cluster.toml", "w") as file:
                file.write("version = \n")
            c.start("up").communicate(timeout=60)
            log = c.run("logs", "supervisor").stdout
            self.assertIn("cluster.toml", log)


if __name__ == "__main__":
    unittest.main(verbosity=2)
