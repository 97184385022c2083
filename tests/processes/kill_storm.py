#!/usr/bin/env python3
"""The kill storm: people write all the time, and every process of the cluster is killed with -9 at random instants:
servers, hub, supervisor and the people's own program. Afterwards a checker outside (check_journal.py) compares
what was answered with what the devices showed.

    kill_storm.py GLASSPOST [--rounds 20] [--rate 1000] [--users 20] [--pace 0.6] [--seed N] [--keep FILE]
                  [--set delivery.ack=after-memory]       (an unsafe choice: then it must find texts lost)
                  [--quorum 3/2/2]                        (three replicas of the store)

In a round everything is killed once, in an order of its own; --pace is the mean time from one kill to the next, in
seconds, and nobody waits for the victim to come back first. The seed gives orders and pauses; how far a process had
got when it died is chance, so a seed does not repeat a run. Without options it is short: one round, 200 texts a
second. Exit code 0 only if every text was answered and shown exactly once on every device, in one order."""
import argparse
import collections
import contextlib
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

from cluster import cluster

HERE = pathlib.Path(__file__).parent
NOT_THERE_YET = 2  # load's exit code when the cluster does not answer


class People:
    """The load: killed and started again with the same journal."""

    def __init__(self, running, users, rate):
        self.cluster = running
        self.journal = os.path.dirname(running.directory) + "/journal"
        self.words = ["load", "--journal", self.journal, "--users", str(users), "--rate", str(rate), "--json"]
        self.process, self.starts = None, 0

    def start(self):
        self.process = self.cluster.start(*self.words, "--seconds", "86400")
        self.starts += 1

    def is_writing(self):
        """True if it runs. One that found no cluster ended in order and is started again; any other end is a fault."""
        if self.process.poll() is None:
            return True
        out, err = self.process.communicate()
        if self.process.returncode != NOT_THERE_YET:
            raise AssertionError(f"load ended with {self.process.returncode}: {out}{err}")
        self.start()
        return False

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def finish(self, seconds):
        """A last life: writes for a second, then waits until everything was shown."""
        done = self.cluster.run(*self.words, "--seconds", "1", "--patience", str(seconds), check=False,
                                seconds=seconds + 120)
        if done.returncode not in (0, 1):
            raise AssertionError(f"load ended with {done.returncode}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def judge(self, keep):
        """What the checker says; the journal goes there through a pipe, or through a file that is kept."""
        dump = [self.cluster.program, "load", "--journal", self.journal, "--dump"]
        checker = [sys.executable, "-B", str(HERE / "check_journal.py"), "--json"]
        with contextlib.ExitStack() as stack:
            if keep:
                subprocess.run(dump, stdout=stack.enter_context(open(keep, "wb")), check=True)
                lines = stack.enter_context(open(keep, "rb"))
            else:
                dumping = stack.enter_context(subprocess.Popen(dump, stdout=subprocess.PIPE))
                lines = dumping.stdout
            judged = subprocess.run(checker, stdin=lines, stdout=subprocess.PIPE, text=True, check=False)
        if judged.returncode == 2:
            raise AssertionError("the journal cannot be read")
        return judged.returncode, json.loads(judged.stdout)


class Storm:
    def __init__(self, running, people, options, chance):
        self.cluster, self.people, self.options, self.chance = running, people, options, chance
        self.kills = collections.Counter()

    def run(self):
        for number in range(1, self.options.rounds + 1):
            victims = [*self.cluster.status(), "supervisor", "load"]
            self.chance.shuffle(victims)
            print(f"round {number}: {' '.join(victims)}", flush=True)
            for victim in victims:
                time.sleep(self.chance.uniform(0, 2 * self.options.pace))  # the random instant, not a wait
                self.kill(victim)

    def kill(self, name):
        if name == "load":
            self.cluster.until(self.people.is_writing)
            self.people.kill()
            self.people.start()
        elif name == "supervisor":
            os.kill(self.cluster.supervisor(), signal.SIGKILL)
            self.cluster.until(lambda: self.cluster.run("up", check=False).returncode == 0, seconds=60)
        else:
            self.cluster.until(lambda: self.kill_server(name), seconds=60)
        self.kills[name] += 1
        self.people.is_writing()

    def kill_server(self, name):
        """False while it is still on its way back from an earlier death."""
        status = self.cluster.status()[name]
        if status["state"] != "running" or status["pid"] == 0:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(status["pid"], signal.SIGKILL)
            return True
        return False


def run(options):
    print(f"seed {options.seed}", flush=True)
    with cluster(options.program, "--set", f"store.quorum={options.quorum}") as running:
        running.until_running()
        for choice in options.set:
            running.run("set", *choice.split("=", 1))
        people = People(running, options.users, options.rate)
        people.start()
        running.until(lambda: people.is_writing() and
                      running.status()["access-1"]["counters"].get("acknowledged", 0) > 20, seconds=60)
        began = time.monotonic()
        storm = Storm(running, people, options, random.Random(options.seed))
        storm.run()
        people.kill()
        running.until_running()
        stormed = time.monotonic() - began
        finished = people.finish(options.patience)
        code, verdict = people.judge(options.keep)
    print(f"{sum(storm.kills.values())} kills in {stormed:.0f} s: "
          f"{', '.join(f'{name} {count}' for name, count in sorted(storm.kills.items()))}")
    print(json.dumps(verdict))
    if set(storm.kills.values()) != {options.rounds}:
        raise AssertionError(f"not everything was killed {options.rounds} times")
    if not finished["all_shown"] or verdict["refused"]:
        print(f"FAILED: {finished}")
        return 1
    return code


def main():
    parser = argparse.ArgumentParser(description="kill -9 of everything, at random instants, under load")
    parser.add_argument("program", nargs="?", default="build/release/bin/glasspost")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--pace", type=float, default=0.6)
    parser.add_argument("--patience", type=int, default=120)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--keep", help="keep the journal's lines in this file")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a design choice")
    parser.add_argument("--quorum", default="1/1/1", help="replicas of the store, R and W")
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
