"""The edge as a stranger speaks to it: ZMTP by hand on a tcp socket, one ClientEnvelope a frame. For tests."""
import contextlib
import itertools
import os
import pathlib
import select
import socket
import struct
import subprocess
import sys
import tempfile

try:
    import google.protobuf  # noqa: F401
    import zmq
except ImportError as missing:
    SYSTEM = "/usr/bin/python3"
    if os.path.exists(SYSTEM) and not os.environ.get("GLASSPOST_SECOND_PYTHON"):
        os.environ["GLASSPOST_SECOND_PYTHON"] = "1"
        os.execv(SYSTEM, [SYSTEM, "-B", *sys.argv])
    sys.exit(f"This test needs python3-zmq and python3-protobuf ({missing}): install them by apt.")

PROTO = pathlib.Path(__file__).resolve().parents[2] / "engine/proto"

with tempfile.TemporaryDirectory(prefix="gp-proto-") as folder:
    subprocess.run(["protoc", f"--proto_path={PROTO}", f"--python_out={folder}",
                    *sorted(str(file) for file in PROTO.glob("glasspost/v1/*.proto"))], check=True)
    sys.path.insert(0, folder)
    from glasspost.v1 import client_pb2 as client, control_pb2 as control


def greeting(major=3, mechanism=b"NULL"):
    return b"\xff" + bytes(8) + b"\x7f" + bytes([major, 1]) + mechanism.ljust(20, b"\0") + bytes(32)

def frame(body, flags=0):
    if len(body) < 256:
        return bytes([flags, len(body)]) + body
    return bytes([flags | 2]) + struct.pack(">Q", len(body)) + body

def command(name, data=b""):
    return frame(bytes([len(name)]) + name + data, flags=4)

def ready(kind=b"DEALER", identity=b""):
    return command(b"READY", b"\x0bSocket-Type" + struct.pack(">I", len(kind)) + kind
                   + b"\x08Identity" + struct.pack(">I", len(identity)) + identity)

def pair(one, other):
    return one << 32 | other

def asking(request, **body):
    return frame(client.ClientEnvelope(request=request, **body).SerializeToString())

HELLO = greeting() + ready()
SYNC = asking(9, sync=client.Sync())
STRANGERS = (f"127.1.{number >> 8}.{number & 255}" for number in itertools.count(1))

class Line(contextlib.AbstractContextManager):
    """A connection to an access process, from an address that nobody has used (no penalty)."""
    def __init__(self, port, source=None, hello=HELLO):
        source = source or next(STRANGERS)
        self.socket = socket.create_connection(("127.0.0.1", port), 10, (source, 0))
        self.send, self.buffer, self.requests, self.greeted = self.socket.sendall, b"", 0, False
        self.send(hello)

    def __exit__(self, *_):
        self.socket.close()

    def take(self, count):
        while len(self.buffer) < count:
            got = self.socket.recv(1 << 18)
            if not got:
                raise ConnectionResetError("closed")
            self.buffer += got
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def next_frame(self):
        if not self.greeted:
            self.greeted = bool(self.take(64))
        while True:
            flags = self.take(1)[0]
            body = self.take(int.from_bytes(self.take(8 if flags & 2 else 1), "big"))
            if not flags & 4:
                return body

    def has_bytes(self):
        """Whether a read would not wait; the end of the connection counts, too."""
        waiting = select.poll()
        waiting.register(self.socket, select.POLLIN)
        return bool(waiting.poll(0))

    def come(self):
        """The envelopes that have come whole by now; does not wait."""
        if self.has_bytes():
            got = self.socket.recv(1 << 18)
            if not got:
                raise ConnectionResetError("closed")
            self.buffer += got
        if not self.greeted and len(self.buffer) >= 64:
            self.greeted = bool(self.take(64))
        while self.greeted and self.buffer:
            head = 9 if self.buffer[0] & 2 else 2
            end = head + int.from_bytes(self.buffer[1:head], "big")
            if len(self.buffer) < max(head, end):
                return
            whole, self.buffer = self.buffer[:end], self.buffer[end:]
            if not whole[0] & 4:
                yield client.ClientEnvelope.FromString(whole[head:])

    def hear(self):
        return client.ClientEnvelope.FromString(self.next_frame())

    def ask(self, request=None, **body):
        self.requests += 1
        request = request or self.requests
        self.send(asking(request, **body))
        while (heard := self.hear()).request != request:
            pass
        return heard

    def login(self, token):
        return self.ask(login=client.Login(token=token))

    def kind(self, **body):
        heard = self.ask(**body)
        code = client.FailureCode.Name(heard.failure.code).removeprefix("FAILURE_CODE_")
        return code if heard.HasField("failure") else heard.WhichOneof("body")

    def is_closed(self, seconds=8):
        self.socket.settimeout(seconds)
        try:
            while self.socket.recv(1 << 16):
                pass
        except OSError as error:
            return not isinstance(error, TimeoutError)
        return True

def text(conversation, client_id, words):
    return client.SendText(conversation=conversation, client_id=client_id, text=words)
