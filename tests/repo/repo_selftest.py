#!/usr/bin/env python3
"""Feeds each check of this folder, and the mutant maker, bad samples, and sees them fail."""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LONG = "// x\nnamespace a {\n\nint f(int a,\n      int b = 3) {\n" + "  a += b;\n" * 69 + "}\n}\n"
CLASS = "// x\nclass A {\n public:\n  A(int a)\n      : a_{a},\n        b_(a) {\n" + \
    "    if (a) {\n    }\n" * 40 + "  }\n};\n"
TABLE = "// x\nconst int k[] = {\n" + "    f(1),\n" * 90 + "};\n"
SHORT = "// x\nint f() {\n" + "  g('{', \"{\", R\"(\n{)\");  // {\n" * 30 + "}\n" + \
    "int g() {\n" + "  h();\n" * 60 + "}\n"

# Check, path, content, and the finding it must print; None: it must print nothing.
SAMPLES = [
    ("layering", "engine/base/a.hpp", '#include "engine/core/b.hpp"\n', "a.hpp:1: engine/base may"),
    ("layering", "engine/base/a.cpp", "#include <sodium.h>\n", "a.cpp:1: <sodium.h>"),
    ("layering", "engine/base/mac.cpp", "#include <sodium.h>\n", None),
    ("layering", "engine/storage/a.cpp", "\n#include <rocksdb/db.h>\n", None),
    ("layering", "engine/core/a.cpp", "\n#include <rocksdb/db.h>\n", "a.cpp:2: <rocksdb/db.h>"),
    ("layering", "engine/virtual/a.cpp", "#include <zmq.hpp>\n", "a.cpp:1: <zmq.hpp>"),
    ("layering", "engine/storage/a.cpp", '#include "glasspost/v1/a.pb.h"\n', "a.cpp:1: engine/st"),
    ("layering", "engine/core/a.cpp", '#include "b.hpp"\n', 'a.cpp:1: "b.hpp" must'),
    ("layering", "engine/roles/a.cpp", '#include "engine/roles/b.hpp"\n', "a.cpp:1: role a may"),
    ("layering", "engine/roles/a/x.cpp", '#include "engine/roles/b/y.hpp"\n', "x.cpp:1: role a may"),
    ("layering", "engine/roles/a_invariants.cpp", '#include "engine/roles/a.hpp"\n', None),
    ("layering", "viz/scene/a.cpp", '#include <imgui.h>\n', "a.cpp:1: <imgui.h>"),
    ("layering", "viz/model/a.cpp", '#include "engine/virtual/world.hpp"\n', "a.cpp:1: viz/model"),
    ("layering", "viz/model/sim_source.cpp", '#include "engine/virtual/world.hpp"\n', None),
    ("layering", "engine/extra/a.cpp", '#include "engine/base/a.hpp"\n', "a.cpp:1: engine/extra is"),
    ("banned_words", "engine/roles/a.cpp", "\nstd::mutex m;\n", "a.cpp:2: 'mutex'"),
    ("banned_words", "engine/core/a.hpp", "auto t = steady_clock::now();\n", "a.hpp:1: '_clock::now'"),
    ("banned_words", "engine/core/a.hpp", "std::unordered_map<int, int> m;\n", "'unordered_'"),
    ("banned_words", "engine/core/a.hpp", "#include <zmq.hpp>\n", "a.hpp:1: 'zmq'"),
    ("banned_words", "engine/core/a.hpp", 'auto s = "x//y"; getenv(s);\n', "a.hpp:1: 'getenv'"),
    ("banned_words", "engine/core/a.hpp", "// No mutex: one step at a time.\n", None),
    ("banned_words", "engine/live/a.cpp", "std::mutex m;\n", None),
    ("banned_words", "README.md", "\nTO" + "DO: more\n", "README.md:2: 'TO" + "DO'"),
    ("banned_words", "docs/a.md", "see `/ho" + "me/me/x`\n", "docs/a.md:1: '/ho" + "me/me'"),
    ("banned_words", "docs/a.md", "docs/root/a and ${x}/home/b are relative\n", None),
    ("sizes", "engine/core/a.cpp", "// x\n" * 501, "a.cpp:501: the file has 501"),
    ("sizes", "tests/a.py", "# x\n" * 501, "a.py:501: the file has 501"),
    ("sizes", "engine/core/a.cpp", "// " + "x" * 98 + "\n", "a.cpp:1: 101 columns"),
    ("sizes", "engine/core/a.cpp", LONG, "a.cpp:4: a function of 72 lines"),
    ("sizes", "engine/core/a.cpp", CLASS, "a.cpp:4: a function of 84 lines"),
    ("sizes", "engine/core/a.cpp", TABLE, None),
    ("sizes", "engine/core/a.cpp", SHORT, None),
    ("sizes", "tests/repo/sizes.txt", "engine/gone.cpp\n", "sizes.txt:1: engine/gone.cpp has no re"),
    ("headers", "engine/core/a.hpp", "#pragma once\n", "a.hpp:1: must open"),
    ("headers", "tests/a.py", "#!/usr/bin/env python3\nimport sys\n", "a.py:1: must open"),
    ("headers", "tests/a.sh", "#!/bin/sh\nset -e\n", "a.sh:1: must open"),
    ("headers", "engine/proto/a.proto", "// A.\nmessage A {\n  uint64 b = 1;\n}\n", "a.proto:3: b"),
    ("headers", "engine/proto/a.proto", "// A.\n\nmessage A {}\n", "a.proto:3: A has no"),
    ("headers", "engine/proto/a.proto", "// A.\nenum A {\n  A_X = 0;\n}\n", "a.proto:3: A_X has no"),
    ("headers", "engine/proto/a.proto",
     "// A.\nmessage A {\n  // B.\n  oneof b {\n    uint64 c = 1;\n  }\n}\n", "a.proto:5: c has"),
    ("headers", "engine/proto/a.proto",
     "// A.\nmessage A {\n  // B.\n  oneof b {\n    Cat c = 1;\n  }\n}\n", None),
    ("headers", "engine/proto/a.proto",
     "// A.\nmessage A {\n  // B.\n  oneof b {\n    Cat c = 1;\n  }\n  Cat d = 2;\n}\n", "d has no"),
    ("headers", "engine/proto/a.proto",
     '// A.\nsyntax = "proto3";\n// B.\nmessage B {\n  uint64 b = 1;  // C.\n}\n', None),
    ("fact_glossary", "engine/proto/fact.hpp",
     "// A.\nenum class FactKind : int {\n  kA = 0,  // kB = 1\n};\n", "kA is not in docs/facts.md"),
]

