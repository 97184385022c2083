#!/usr/bin/env python3
"""Writes a copy of a source file in which one text is replaced: mutate.py FILE FROM TO OUT.

FROM and TO are files; their last line break does not count. The text must occur exactly once, so
that a mutant never stands for a rule that has moved, and nobody has to guess which place is meant.
"""
import pathlib
import sys


def text_of(path):
    """The content of a .from or .to file without its closing line break."""
    return pathlib.Path(path).read_text(encoding="utf-8").removesuffix("\n")


def main(source, before_path, after_path, out):
    original = pathlib.Path(source).read_text(encoding="utf-8")
    before, after = text_of(before_path), text_of(after_path)
    if not before.strip() or before == after:
        sys.exit(f"{before_path}: a mutant must replace some text by a different one")
    count = original.count(before)
    if count != 1:
        sys.exit(f"{before_path}: its text occurs {count} times in {source}, it must occur once; "
                 "if the rule moved or was rewritten, bring the mutant along")
    target = pathlib.Path(out)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(original.replace(before, after), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
