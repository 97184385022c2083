#!/usr/bin/env python3
"""Who may include whom. Fails when a file includes a room, a role or a library it may not know."""
import re
import sys

from source import files, finish

PROTO, BASE, CORE = "engine/proto", "engine/base", "engine/core"
COMMON = {CORE, BASE, PROTO}
ENGINE = COMMON | {"engine/" + room for room in (
    "roles", "promises", "storage", "telemetry", "control", "live", "virtual", "apps")}

# A room may always include itself. Rooms of tests and labs are not listed: they may know anything.
MAY_INCLUDE = {
    "engine/proto": set(),
    "engine/base": set(),
    "engine/core": {BASE, PROTO},
    "engine/roles": COMMON,
    "engine/promises": COMMON,
    "engine/storage": {CORE, BASE},
    "engine/telemetry": COMMON,
    "engine/control": COMMON,
    "engine/live": COMMON | {"engine/telemetry", "engine/control"},
    "engine/virtual": ENGINE - {"engine/live", "engine/apps"},
    "engine/apps": ENGINE,
    "viz/model": {"engine/telemetry", "engine/promises"} | COMMON,
    "viz/scene": {"viz/model"},
    "viz/views": {"viz/widgets", "viz/scene", "viz/model", BASE},
    "viz/widgets": {"viz/scene", "viz/model"},
    "viz/app": COMMON | {"viz/model", "viz/scene", "viz/views", "viz/widgets", "engine/live",
                         "engine/control", "engine/telemetry", "engine/storage"},
}

# Single files that may know more than their room: path prefix -> include prefix.
EXCEPTIONS = {
    "viz/model/sim_source": "engine/virtual/",
    "viz/app/": "engine/roles/client",
    "engine/roles/roster.": "engine/roles/",  # the roster names every role
}

# Include of a library -> path prefixes that may use it.
LIBRARIES = {
    r"zmq": ("engine/live/", "engine/apps/glasspost/bench/"),
    r"rocksdb/": ("engine/storage/",),
    r"(imgui|backends/imgui|misc/.*imgui)": ("viz/views/", "viz/widgets/", "viz/app/"),
    r"(GLFW|GL)/": ("viz/app/",),
    r"stb": ("viz/app/",),
    r"(ft2build|freetype)": (),
    r"sodium": ("engine/base/mac.cpp", "engine/base/password.cpp"),
    r"zstd": ("engine/telemetry/",),
    r"spdlog/": ("engine/live/", "engine/control/", "engine/apps/", "viz/app/"),
    r"CLI/": ("engine/apps/", "viz/app/"),
    r"toml": ("engine/control/", "engine/virtual/", "engine/apps/", "viz/app/"),
    r"(uv\.h|uv/)": ("engine/live/", "engine/control/", "engine/apps/"),
    r"microhttpd": ("engine/live/http_listener.cpp",),
    r"doctest": (),
}

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def role_of(path):
    """The role a path below engine/roles belongs to: its folder, or its file without ending."""
    parts = path.split("/")
    return parts[2].split(".")[0] if path.startswith("engine/roles/") and len(parts) > 2 else None


def same_role(ours, theirs):
    """Files of one role share a name, or continue it: seq_store, seq_store_invariants."""
    return ours == theirs or ours.startswith(theirs + "_") or theirs.startswith(ours + "_")


def room_rule(path, target):
    """The rule an include of ours breaks, or None."""
    room = "/".join(path.split("/")[:2])
    if room not in MAY_INCLUDE:
        return f"{room} is not a room of tests/repo/layering.py"
    if target.startswith("glasspost/v1/"):
        target_room = PROTO
    elif re.match(r"(engine|viz|tests|labs)/", target):
        target_room = "/".join(target.split("/")[:2])
    else:
        return f'"{target}" must be written from the repository root, or <so> if it is a library'
    for prefix, known in EXCEPTIONS.items():
        if path.startswith(prefix) and target.startswith(known):
            return None
    if target_room != room and target_room not in MAY_INCLUDE[room]:
        return f"{room} may not include {target_room}"
    ours, theirs = role_of(path), role_of(target)
    if ours and theirs and not same_role(ours, theirs):
        return f"role {ours} may not include role {theirs}: roles meet in messages"
    return None


def library_rule(path, target):
    """The rule an include of a library breaks, or None."""
    for pattern, prefixes in LIBRARIES.items():
        if re.match(pattern, target) and not path.startswith(tuple(prefixes)):
            where = " ".join(prefixes) or "tests"
            return f"<{target}> may be included only below {where}"
    if target.startswith("google/protobuf/"):
        room = "/".join(path.split("/")[:2])
        if room != PROTO and PROTO not in MAY_INCLUDE.get(room, set()):
            return f"{room} may not include {PROTO}"
    return None


def main(root):
    findings = []
    for path in files(root, ".hpp", ".cpp", ".h", ".cc", ".inl"):
        name = path.relative_to(root).as_posix()
        if not name.startswith(("engine/", "viz/")):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = INCLUDE.match(line)
            if found:
                rule = library_rule(name, found[2])
                if not rule and found[1] == '"':
                    rule = room_rule(name, found[2])
                if rule:
                    findings.append(f"{name}:{number}: {rule}")
    finish(findings)


if __name__ == "__main__":
    main(sys.argv[1])
