"""Every row of the bad-input table in docs/protocol.md, section 9, over a real socket: one function a row, found by
how the row begins, so that a row without a function and a function without a row are both told.

What a row bounds inside the house needs a process that stands still, or many passwords. That is done in a cluster of
its own, the spare one, by one row after another; it loads the same machine, so the honest people's times are not
judged there. Times are only ever compared with what they must at least be."""
import collections
import concurrent.futures
import contextlib
import pathlib
import re
import socket
import struct
import time

from edge_line import HELLO, STRANGERS, Line, asking, client, command, frame, greeting, pair, ready, text
from hostile_attacks import FRAME_MAX, KEPT_IDS, answer_on, ask_all, attack, said

TABLE = pathlib.Path(__file__).resolve().parents[2] / "docs/protocol.md"
ROWS, SPARE_ROWS = {}, set()
MAX64 = (1 << 64) - 1
SLACK = 0.02  # the clocks of two processes' event loops, in s
ELSEWHERE = {  # rows, or halves of rows, that no socket of a quick test can reach, and who asks them
    "more than 1,024 devices of one section": "tests/roles/mailbox_pull_test.cpp",
    "more than 15,000 connections": "tests/live/edge_hostile_test.cpp"}


def row(begins, spare=False):
    """Makes a function the one of the row that begins so; `spare`: it asks the spare cluster."""
    def keep(function):
        ROWS[begins] = function
        if spare:
            SPARE_ROWS.add(begins)
        return function
    return keep


def rows_of_the_table():
    section = TABLE.read_text(encoding="utf-8").split("## 9. Bad input")[1].split("\n## ")[0]
    return [line.split("|")[1].strip() for line in section.splitlines() if re.match(r"\| (?!what arrives)[^-]", line)]


def same_rows():
    """Complains unless each row of the table has its one function here, and the other way round."""
    rows, known = rows_of_the_table(), [*ROWS, *(name for name in ELSEWHERE if name.startswith("more than 1,024"))]
    for found in rows:
        assert sum(found.startswith(name) for name in known) == 1, f"no function, or two, for the row: {found}"
    for name in known:
        assert any(found.startswith(name) for found in rows), f"no row begins with: {name}"


def ask_rows(arena, names):
    same_rows()
    with concurrent.futures.ThreadPoolExecutor(6) as threads:
        asked = {threads.submit(ROWS[name], arena): name for name in names}
        for done in concurrent.futures.as_completed(asked):
            try:
                done.result()
            except Exception as problem:
                raise AssertionError(f"row '{asked[done]}': {problem!r}") from problem
    return collections.Counter({"rows": len(names)})


@attack("every row of the bad-input table")
def ask_rows_here(arena):
    return ask_rows(arena, [name for name in ROWS if name not in SPARE_ROWS])


@attack("its rows that need a house of their own", timed=False)
def ask_rows_there(arena):
    return ask_rows(arena, [name for name in ROWS if name in SPARE_ROWS])


def hear_until(arena, lines, seen, enough):
    """Counts the answers on all these lines until that is enough."""
    def hears():
        seen.update(said(answer) for line in lines for answer in line.come() if answer.request)
        return enough()
    arena.spare.until(hears, seconds=60)


def try_password(arena, name, password, device):
    """The answer to one try, for which the house had a place, and time enough before the connection was closed."""
    def tries():
        with contextlib.suppress(OSError), Line(arena.spare_port) as line:
            answer = line.ask(7, login=client.Login(name=name, password=password, device=device))
            return None if said(answer) == "BUSY" else answer
    return arena.spare.until(tries, seconds=60)


def fate(port, hello, source=None):
    """What a connection that says this hears until it is closed, and how long it was kept."""
    begun = time.monotonic()
    with Line(port, source=source, hello=hello) as line:
        heard = b""
        line.socket.settimeout(60)
        try:
            while got := line.socket.recv(1 << 16):
                heard += got
        except ConnectionError:
            pass
        return heard, time.monotonic() - begun


def fates(port, *hellos):
    """Of several at the same time."""
    with concurrent.futures.ThreadPoolExecutor(len(hellos)) as threads:
        return list(threads.map(lambda hello: fate(port, hello), hellos))


def is_refused(arena, hello):
    """Closed; before READY with an ERROR, the reason in words with _ between them."""
    heard, _ = fate(arena.port, hello)
    reason = heard.partition(b"\x05ERROR")[2][1:]
    assert re.fullmatch(rb"[\w.,:;'()-]+", reason), heard


def is_closed(arena, hello):
    heard, _ = fate(arena.port, hello)
    assert b"ERROR" not in heard, heard


