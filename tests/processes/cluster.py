"""A live cluster for tests: real processes in a run directory of its own, gone without a trace at the end."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time


class Cluster:
    """Drives the glasspost program as a person would."""

    def __init__(self, program, directory):
        self.program, self.directory = program, directory

    def run(self, *words, check=True, seconds=60, **options):
        """Runs one command; returns the finished process. `check` wants exit code 0."""
        command = [self.program, *words, "--dir", self.directory]
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, **options)
        if check and done.returncode != 0:
            raise AssertionError(f"{words} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done

    def start(self, *words):
        """Starts a command that goes on."""
        command = [self.program, *words, "--dir", self.directory]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def status(self):
        """By process name."""
        return {p["name"]: p for p in json.loads(self.run("status", "--json", check=False).stdout)}

    def until(self, what, seconds=20):
        """Asks again until `what` gives something true, and returns it. A deadline, not a sleep."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(json.JSONDecodeError, KeyError):
                if found := what():
                    return found
            time.sleep(0.02)
        raise AssertionError(f"did not come true within {seconds} s: {what}")

    def until_running(self):
        def all_running():
            status = self.status()
            return status and all(p["state"] == "running" for p in status.values())
        self.until(all_running)

    def processes(self):
        """Process ids of everything that runs for this directory, supervisor included."""
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                ours = self.directory.encode() in words
                if ours and b"glasspost" in words[0] and int(folder.name) != os.getpid():
                    found.append(int(folder.name))
        return found

    def supervisor(self):
        for pid in self.processes():
            if b"glasspost-supervisor" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
        raise AssertionError("no supervisor runs")


@contextlib.contextmanager
def cluster(program, *up_words, up=True):
    """A cluster in a folder of its own; whatever happens, nothing is left."""
    with tempfile.TemporaryDirectory(prefix="gp-") as folder:
        made = Cluster(program, folder + "/run")
        try:
            if up:
                made.run("up", *up_words)
            yield made
        finally:
            made.run("down", check=False)
            for pid in made.processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