# .from, .to, and what the mutant maker must say; None: it must work.
MUTANTS = [
    ("int b;\n", "int c;\n", None),
    ("int a;\nint b;\n", "", None),
    ("int z;\n", "", "occurs 0 times"),
    ("int\n", "", "occurs 2 times"),
    ("int a;\n", "int a;\n", "must replace"),
    ("\n", "int c;\n", "must replace"),
]


def run(script, *arguments):
    done = subprocess.run([sys.executable, "-B", str(script), *map(str, arguments)],
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def judge(what, expected, code, output):
    """The complaint, if a run did not say what was expected."""
    if expected is None and (code != 0 or output):
        return f"{what}: should be fine, but exit {code}: {output}"
    if expected is not None and (code != 1 or expected not in output):
        return f"{what}: should find '{expected}', but exit {code}: {output}"
    return None


def main():
    complaints = []
    for check, name, content, expected in SAMPLES:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
            complaints.append(judge(f"{check} {name}", expected, *run(HERE / f"{check}.py", folder)))
    for before, after, expected in MUTANTS:
        with tempfile.TemporaryDirectory() as folder:
            paths = [pathlib.Path(folder) / name for name in ("a.cpp", "m.from", "m.to", "o/a.cpp")]
            for path, content in zip(paths, ("int a;\nint b;\n", before, after)):
                path.write_text(content, encoding="utf-8")
            code, output = run(HERE.parent / "mutants/mutate.py", *paths)
            complaints.append(judge(f"mutant {before!r}", expected, code, output))
    complaints = [complaint for complaint in complaints if complaint]
    print("\n".join(complaints) or f"{len(SAMPLES) + len(MUTANTS)} samples judged as they should be")
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
