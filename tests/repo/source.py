"""What the checks of this folder share: which files there are, and code without its comments."""
import os
import pathlib
import re
import subprocess
import sys

SKIPPED_FOLDERS = {".git", "build", "__pycache__"}

# Comments and literals, in the order in which they must be recognised.
NOT_CODE = re.compile(
    r'R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'"
    r"|//[^\n]*"
    r"|/\*.*?\*/",
    re.DOTALL,
)


def files(root, *suffixes):
    """Every file of the repository, known to git or new, with one of the suffixes (none: any)."""
    root = pathlib.Path(root)
    if (root / ".git").exists():
        listed = subprocess.run(
            ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            check=True, capture_output=True, text=True).stdout.split("\0")
        found = {root / name for name in listed if name}
    else:
        found = set()
        for folder, inner, names in os.walk(root):
            inner[:] = [name for name in inner if name not in SKIPPED_FOLDERS]
            found.update(pathlib.Path(folder) / name for name in names)
    return sorted(path for path in found
                  if path.is_file() and (not suffixes or path.suffix in suffixes))


def code_lines(text):
    """The lines of a C++ text with comments blanked and literals emptied; their number is kept."""
    def blank(match):
        kept = match[0][0] * 2 if match[0][0] in "\"'" else ('""' if match[0][0] == "R" else "")
        return kept + "\n" * match[0].count("\n")
    return NOT_CODE.sub(blank, text).splitlines()


def finish(findings):
    """Prints the findings as file:line: rule, and ends the program: 1 if there are any."""
    for finding in findings:
        print(finding)
    sys.exit(1 if findings else 0)
