"""More of what the hostile client does (see hostile_attacks.py): what takes a login, and logins themselves."""
import collections
import hashlib
import hmac
import itertools
import random
import struct
import time

from edge_line import SYNC, Line, asking, client, frame, pair, text
from hostile_attacks import FRAME_MAX, KEPT_IDS, Pace, addresses, ask_all, attack, said, shower, state_of


@attack("frames cut short, then silence")
def truncate(arena):
    """Logged in, and every frame is the last one: it never ends."""
    seen, pace = collections.Counter(), Pace(50)
    while not arena.is_over():
        pace.wait()
        with arena.login("mallory", 1 + arena.dice.randrange(4)) as line:
            line.send(b"\x02" + struct.pack(">Q", FRAME_MAX) + bytes(arena.dice.randrange(FRAME_MAX)))
            seen[state_of(line)] += 1
    return seen


@attack("frames too long, logged in")
def oversize(arena):
    seen, pace = collections.Counter(), Pace(50)
    while not arena.is_over():
        pace.wait()
        with arena.login("mallory", 1 + arena.dice.randrange(4)) as line:
            line.send(b"\x02" + struct.pack(">Q", FRAME_MAX + arena.dice.randint(1, 1 << 62)))
            seen["closed" if line.is_closed() else "open"] += 1
    assert set(seen) == {"closed"}, seen
    return seen


@attack("a reader that never reads")
def never_read(arena):
    """Four devices ask for the biggest pages there are and leave the answers in the socket."""
    history = asking(8, history=client.History(conversation=arena.talk, backward=True))
    seen, pace, lines = collections.Counter(), Pace(800), {}
    for device in itertools.cycle(range(1, 5)):
        if arena.is_over():
            break
        pace.wait()
        try:
            if device not in lines:
                lines[device] = arena.login("mallory", device)
            lines[device].send(SYNC + history)
        except OSError:
            seen["closed"] += 1
            lines.pop(device).socket.close()
    for line in lines.values():
        line.socket.close()
    assert seen["closed"] > 0, "a device that never reads was never closed"
    return seen


@attack("tiny frames, logged in")
def shower_logged_in(arena):
    seen = collections.Counter()
    for body in (b"", b"\x07"):
        with arena.login("walter", 1) as line:  # nobody writes to him, so all that he hears are answers
            line.send(frame(body))
            answer = line.next_frame()
            name = said(client.ClientEnvelope.FromString(answer))
            sent, bytes_ = shower(arena, line, frame(body) * 250, arena.seconds / 2)
            line.socket.settimeout(20)
            while bytes_ < sent * len(frame(answer)):
                got = len(line.socket.recv(1 << 18))
                assert got, "closed, though it read all its answers"
                bytes_ += got
            seen[name] += bytes_ // len(frame(answer))
    assert set(seen) == {"BAD_REQUEST"}, seen
    return seen


@attack("resends with changed bodies")
def change_bodies(arena):
    """One device sends each text again, changed and unchanged, all in one breath."""
    seen, pace, first = collections.Counter(), Pace(40), time.time_ns()
    with arena.login("mallory", 5) as line:
        for client_id in itertools.count(first, 4):
            if arena.is_over():
                break
            pace.wait()
            ids = range(client_id, client_id + 4)
            done = ask_all(line, [{"send_text": text(arena.talk, n, f"first {n}")} for n in ids])
            again = ask_all(line, [{"send_text": text(arena.talk, n, f"{word} {n}")}
                                   for n in ids for word in ("first", "second", "third")])
            for number, sent in enumerate(done):
                same, *changed = again[3 * number:3 * number + 3]
                assert same.text_sent == sent.text_sent, (same, sent)
                seen["text_sent"] += 2
                for answer in changed:
                    seen[said(answer)] += 1
        newest = line.ask(history=client.History(conversation=arena.talk, backward=True, messages_max=50))
        assert all(m.text.startswith("first") for m in newest.history_page.messages if m.client_id >= first)
    assert set(seen) == {"text_sent", "CLIENT_ID_REUSED"}, seen
    return seen


