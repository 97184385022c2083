#!/usr/bin/env python3
"""Words that must not appear: what would make a role see the outside world, and loose ends."""
import re
import sys

from source import code_lines, files, finish

# In the code (not the comments) of engine/core and engine/roles: a step sees its input, no more.
IN_PURE_ROOMS = re.compile(
    r"zmq|std::j?thread|mutex|_clock::now|random_device|\brand\(|getenv|ofstream|ifstream|spdlog"
    r"|simulated|unordered_|std::atomic|this_thread")
PURE_ROOMS = ("engine/core/", "engine/roles/")
SOURCES = {".hpp", ".cpp", ".h", ".cc", ".inl"}

# In every text file. Written in pieces, so that this file does not find itself.
LOOSE_ENDS = re.compile(r"\b(" + "TO" + "DO|FIX" + r"ME|XX" + r"X)\b")
MACHINE_PATHS = re.compile(r"(?<![\w.\-}>)*/])/(home|work|root|Users)" + r"/\w*")


def text_of(path):
    """The text of a file, or None if it is not text."""
    data = path.read_bytes()
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def findings_of(name, suffix, text):
    for number, line in enumerate(text.splitlines(), 1):
        for word in LOOSE_ENDS.finditer(line):
            yield f"{name}:{number}: '{word[0]}': finish it or write it down as an issue"
        for word in MACHINE_PATHS.finditer(line):
            yield f"{name}:{number}: '{word[0]}' is a path of one machine"
    if suffix in SOURCES and name.startswith(PURE_ROOMS):
        for number, line in enumerate(code_lines(text), 1):
            for word in IN_PURE_ROOMS.finditer(line):
                yield f"{name}:{number}: '{word[0]}' is banned in core and roles"
        for number, line in enumerate(text.splitlines(), 1):
            for word in re.finditer(r'#\s*include\s*[<"](\w*zmq\w*|spdlog)', line):
                yield f"{name}:{number}: '{word[1]}' is banned in core and roles"


def main(root):
    findings = []
    for path in files(root):
        text = text_of(path)
        if text is not None:
            findings += findings_of(path.relative_to(root).as_posix(), path.suffix, text)
    finish(findings)


if __name__ == "__main__":
    main(sys.argv[1])
