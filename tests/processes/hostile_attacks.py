"""What the hostile client does, one function an attack; hostile_test.py runs them one by one beside honest people.

Each goes on until its time is over and returns how often it saw which answer. Each has a pace of its own: attacker,
servers and honest people share the cores of one machine, and an attacker without a pace would test the scheduler
of the kernel, not the server. The paces are set so that what is asked of the servers takes less than half a core; an
attack that asks for more is not timed. What an edge does about all that a sender can send is asked in tests/live."""
import collections
import contextlib
import itertools
import struct
import time

from edge_line import HELLO, STRANGERS, Line, asking, client, command, frame, greeting, pair, ready, text

HOME = "127.0.0.1"  # where honest people come from, too
FRAME_MAX, KEPT_IDS, HALF_OPEN_MAX = 65_536, 1_024, 64
ATTACKS, UNTIMED = {}, set()


def attack(name, timed=True):
    """Makes a function an attack of this name; one that is not timed may be hard on the machine."""
    def keep(function):
        ATTACKS[name] = function
        if not timed:
            UNTIMED.add(name)
        return function
    return keep


class Pace:
    """Waits so that not more than `rate` turns a second are made; a stall is not caught up with in a burst."""

    def __init__(self, rate):
        self.gap, self.due = 1 / rate, time.monotonic()

    def wait(self):
        now = time.monotonic()
        self.due = max(self.due + self.gap, now)
        time.sleep(self.due - now)


def addresses():
    """In turn the honest people's own address and one that nobody has used."""
    for stranger in STRANGERS:
        yield HOME
        yield stranger


def state_of(line):
    """What the server has done to a connection: 'closed', or 'open'."""
    try:
        while line.has_bytes():
            if not line.socket.recv(1 << 16):
                return "closed"
    except OSError:
        return "closed"
    return "open"


def said(answer):
    """The name of a failure, or of a body."""
    code = client.FailureCode.Name(answer.failure.code).removeprefix("FAILURE_CODE_")
    return code if answer.HasField("failure") else answer.WhichOneof("body")


def answer_on(line):
    """What is said next, notices left out."""
    while (heard := line.hear()).HasField("notice"):
        pass
    return heard


def ask_all(line, bodies):
    """Asks everything in one breath; returns the answers in the order of the questions."""
    first = line.requests + 1
    line.requests += len(bodies)
    line.send(b"".join(asking(first + n, **body) for n, body in enumerate(bodies)))
    answers = {}
    while len(answers) < len(bodies):
        heard = line.hear()
        if heard.request:
            answers[heard.request] = heard
    return [answers[first + n] for n in range(len(bodies))]


def pour(arena, rate, hello):
    """New connections at a rate; each says what `hello` gives and then nothing. Thousands are held at once."""
    held, seen, pace = collections.deque(), collections.Counter(), Pace(rate * arena.weight)
    for source in addresses():
        if arena.is_over():
            break
        pace.wait()
        try:
            held.append(Line(arena.port, source=source, hello=hello()))
        except OSError:
            seen["refused"] += 1
        if len(held) > arena.held_max:
            with held.popleft() as line:
                seen[state_of(line)] += 1
    arena.login("walter", 1).socket.close()  # whoever came before him has been let in by now, or not
    at_home = collections.Counter()
    for line in held:
        with line:
            state = state_of(line)
            seen[state] += 1
            at_home[state] += line.socket.getsockname()[0] == HOME
    assert at_home["open"] <= HALF_OPEN_MAX, at_home
    return seen


@attack("half open: in the greeting")
def stop_in_the_greeting(arena):
    return pour(arena, 300, lambda: greeting()[:arena.dice.randrange(64)])


@attack("half open: in the NULL handshake")
def stop_in_the_handshake(arena):
    return pour(arena, 300, lambda: greeting() + ready()[:arena.dice.randrange(len(ready()))])