@attack("client ids gone back")
def go_back(arena):
    """A thousand and more ids up, then back to the first: too old; 0 is always too old."""
    seen, pace, first = collections.Counter(), Pace(40), time.time_ns()
    with arena.login("mallory", 6) as line:
        for begin in range(first, first + KEPT_IDS + 32, 32):
            bodies = [{"send_text": text(arena.talk, n, f"up {n}")} for n in range(begin, begin + 32)]
            assert {said(a) for a in ask_all(line, bodies)} == {"text_sent"}
        while not arena.is_over():
            pace.wait()
            ids = [0, *(arena.dice.randrange(1, first + 32) for _ in range(15))]
            for answer in ask_all(line, [{"send_text": text(arena.talk, n, "back")} for n in ids]):
                seen[said(answer)] += 1
    assert set(seen) == {"TOO_OLD"}, seen
    return seen


def token_of(key, device, generation, expires_ms):
    """A token as the account makes it: see engine/core/token.hpp."""
    claims = b"\x01" + struct.pack(">QIQ", device, generation, expires_ms)
    return claims + hmac.digest(key, claims, hashlib.sha256)


def bad_tokens(arena):
    """In pairs: what is wrong, and a token. The expired one was good until a second ago, by the cluster's own key."""
    good, other = arena.token("mallory", 1), arena.token("mallory", 2)
    _, device, generation, expires_ms = struct.unpack(">BQIQ", good[:21])
    at = arena.dice.randrange(len(good))
    now_ms = time.time_ns() // 1_000_000
    assert token_of(arena.key, device, generation, expires_ms) == good, "the test makes other tokens than the account"
    return {
        "forged": good[:at] + bytes([good[at] ^ 1 << arena.dice.randrange(8)]) + good[at + 1:],
        "of another device": other[:21] + good[21:],
        "of another cluster": arena.foreign_token,
        "made with another key": token_of(bytes(32), device, generation, expires_ms),
        "of an older generation": arena.kicked_token,
        "of a generation to come": token_of(arena.key, device, generation + 1, expires_ms),
        "expired": token_of(arena.key, device, generation, now_ms - 1_000)}


@attack("forged, foreign, kicked and expired tokens")
def show_bad_tokens(arena):
    seen, pace, sources = collections.Counter(), Pace(40), addresses()
    while not arena.is_over():
        with Line(arena.port, source=next(sources)) as line:
            for _ in range(10):
                pace.wait()
                for why, token in bad_tokens(arena).items():
                    answer = said(line.login(token))
                    assert answer == ("TOKEN_EXPIRED" if why == "expired" else "TOKEN_INVALID"), (why, answer)
                    seen[answer] += 1
    return seen


@attack("guessed passwords, 8 a second")
def guess_passwords(arena):
    """A guess costs the server a thousand times what it costs to make: these are half a core of work."""
    return guess(arena, 8)


@attack("guessed passwords, a flood", timed=False)
def guess_passwords_all_the_time(arena):
    """More than the server takes. It bounds what it spends, but that is more than the pace of a timed attack."""
    return guess(arena, 100)


def guess(arena, rate):
    seen, pace, sources = collections.Counter(), Pace(rate), addresses()
    lines = [Line(arena.port, source=next(sources)) for _ in range(16)]
    names = random.Random(5)
    for line in itertools.cycle(lines):
        if arena.is_over():
            break
        pace.wait()
        login = client.Login(name=f"nobody {names.randrange(1_000)}", password="password", device=1)
        line.requests += 1
        try:
            line.send(asking(line.requests, login=login))
            seen.update(said(answer) for answer in line.come())
        except OSError:
            seen["closed"] += 1
    for line in lines:
        line.socket.close()
    return seen


@attack("every question at once")
def ask_everything(arena):
    """A device that reads, and asks for everything as fast as its pace allows."""
    seen, pace = collections.Counter(), Pace(100)
    questions = [{"sync": client.Sync()}, {"history": client.History(conversation=arena.talk)},
                 {"lookup": client.Lookup(name="alice")}, {"lookup": client.Lookup(name="nobody")},
                 {"history": client.History(conversation=pair(1, 2))}, {"sync": client.Sync(key=1 << 60)}]
    with arena.login("mallory", 7) as line:
        line.socket.settimeout(20)
        while not arena.is_over():
            pace.wait()
            for answer in ask_all(line, questions):
                seen[said(answer)] += 1
    return seen