@row("bytes that are no greeting of ZMTP 3 or newer")
def no_greeting(arena):
    for hello in (b"GET / HTTP/1.1\r\n\r\n", greeting(major=2) + ready(), greeting(mechanism=b"PLAIN"),
                  greeting(mechanism=b"CURVE"), b"\0" * 64):
        is_refused(arena, hello)


@row("a socket that is REQ, ROUTER or anything but DEALER")
def no_dealer(arena):
    for kind in (b"REQ", b"ROUTER", b"SUB", b"PAIR", b"", b"dealer"):
        is_refused(arena, greeting() + ready(kind))
    for name in (b"x" * 256, b"\0", b"\0name"):
        is_refused(arena, greeting() + ready(identity=name))
    is_refused(arena, greeting() + command(b"READY", b"\x05" + b"odd"))


@row("a message or a command before READY")
def too_early(arena):
    for early in (frame(b"early"), command(b"PING", b"\0\0"), command(b"SUBSCRIBE"), command(b"FOO")):
        is_refused(arena, greeting() + early)


@row("reserved flags; a message in several parts")
def out_of_turn(arena):
    for hello in (b"\x08\x01x", b"\x01\x01x\x00\x01y", b"\x04\x02\x05x", command(b"PING"),
                  command(b"PING", b"\0\0" + b"x" * 17), command(b"x" * 40, b"x" * 4_001),
                  command(b"ERROR", b"\x02no"), command(b"SUBSCRIBE"), ready()):
        is_closed(arena, HELLO + hello)


@row("a command that nobody knows")
def unknown_command(arena):
    with Line(arena.port, hello=HELLO + command(b"FOO", b"bar") + command(b"X", b"x" * 3_900)) as line:
        assert line.login(arena.next_token()).HasField("login_done")


@row("a frame above 65,536 bytes")
def frame_too_long(arena):
    for bytes_ in (FRAME_MAX + 1, 10_000_000, 1 << 63):
        is_closed(arena, HELLO + b"\x02" + struct.pack(">Q", bytes_))


@row("any of the above that closes")
def again(arena):
    source = next(STRANGERS)
    for wait in (0.1, 0.2, 0.4, 0.8):
        _, kept = fate(arena.port, b"nonsense", source)
        assert kept >= wait - SLACK, (kept, wait)
    with Line(arena.port, source=source) as line:  # a neighbour
        assert line.login(arena.next_token()).HasField("login_done")


@row("no READY within 5 s")
def no_ready(arena):
    for _, kept in fates(arena.port, b"", greeting()):
        assert kept >= 5 - SLACK, kept


@row("no login within 5 s of READY")
def no_login(arena):
    login = asking(1, login=client.Login(token=b"guess"))
    (_, silent), (_, tried) = fates(arena.port, HELLO, HELLO + login)
    assert silent >= 5 - SLACK and tried >= 10 - SLACK, (silent, tried)


@row("a 65th connection of one address")
def crowd(arena):
    source = next(STRANGERS)
    crowd_ = [Line(arena.port, source=source) for _ in range(64)]
    for line in crowd_:
        assert line.kind(sync=client.Sync()) == "LOGIN_REQUIRED"
    time.sleep(0.1)  # a place is safe for so long
    with Line(arena.port, source=source) as newcomer:
        assert newcomer.login(arena.next_token()).HasField("login_done")
    assert crowd_[0].is_closed(), "the oldest was not closed"
    for line in crowd_[1:]:
        line.socket.close()


@row("a frame of 4,097 to 65,536 bytes before login")
def long_before_login(arena):
    with Line(arena.port) as line:
        for bytes_ in (4_097, 8_300, FRAME_MAX):
            line.send(frame(b"x" * bytes_))
            answer = answer_on(line)
            assert (answer.request, said(answer)) == (0, "LOGIN_REQUIRED"), answer
        assert line.login(arena.next_token()).HasField("login_done")


@row("a device that does not read")
def never_reads(arena):
    """A stranger; devices that are logged in are an attack of their own."""
    with Line(arena.port) as line:
        line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        try:
            while True:
                line.send(frame(b"") * 2_000)
        except ConnectionError:
            return


@row("many frames at once")
def many(arena):
    with arena.somebody() as one, arena.somebody() as other:
        one.send(frame(b"\x07") * 5_000)
        assert other.kind(sync=client.Sync()) == "sync_page"
        assert {said(answer_on(one)) for _ in range(5_000)} == {"BAD_REQUEST"}


