#!/usr/bin/python3
"""One device of Glasspost, in Python: an example to copy. docs/protocol.md explains every step.

Needs pyzmq and protobuf; and protoc, unless --proto-out names a folder with its output.
"""
import argparse, json, os, random, subprocess, sys, tempfile, time
import zmq

PROTO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../engine/proto")


class Device:
    """A text is in the file before it leaves. Rows are printed before their key is saved."""

    def __init__(self, options):
        self.file, self.to_send = options.key_file, options.send_to
        self.token = open(options.token_file, "rb").read()
        # A new file counts from the time of day: above every id that this device used before.
        self.state = {"key": 0, "client_id": int(time.time() * 1000), "unsent": {}, "shown": {}}
        if self.file and os.path.exists(self.file):
            self.state = json.load(open(self.file))
        self.logged_in, self.newest, self.sync_request, self.requests = False, 0, 0, 0
        self.tries, self.due = 0, 0
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.setsockopt(zmq.IMMEDIATE, 1)  # queue nothing while there is no connection
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.connect(f"tcp://127.0.0.1:{options.port}")

    def save(self):
        if not self.file: return
        with open(self.file + ".new", "w") as out:
            json.dump(self.state, out)
            out.flush()
            os.fsync(out.fileno())
        os.replace(self.file + ".new", self.file)

    def ask(self, request, **body):
        envelope = pb.ClientEnvelope(request=request, **body)
        try: self.socket.send(envelope.SerializeToString(), zmq.NOBLOCK)
        except zmq.Again: pass  # no connection: try_again comes back to it

    def sync(self):
        self.requests += 1
        self.sync_request = self.requests
        self.ask(self.sync_request, sync=pb.Sync(key=self.state["key"]))

    def try_again(self):
        """Asks whatever has no answer, and sets the time of the next try: backoff with jitter."""
        if not self.logged_in:
            self.ask(0, login=pb.Login(token=self.token))
        else:
            for client_id, (conversation, text) in list(self.state["unsent"].items())[:64]:
                self.ask(int(client_id), send_text=pb.SendText(
                    conversation=conversation, client_id=int(client_id), text=text))
            self.sync()
        longest = min(4.0, 0.7 * 2 ** min(self.tries, 6))
        self.tries += 1
        self.due = time.monotonic() + random.uniform(longest / 2, longest)

    def on_login_done(self, request, done):
        self.logged_in, self.tries = True, 0
        for other, text in self.to_send:
            low, high = sorted((done.user, int(other)))
            self.state["client_id"] += 1
            self.state["unsent"][str(self.state["client_id"])] = [low << 32 | high, text]
        self.to_send = []
        self.save()
        self.try_again()

    def on_text_sent(self, request, sent):
        if self.state["unsent"].pop(str(sent.client_id), None) is None: return
        self.save()
        say("sent", conversation=sent.conversation, client_id=sent.client_id, number=sent.number)

    def on_notice(self, request, notice):
        self.newest = max(self.newest, notice.newest)
        if self.newest > self.state["key"] and self.sync_request == 0: self.sync()

    def on_sync_page(self, request, page):
        if request != self.sync_request: return  # the answer to an older try
        self.sync_request = 0
        for row in page.messages:
            if row.number <= self.state["shown"].get(str(row.conversation), 0): continue
            self.state["shown"][str(row.conversation)] = row.number
            say("shown", conversation=row.conversation, number=row.number, sender=row.sender, text=row.text)
        if page.key > self.state["key"]:
            self.state["key"] = page.key
            self.save()
        if page.more or self.newest > self.state["key"]: self.sync()
        elif not self.state["unsent"]: self.tries, self.due = 0, time.monotonic() + random.uniform(1.5, 3)

    def on_failure(self, request, failure):
        if failure.code == pb.FAILURE_CODE_LOGIN_REQUIRED:  # the connection below is a new one
            if not self.logged_in: return  # the login is on its way
            self.logged_in, self.sync_request = False, 0
            self.try_again()
        elif failure.code in (pb.FAILURE_CODE_TOKEN_INVALID, pb.FAILURE_CODE_TOKEN_EXPIRED):
            sys.exit(failure.sentence)
        elif failure.code == pb.FAILURE_CODE_KEY_UNKNOWN:
            self.state["key"] = self.newest = 0
            self.sync()
        elif failure.retry_after_ms == 0 and self.state["unsent"].pop(str(request), None):
            self.save()
            say("refused", client_id=request, code=failure.code, sentence=failure.sentence)
        # BUSY, UNAVAILABLE and unknown codes with a retry time: try_again is due soon.

    def on_login_ended(self, request, ended):
        sys.exit(ended.sentence)  # only a person may log in again


def say(event, **values):
    print(json.dumps({"event": event, **values}), flush=True)


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--port", type=int, required=True, help="from `glasspost status`")
parser.add_argument("--token-file", required=True, help="RUN_DIRECTORY/tokens/NAME.DEVICE")
parser.add_argument("--send-to", nargs=2, action="append", default=[], metavar=("USER_ID", "TEXT"))
parser.add_argument("--key-file", help="where this device keeps what it must not forget")
parser.add_argument("--seconds", type=float, default=5)
parser.add_argument("--proto-out", help="a folder with protoc's output")
options = parser.parse_args()

with tempfile.TemporaryDirectory() as fresh:
    if options.proto_out is None:
        command = ["protoc", "-I", PROTO, "--python_out", fresh, "glasspost/v1/client.proto"]
        subprocess.run(command, check=True)
    sys.path.insert(0, options.proto_out or fresh)
    from glasspost.v1 import client_pb2 as pb

device, end = Device(options), time.monotonic() + options.seconds
while (now := time.monotonic()) < end:
    if now >= device.due: device.try_again()
    if not device.socket.poll(max(1, 1000 * (min(device.due, end) - now))): continue
    envelope = pb.ClientEnvelope.FromString(device.socket.recv())
    answer = getattr(device, f"on_{envelope.WhichOneof('body')}", None)
    if answer: answer(envelope.request, getattr(envelope, envelope.WhichOneof("body")))