@attack("half open: before the login")
def stop_before_the_login(arena):
    return pour(arena, 300, lambda: HELLO)


@attack("violations: random, oversized, truncated")
def violate(arena):
    """Each comes again as soon as it is closed: what makes an address wait."""
    dice = arena.dice

    def wrong():
        return dice.choice((
            lambda: dice.randbytes(dice.randint(1, 2_000)),
            lambda: greeting() + dice.randbytes(dice.randint(64, 2_000)),
            lambda: HELLO + dice.randbytes(dice.randint(64, 2_000)),
            lambda: HELLO + b"\x02" + struct.pack(">Q", FRAME_MAX + 1),
            lambda: HELLO + b"\x02\xff" + bytes(7) + b"x" * 999,
            lambda: HELLO + command(b"PING") + frame(b"x", flags=1),
            lambda: greeting() + ready(kind=b"ROUTER")))()
    return pour(arena, 200, wrong)


@attack("slow loris")
def drip(arena):
    """Sixty connections that live on one byte every 0.1 s: in greeting, handshake, login and, logged in, a text."""
    login = asking(1, login=client.Login(token=b"x" * 200))
    sources, seen, pace = addresses(), collections.Counter(), Pace(600)

    def begin(number):
        if number % 8 == 7:
            line = arena.login("mallory", 1 + number // 8)
            return line, iter(asking(9, send_text=text(pair(1, 2), 1, "x" * 8_000)))
        return Line(arena.port, source=next(sources), hello=b""), iter(HELLO + login)
    lines = [begin(number) for number in range(60)]
    for number in itertools.cycle(range(60)):
        if arena.is_over():
            break
        pace.wait()
        try:
            line, drops = lines[number]
            line.send(bytes([next(drops)]))
            if state_of(line) == "closed":
                raise ConnectionResetError
        except (OSError, StopIteration):
            seen["closed"] += 1
            lines[number][0].socket.close()
            lines[number] = begin(number)
    for line, _ in lines:
        with line:
            seen[state_of(line)] += 1
    return seen


def shower(arena, line, block, seconds=60.0):
    """Tiny frames at 50,000 a second, a million in 20 s; how many were sent, and the bytes that came back."""
    pace, sent, bytes_, ends = Pace(200), 0, len(line.buffer), time.monotonic() + seconds
    line.buffer = b""
    while not arena.is_over() and time.monotonic() < ends:
        pace.wait()
        line.send(block)
        sent += 250
        while line.has_bytes():
            got = len(line.socket.recv(1 << 18))
            if not got:
                raise ConnectionResetError("closed")
            bytes_ += got
    return sent, bytes_


@attack("tiny frames of strangers")
def shower_as_stranger(arena):
    """They read their answers; they are closed in time all the same."""
    seen, sources = collections.Counter(), addresses()
    while not arena.is_over():
        try:
            with Line(arena.port, source=next(sources)) as line:
                line.send(frame(b""))
                answer = line.next_frame()
                _, bytes_ = shower(arena, line, frame(b"") * 250, seconds=1)
                seen[said(client.ClientEnvelope.FromString(answer))] += bytes_ // len(frame(answer))
        except OSError:
            seen["closed"] += 1
    assert set(seen) <= {"LOGIN_REQUIRED", "closed"}, seen
    return seen


@attack("tiny frames of sixty strangers at once")
def shower_in_bursts(arena):
    """Twice a second eight hundred frames on each: what a poll finds on sixty sockets at the same time."""
    seen, pace, block = collections.Counter(), Pace(2), frame(b"") * 200
    while not arena.is_over():
        pace.wait()
        lines = [Line(arena.port, source=source) for source in itertools.islice(addresses(), 60)]
        for _ in range(4):
            for line in lines:
                with contextlib.suppress(ConnectionError):
                    line.send(block)
        for line in lines:
            with line:
                seen[state_of(line)] += 1
    return seen