@row("a frame that is no `ClientEnvelope`")
def no_envelope(arena):
    with arena.somebody() as line:
        for body in (b"\x07", b"\xff" * 9, asking(5, send_text=text(arena.talk, 1, "abc"))[2:].replace(b"abc", b"a\xffc")):
            line.send(frame(body))
            answer = answer_on(line)
            assert (answer.request, said(answer)) == (0, "BAD_REQUEST"), answer


@row("any request before login")
def before_login(arena):
    with Line(arena.port) as line:
        for name in ("send_text", "sync", "history", "lookup", "logout", "notice", "login_done"):
            body = client.ClientEnvelope.DESCRIPTOR.fields_by_name[name].message_type.name
            assert line.kind(**{name: getattr(client, body)()}) == "LOGIN_REQUIRED", name
        line.send(frame(b""))
        assert said(answer_on(line)) == "LOGIN_REQUIRED"


@row("an empty body")
def empty_body(arena):
    with arena.somebody() as line:
        bodies = [{}, {"notice": client.Notice()}, {"login_done": client.LoginDone()}, {"failure": client.Failure()}]
        assert {said(a) for a in ask_all(line, bodies)} == {"BAD_REQUEST"}


@row("a token that is wrong or above 256 bytes")
def wrong_token(arena):
    with Line(arena.port) as line:
        for token in (b"", b"x", b"x" * 53, b"x" * 256, b"x" * 257, b"x" * 4_000):
            assert said(line.login(token)) == "TOKEN_INVALID", token


@row("a wrong name, password or device", spare=True)
def wrong_password(arena):
    with arena.spare_lock:
        answers = {try_password(arena, *guess).SerializeToString() for guess in (
            ("alice", "guess", 1), (f"nobody {time.time_ns()}", "guess", 1), ("bob", "x" * 128, 99),
            ("alice", "x" * 129, 1))}
    (same,) = answers
    assert said(client.ClientEnvelope.FromString(same)) == "PASSWORD_WRONG", same


@row("an eleventh try of a name within a minute", spare=True)
def eleventh_try(arena):
    name, begun, wrong = f"tried {time.time_ns()}", time.monotonic(), 0
    with arena.spare_lock:
        while said(answer := try_password(arena, name, "guess", 1)) == "PASSWORD_WRONG":
            wrong += 1
        assert said(answer) == "TOO_MANY" and 10 <= wrong <= 11 + (time.monotonic() - begun) / 6, (wrong, answer)
        assert answer.failure.retry_after_ms == 6_000, answer


@row("a token of a device that was logged out or kicked")
def ended_token(arena):
    arena.cluster.run("user", "add", "judy", "--devices", "1")
    token = arena.token("judy", 1)
    with Line(arena.port) as line:
        assert line.login(token).HasField("login_done")
        assert line.kind(logout=client.Logout()) == "login_ended"
        assert said(line.login(token)) == "TOKEN_INVALID"
        assert said(line.login(arena.kicked_token)) == "TOKEN_INVALID"


@row("a second `sync` or `history`")
def second_page(arena):
    with arena.somebody() as line:
        for body in ({"sync": client.Sync()}, {"history": client.History(conversation=arena.talk)}):
            answers = [said(a) for a in ask_all(line, [body] * 3)]
            assert answers.count("BUSY") == 2, answers


@row("a second `login` with a token")
def second_login(arena):
    """In one piece: the account's answer cannot come between them. The last of them is not put off for long."""
    with arena.somebody() as line:
        token = arena.next_token()
        answers = [said(a) for a in ask_all(line, [{"login": client.Login(token=token)}] * 3)]
        assert sorted(answers) == ["BUSY", "BUSY", "login_done"], answers
        assert said(line.login(token)) == "login_done"


@row("a second `lookup`")
def second_lookup(arena):
    with arena.somebody() as line:
        answers = [said(a) for a in ask_all(line, [{"lookup": client.Lookup(name="bob")}] * 3)]
        assert sorted(answers) == ["BUSY", "BUSY", "lookup_done"], answers
        assert line.kind(lookup=client.Lookup(name="bob")) == "lookup_done"


@row("an empty text, or one above 8,192 bytes")
def text_size(arena):
    with arena.somebody() as line:
        for words in ("", "x" * 8_193, "é" * 4_097):
            assert line.kind(send_text=text(arena.talk, time.time_ns(), words)) == "TOO_LARGE"


@row("a 65th text while 64 wait for their answers")
def sixty_fifth(arena):
    first = time.time_ns()
    with arena.somebody() as line:
        kinds = collections.Counter(said(a) for a in ask_all(line, [
            {"send_text": text(arena.talk_of(line), first + n, "x")} for n in range(300)]))
    assert set(kinds) == {"text_sent", "TOO_MANY"} and kinds["text_sent"] >= 64, kinds


