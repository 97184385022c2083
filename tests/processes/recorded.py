"""A recording of a live cluster while a test does something to it, and the facts that it holds."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess


@contextlib.contextmanager
def recording(running, name):
    """Records what happens meanwhile; gives the path."""
    path = str(pathlib.Path(running.directory).parent / (name + ".gpr"))
    recorder = running.start("record", path, "--json")
    try:
        running.until(lambda: os.path.exists(path) or recorder.poll() is not None)
        yield path
        recorder.send_signal(signal.SIGINT)
        out, err = recorder.communicate(timeout=60)
        if recorder.returncode != 0:
            raise AssertionError(out + err)
    finally:
        recorder.kill()
        recorder.communicate()


def facts_of(program, path, *kinds):
    """Facts of these kinds, in order of time."""
    done = subprocess.run([program, "replay", path, "--facts"], capture_output=True, text=True, check=True)
    wanted = tuple(f'"{kind}"' for kind in kinds)
    facts = [json.loads(line) for line in done.stdout.splitlines() if any(word in line for word in wanted)]
    return [fact for fact in facts if fact["kind"] in kinds]
