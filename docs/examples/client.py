#!/usr/bin/python3
"""One device of Glasspost, in Python: an example to copy. docs/protocol.md explains every step.

Needs pyzmq, protobuf and protoc. Runs until it is stopped; what it forgets then is in STATE_FILE.
Usage: client.py PORT TOKEN_FILE STATE_FILE [USER_ID TEXT]...
"""
import json, os, random, subprocess, sys, tempfile, time
import zmq

with tempfile.TemporaryDirectory() as folder:
    proto = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../engine/proto")
    subprocess.run(["protoc", "-I", proto, "--python_out", folder, "glasspost/v1/client.proto"], check=True)
    sys.path.insert(0, folder)
    from glasspost.v1 import client_pb2 as pb

port, token_file, state_file, *to_send = sys.argv[1:]
token = open(token_file, "rb").read()
# A new device counts its texts from the time of day: above every id that it used before.
state = {"key": 0, "client_id": int(time.time() * 1000), "unsent": {}, "shown": {}}
if os.path.exists(state_file): state = json.load(open(state_file))
socket = zmq.Context().socket(zmq.DEALER)
socket.setsockopt(zmq.IMMEDIATE, 1)  # queue nothing while there is no connection
socket.setsockopt(zmq.LINGER, 0)
socket.connect(f"tcp://127.0.0.1:{port}")

def save():
    with open(state_file + ".new", "w") as out:
        json.dump(state, out)
        out.flush()
        os.fsync(out.fileno())
    os.replace(state_file + ".new", state_file)

def say(event, **values): print(json.dumps({"event": event, **values}), flush=True)

def ask(request=0, **body):
    try: socket.send(pb.ClientEnvelope(request=request, **body).SerializeToString(), zmq.NOBLOCK)
    except zmq.Again: pass  # no connection: it is asked again soon

logged_in, due, wait = False, 0, 0.5
while True:
    if time.monotonic() >= due:  # ask for all that has no answer; wait longer each time
        if not logged_in: ask(login=pb.Login(token=token))
        else:
            for client_id, (conversation, text) in list(state["unsent"].items())[:64]:
                ask(int(client_id), send_text=pb.SendText(
                    conversation=conversation, client_id=int(client_id), text=text))
            ask(sync=pb.Sync(key=state["key"]))
        due, wait = time.monotonic() + random.uniform(wait / 2, wait), min(2 * wait, 4)
    if not socket.poll(max(1, 1000 * (due - time.monotonic()))): continue
    envelope = pb.ClientEnvelope.FromString(socket.recv())
    kind = envelope.WhichOneof("body")
    said = getattr(envelope, kind) if kind else None
    if kind == "login_done":
        for other, text in zip(to_send[::2], to_send[1::2]):
            low, high = sorted((said.user, int(other)))
            state["client_id"] += 1
            state["unsent"][str(state["client_id"])] = low << 32 | high, text
        save()  # before they leave
        to_send, logged_in, due, wait = [], True, 0, 0.5
    elif kind == "text_sent" and state["unsent"].pop(str(said.client_id), None):
        save()
        say("sent", conversation=said.conversation, number=said.number)
    elif kind == "sync_page":
        for row in said.messages:
            if row.number <= state["shown"].get(str(row.conversation), 0): continue
            state["shown"][str(row.conversation)] = row.number
            say("shown", conversation=row.conversation, number=row.number, sender=row.sender, text=row.text)
        if said.key > state["key"]:
            state["key"], wait = said.key, 0.5
            save()
        if said.more: due = 0
    elif kind == "notice" and said.newest > state["key"]: due = 0
    elif kind == "login_ended": sys.exit(said.sentence)  # only a person may log in again
    elif kind == "failure" and said.code == pb.FAILURE_CODE_LOGIN_REQUIRED:
        if logged_in: logged_in, due, wait = False, 0, 0.5  # the connection below is a new one
    elif kind == "failure" and said.code in (pb.FAILURE_CODE_TOKEN_INVALID, pb.FAILURE_CODE_TOKEN_EXPIRED):
        sys.exit(said.sentence)
    elif kind == "failure" and said.code == pb.FAILURE_CODE_KEY_UNKNOWN: state["key"] = 0
    elif kind == "failure" and said.retry_after_ms == 0 and state["unsent"].pop(str(envelope.request), None):
        save()
        say("refused", client_id=envelope.request, sentence=said.sentence)