@row("a conversation that is no pair", spare=True)
def no_pair(arena):
    with arena.somebody() as line:
        for talk in (0, 1, pair(1, 1), pair(2, 1), pair(1, 9_999), MAX64, 1 << 63 | line.user):
            assert line.kind(send_text=text(talk, 1, "x")) == "NO_CONVERSATION", talk
    with arena.spare_lock:
        lines = [arena.spare_login("spare", n) for n in range(1, 11)] + [arena.spare_login("other", n)
                                                                        for n in range(1, 11)]
        arena.spare.run("pause", "account-1")
        for line in lines:
            line.send(b"".join(asking(n, send_text=text(pair(line.user, 9_999), n, "x")) for n in range(1, 61)))
        seen = collections.Counter()
        hear_until(arena, lines, seen, lambda: seen["BUSY"] > 0)
        arena.spare.run("resume", "account-1")
        hear_until(arena, lines, seen, lambda: seen.total() == 60 * len(lines))
    assert set(seen) == {"BUSY", "NO_CONVERSATION"}, seen


@row("a conversation of two others")
def others(arena):
    with arena.somebody() as line:
        assert line.kind(send_text=text(pair(1, 2), 1, "x")) == "NO_CONVERSATION"
        assert line.kind(history=client.History(conversation=pair(1, 2))) == "NO_CONVERSATION"


@row("a client id that is 0 or too old")
def client_ids(arena):
    first = time.time_ns()
    with arena.somebody() as line:
        talk = arena.talk_of(line)
        assert line.kind(send_text=text(talk, 0, "x")) == "TOO_OLD"
        for begin in range(first, first + KEPT_IDS + 64, 64):
            ask_all(line, [{"send_text": text(talk, n, "x")} for n in range(begin, begin + 64)])
        assert line.kind(send_text=text(talk, first, "x")) == "TOO_OLD"
        assert line.kind(send_text=text(talk, first + KEPT_IDS, "x")) == "text_sent"
        assert line.kind(send_text=text(talk, first + KEPT_IDS, "y")) == "CLIENT_ID_REUSED"


@row("more sends than the home can make durable", spare=True)
def undurable(arena):
    """One text a step, or the home would make one batch of many."""
    with arena.spare_lock:
        lines = [arena.spare_login("spare", n) for n in range(1, 11)]
        arena.spare.run("pause", "store-1")
        first, seen = time.time_ns(), collections.Counter()
        for number in range(60 * len(lines)):
            line = lines[number % len(lines)]
            line.send(asking(number + 1, send_text=text(arena.spare_talk, first + number, "x")))
            time.sleep(0.002)
        arena.spare.run("resume", "store-1")
        hear_until(arena, lines, seen, lambda: seen.total() == 60 * len(lines))
    assert set(seen) == {"BUSY", "text_sent"}, seen


@row("a key above everything in the inbox")
def key_above(arena):
    with arena.somebody() as line:
        for key in (1_000_000_000, MAX64):
            assert line.kind(sync=client.Sync(key=key)) == "KEY_UNKNOWN"


@row("a user, a sender or a device in the request")
def no_such_field(arena):
    """Fields that the protocol does not have: sender, sender_device and user as a message has them."""
    with arena.somebody() as line:
        talk, client_id = arena.talk_of(line), time.time_ns()
        body = text(talk, client_id, "mine").SerializeToString() + b"\x98\x06\x01\xa0\x06\x81\x02"
        line.send(frame(b"\x08\x05\x98\x06\x01\x2a" + bytes([len(body)]) + body))
        answer = answer_on(line)
        assert said(answer) == "text_sent", answer
        page = line.ask(history=client.History(conversation=talk, backward=True, messages_max=200)).history_page
        (mine,) = [m for m in page.messages if m.client_id == client_id]
        assert (mine.sender, mine.sender_device) == (line.user, line.device), mine


@row("a second password while one of the connection is checked", spare=True)
def second_password(arena):
    """The last to use the spare cluster: what it leaves to be hashed takes a while."""
    guesses = [{"login": client.Login(name=f"guess {n}", password="guess", device=1)} for n in range(2)]
    with arena.spare_lock:
        with Line(arena.spare_port) as line:
            line.send(b"".join(asking(1 + n, **body) for n, body in enumerate(guesses)))
            assert said(answer_on(line)) == "BUSY"
        lines, seen = [Line(arena.spare_port) for _ in range(90)], collections.Counter()
        for number, line in enumerate(lines):
            line.send(asking(1, login=client.Login(name=f"guess {number}", password="guess", device=1)))
        hear_until(arena, lines, seen, lambda: seen["BUSY"] >= 20)
