"""Does a program print what a page shows? The rules, as a reader would take them:

- A line `...` stands for any lines; `...` at the end of a line for the rest of it, if any.
- Blanks may be more or fewer.
- A time of day, a number with a decimal point, a hash of 16 hex digits: any such.
- The number behind "batch", "row" or "key": any number.
- Another whole number of three digits or more: any number, but where a page shows the same one twice
  in a line, the program must print the same one twice.
- All else is meant word for word, small numbers too.
"""
import re

PIECE = re.compile(
    r"(?P<rest>\s*\.\.\.$)|(?P<time>\b\d\d:\d\d:\d\d\b)|(?P<hash>\b[0-9a-f]{16}\b)|(?P<decimal>\d+\.\d+)"
    r"|(?P<place>(?:batch|row|key) \d+)|(?P<number>\b\d{3,}\b)|(?P<blank>\s+)")


def pattern(line):
    """The regular expression of one line."""
    made, at, known = "", 0, set()
    line = line.strip()
    for piece in PIECE.finditer(line):
        made += re.escape(line[at:piece.start()])
        at = piece.end()
        kind, text = piece.lastgroup, piece[0]
        if kind == "number":
            made += f"(?P=n{text})" if text in known else rf"(?P<n{text}>\d+)"
            known.add(text)
        elif kind == "place":
            made += re.escape(text.split()[0]) + r" \d+"
        else:
            made += {"rest": r"(\s.*)?" if text[0].isspace() else ".*", "blank": r"\s+",
                     "time": r"\d\d:\d\d:\d\d", "hash": "[0-9a-f]{16}", "decimal": r"\d+\.\d+"}[kind]
    return re.compile(made + re.escape(line[at:]) + "$")


def line_matches(shown, printed):
    return pattern(shown).match(printed.strip()) is not None


def first_difference(shown, printed):
    """The index of the first shown line that was not printed; None if all match. Nothing may be left."""
    shown = [line for line in shown if line.strip()]
    printed = [line for line in printed if line.strip()]
    reached = {0}  # places in `printed` up to which the shown lines so far may reach
    for index, line in enumerate(shown):
        if line.strip() == "...":
            reached = set(range(min(reached), len(printed) + 1))
            continue
        reached = {place + 1 for place in reached
                   if place < len(printed) and line_matches(line, printed[place])}
        if not reached:
            return index
    return None if len(printed) in reached else len(shown)
