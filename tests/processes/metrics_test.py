#!/usr/bin/env python3
"""`glasspost metrics`: the page is in Prometheus' format and says what happens, whatever the cluster does; whoever
asks badly gets a plain error and costs nothing. Usage: metrics_test.py GLASSPOST"""
import contextlib
import errno
import http.client
import json
import math
import os
import pathlib
import re
import signal
import socket
import sys
import unittest

from cluster import cluster
from edge_line import Line

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin/glasspost"
DASHBOARD = pathlib.Path(__file__).resolve().parents[2] / "assets/grafana-dashboard.json"
GROWTH_MAX_KB = 8 * 1024
LABELS = {"process", "role", "preset", "placement", "from", "to", "kind", "code", "le"}

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf'({NAME})(?:\{{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\}})? (\S+)')
LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"')
ENDINGS = {"histogram": ("_bucket", "_sum", "_count")}


class Family:
    def __init__(self, name, said):
        self.name, self.help, self.type, self.samples = name, said, None, {}

    def of(self, **labels):
        """The sum of all samples that have these labels."""
        return sum(value for (_, found), value in self.samples.items() if labels.items() <= dict(found).items())


def parse(page):
    """The families of a page by name. Stricter than the format: what is allowed but strange is refused."""
    assert page.endswith("\n") and "\r" not in page, "lines end with LF, the last one, too"
    families, family = {}, None
    for line in page[:-1].split("\n"):
        if line.startswith("# HELP "):
            _, _, name, said = line.split(" ", 3)
            assert re.fullmatch(NAME, name) and name not in families and said, line
            assert family is None or family.type, f"{family.name} has no type"
            family = families[name] = Family(name, said)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name == family.name and family.type is None and not family.samples, line
            assert kind in ("counter", "gauge", "histogram", "untyped"), line
            family.type = kind
        else:
            add_sample(family, line)
    for family in families.values():
        check(family)
    return families


def add_sample(family, line):
    found = SAMPLE.fullmatch(line)
    assert found and family.type, f"no sample: {line!r}"
    name, inside, value = found.groups()
    assert name in [family.name + ending for ending in ENDINGS.get(family.type, ("",))], line
    labels = tuple(LABEL.findall(inside or ""))
    assert len(dict(labels)) == len(labels) and set(dict(labels)) <= LABELS, line
    assert (name, labels) not in family.samples, f"twice: {line}"
    family.samples[name, labels] = float(value)


def check(family):
    assert (family.type == "counter") == family.name.endswith("_total"), family.name
    assert family.type != "untyped", f"{family.name}: a counter of status that has no name in metrics_page.cpp"
    if family.type == "counter":
        assert all(value >= 0 and math.isfinite(value) for value in family.samples.values()), family.name
    if family.type != "histogram":
        return
    series = {}
    for (name, labels), value in family.samples.items():
        rest = tuple(label for label in labels if label[0] != "le")
        series.setdefault(rest, {})[name, dict(labels).get("le")] = value
    for found in series.values():
        buckets = [(float(le), value) for (_, le), value in found.items() if le]
        assert buckets == sorted(buckets) and [v for _, v in buckets] == sorted(v for _, v in buckets), found
        assert buckets[-1] == (math.inf, found[family.name + "_count", None]), found
        assert found[family.name + "_sum", None] >= 0, found


def exchange(port, words, seconds=20):
    """What the server says until it closes."""
    with socket.create_connection(("127.0.0.1", port), seconds) as line:
        heard = b""
        with contextlib.suppress(ConnectionError):  # it may refuse before all is said
            line.sendall(words)
        with contextlib.suppress(ConnectionError):
            while got := line.recv(1 << 16):
                heard += got
        return heard.decode()


def resident_kb(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])


class Metrics(unittest.TestCase):
    @contextlib.contextmanager
    def serving(self, c, *words):
        """The server and its port; it ends in order when it is interrupted."""
        server = c.start("metrics", *(words or ("--port", "0")))
        try:
            said = server.stdout.readline()
            port = re.fullmatch(r"Metrics are at http://127\.0\.0\.1:(\d+)/metrics until .*\n", said)
            self.assertTrue(port, said)
            yield server, int(port[1])
            server.send_signal(signal.SIGINT)
            self.assertEqual(server.wait(10), 0)
        finally:
            server.kill()
            server.communicate()

    def page(self, port):
        head, _, page = exchange(port, b"GET /metrics HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").partition("\r\n\r\n")
        self.assertTrue(head.startswith("HTTP/1.1 200 OK\r\n"), head)
        self.assertIn("Content-Type: text/plain; version=0.0.4; charset=utf-8", head)
        self.assertIn(f"Content-Length: {len(page.encode())}", head)
        return page

    def families(self, port):
        return parse(self.page(port))

    def test_the_page_says_what_happens_and_no_name_of_anybody(self):
        with cluster(PROGRAM) as c, self.serving(c) as (_, port):
            c.until(lambda: self.families(port)["glasspost_hub_up"].of() == 1)
            before = self.families(port)
            self.assertEqual(before["glasspost_up"].of(), 1)
            self.assertEqual(before["glasspost_info"].of(preset="classroom", placement="split"), 1)
            c.run("send", "--from", "alice", "--to", "bob", "hello")
            with Line(c.status()["access-1"]["port"]) as line:
                self.assertTrue(line.login(b"x" * 53).HasField("failure"))

            rising = {"glasspost_texts_acknowledged_total": {"role": "access"},
                      "glasspost_syncs_total": {"process": "store-1"},
                      "glasspost_steps_total": {"role": "conversation"},
                      "glasspost_letters_total": {"from": "logic", "to": "conversation", "kind": "submit"},
                      "glasspost_letter_bytes_total": {"from": "device", "to": "access", "kind": "send_text"},
                      "glasspost_letter_wait_seconds": {"from": "conversation", "to": "store"},
                      "glasspost_refusals_total": {"code": "TOKEN_INVALID"},
                      "glasspost_facts_heard_total": {"kind": "acked"}}
            for name, labels in rising.items():
                c.until(lambda: self.families(port)[name].of(**labels) > before[name].of(**labels))

            page, status = self.page(port), c.status()
            after = parse(page)
            up = {dict(labels)["process"] for _, labels in after["glasspost_process_up"].samples}
            self.assertEqual(up, set(status))
            self.assertEqual(after["glasspost_process_up"].of(), len(status))
            self.assertGreater(min(after["glasspost_process_resident_memory_bytes"].samples.values()), 1_000_000)
            self.assertGreater(after["glasspost_process_cpu_seconds_total"].of(), 0)
            for name in ("alice", "bob", "carol"):
                self.assertNotIn(name, page)
            self.assertLess(len(page), 200_000)
            self.other_parser_agrees(page, after)
            self.dashboard_uses_what_there_is(after)

    def other_parser_agrees(self, page, families):
        """python3-prometheus-client knows the format as well; a machine need not have it."""
        try:
            from prometheus_client.parser import text_string_to_metric_families
        except ImportError:
            return
        theirs = {(s.name, tuple(sorted(s.labels.items()))): s.value
                  for family in text_string_to_metric_families(page) for s in family.samples}
        ours = {(name, tuple(sorted(labels))): value for family in families.values()
                for (name, labels), value in family.samples.items()}
        self.assertEqual(theirs, ours)

    def dashboard_uses_what_there_is(self, families):
        known = {family.name + ending: family for family in families.values()
                 for ending in ENDINGS.get(family.type, ("",))}
        dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
        asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
        self.assertGreater(len(asked), 10)
        for expression in asked:
            used = set(re.findall(r"\bglasspost_\w+", expression))
            self.assertTrue(used and used <= set(known), expression)
            for name in re.findall(r"\b(?:rate|increase)\((\w+)", expression):
                self.assertTrue(name.endswith(("_total", "_bucket", "_sum", "_count")), expression)
            labels = {label for name in used for _, found in known[name].samples for label, _ in found}
            grouped = re.findall(r"\bby \(([^)]*)\)", expression)
            words = {word.strip() for words in grouped for word in words.split(",")}
            self.assertLessEqual(words | set(re.findall(r'(\w+)\s*[=!]~?"', expression)), labels, expression)
        variables = re.findall(r"label_values\((\w+)", DASHBOARD.read_text(encoding="utf-8"))
        self.assertLessEqual(set(variables), set(known))

    def test_once_and_when_the_cluster_is_down_paused_and_back(self):
        with cluster(PROGRAM, "--placement", "merged", up=False) as c:
            self.assertEqual(parse(c.run("metrics", "--once").stdout)["glasspost_up"].of(), 0)
            with self.serving(c) as (_, port):
                self.assertEqual(self.families(port)["glasspost_up"].of(), 0)
                c.run("up", "--placement", "merged")
                c.until(lambda: self.families(port)["glasspost_hub_up"].of() == 1)
                self.assertEqual(self.families(port)["glasspost_process_up"].of(process="server"), 1)
                c.run("send", "--from", "alice", "--to", "bob", "counted")
                once = parse(c.run("metrics", "--once").stdout)
                self.assertEqual(once["glasspost_hub_up"].of(), 1)
                self.assertEqual(set(once), set(self.families(port)))
                self.assertGreaterEqual(once["glasspost_letters_total"].of(kind="submit"), 1)
                self.assertEqual(once["glasspost_process_starts_total"].of(process="server"), 1)
                c.run("pause", "server")
                c.until(lambda: self.families(port)["glasspost_process_up"].of(process="server") == 0)
                c.run("resume", "server")
                self.supervisor_stands_still(c, port)
                c.run("down")
                c.until(lambda: self.families(port)["glasspost_up"].of() == 0)
                self.assertEqual(self.families(port)["glasspost_hub_up"].of(), 0)

    def supervisor_stands_still(self, c, port):
        """Even with a full queue before its socket, a question to it ends in time."""
        with contextlib.ExitStack() as stack:
            supervisor = c.supervisor()
            os.kill(supervisor, signal.SIGSTOP)
            stack.callback(os.kill, supervisor, signal.SIGCONT)
            for _ in range(5_000):
                line = stack.enter_context(socket.socket(socket.AF_UNIX))
                line.setblocking(False)
                if line.connect_ex(c.directory + "/control.sock") == errno.EAGAIN:
                    break
            c.until(lambda: self.families(port)["glasspost_up"].of() == 0)  # a page is kept a moment
        c.until(lambda: self.families(port)["glasspost_up"].of() == 1)

    def test_bad_questions_get_plain_errors_and_cost_nothing(self):
        with cluster(PROGRAM, up=False) as c, self.serving(c) as (server, port):
            self.families(port)
            before = resident_kb(server.pid)
            end = b"Connection: close\r\n\r\n"
            for words, code in ((b"POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n" + end + b"abc", 405),
                                (b"DELETE /metrics HTTP/1.1\r\n" + end, 405),
                                (b"GET / HTTP/1.1\r\n" + end, 404), (b"GET /metrics/ HTTP/1.1\r\n" + end, 404),
                                (b"GET /../metrics HTTP/1.1\r\n" + end, 404), (b"GET /metrics nonsense\r\n\r\n", 400),
                                (b"GET /metrics HTTP/3\r\n\r\n", 400), (b"GET /metrics HTTP/3.0\r\n\r\n", 505),
                                (b"GET /metrics HTTP/1.1\r\nx: " + b"x" * 1_000_000, 431)):
                with self.subTest(words[:30]):
                    self.assertRegex(exchange(port, words), rf"^HTTP/1\.1 {code} [A-Z].*\r\n")
            for words in (b"nonsense\r\n\r\n", b"\x16\x03\x01\x02\0", b""):  # no HTTP: no answer, but an end
                self.assertEqual(exchange(port, words), "")
            head = exchange(port, b"HEAD /metrics?name=x HTTP/1.1\r\n" + end)
            self.assertTrue(head.startswith("HTTP/1.1 200") and head.endswith("\r\n\r\n"), head)

            with contextlib.ExitStack() as stack:  # a thousand that never end their question
                crowd = [stack.enter_context(socket.create_connection(("127.0.0.1", port)))
                         for _ in range(1_000)]
                for number, line in enumerate(crowd):
                    with contextlib.suppress(ConnectionError):
                        line.sendall(b"GET /metrics HTTP/1.1\r\nx: "[:number % 24])
                self.families(port)
                for line in crowd[-5:]:  # a slow loris; its deadline comes all the same
                    line.settimeout(0.2)
                    with self.assertRaises(ConnectionError):
                        while True:
                            with contextlib.suppress(TimeoutError):
                                line.sendall(b"x")
                                if line.recv(1) == b"":
                                    raise ConnectionResetError
                self.families(port)
            self.assertLess(resident_kb(server.pid) - before, GROWTH_MAX_KB)

    def test_one_connection_is_enough_for_many_pages(self):
        with cluster(PROGRAM, up=False) as c, self.serving(c) as (_, port):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            with contextlib.closing(line):
                line.connect()
                first = line.sock
                for number in range(20):
                    line.request("HEAD" if number % 4 == 3 else "GET", "/metrics")
                    with line.getresponse() as answer:
                        self.assertEqual(answer.status, 200)
                        page = answer.read().decode()
                    self.assertTrue(number % 4 == 3 or parse(page)["glasspost_up"].of() == 0, page)
                    self.assertIs(line.sock, first)

    def test_it_listens_on_loopback_alone_and_says_what_is_wrong(self):
        with cluster(PROGRAM, up=False) as c, self.serving(c) as (server, port):
            table = pathlib.Path(f"/proc/{server.pid}/net/tcp").read_text()
            self.assertEqual(re.findall(rf"(\w+):{port:04X} 00000000:0000 0A", table), ["0100007F"])
            taken = c.run("metrics", "--port", str(port), check=False)
            self.assertEqual(taken.returncode, 2, taken)
            self.assertRegex(taken.stderr, r"^glasspost metrics: port \d+ cannot be listened on .* choose another")
            for words in (("--port", "65536"), ("--port", "-1"), ("--port", "x"), ("--once", "--port", "1")):
                self.assertEqual(c.run("metrics", *words, check=False).returncode, 2, words)
            self.assertIn("Examples:", c.run("metrics", "--help").stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
