// One device of Glasspost, in JavaScript; docs/protocol.md explains every step. It is tried by hand, not by a test:
// `npm install zeromq protobufjs` beside it first (written with zeromq 6.8, protobufjs 8, Node 20).
// Usage: node client.mjs PORT TOKEN_FILE STATE_FILE [USER_ID TEXT]...
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { Dealer } from "zeromq";
import protobuf from "protobufjs";

const schema = process.env.GLASSPOST_PROTO ?? new URL("../../engine/proto/glasspost/v1/client.proto", import.meta.url);
const root = await protobuf.load(schema instanceof URL ? fileURLToPath(schema) : schema);
const Envelope = root.lookupType("glasspost.v1.ClientEnvelope");
const Codes = root.lookupEnum("glasspost.v1.FailureCode").values;
const code = (name) => Codes["FAILURE_CODE_" + name];

const [port, tokenFile, stateFile, ...toSend] = process.argv.slice(2);
const token = fs.readFileSync(tokenFile);
// Ids and keys are 64 bits wide: as text in the file, as BigInt in sums.
let state = { key: "0", clientId: String(Date.now()), unsent: {}, shown: {} };
if (fs.existsSync(stateFile)) state = JSON.parse(fs.readFileSync(stateFile));

function save() {
  const file = fs.openSync(stateFile + ".new", "w");
  fs.writeSync(file, JSON.stringify(state));
  fs.fsyncSync(file);
  fs.closeSync(file);
  fs.renameSync(stateFile + ".new", stateFile);
}
const say = (event, values) => console.log(JSON.stringify({ event, ...values }));

const socket = new Dealer({ immediate: true, linger: 0, sendTimeout: 0 });
socket.connect(`tcp://127.0.0.1:${port}`);

// zeromq allows one send at a time.
let sending = Promise.resolve();
function ask(request, body) {
  const bytes = Envelope.encode(Envelope.fromObject({ request, ...body })).finish();
  sending = sending.then(() => socket.send(bytes)).catch(() => {}); // no connection: asked again soon
}

let loggedIn = false, wait = 500, timer;
function soon(delay = 0) {
  clearTimeout(timer);
  timer = setTimeout(askAgain, delay);
}
// Asks for all that has no answer, and waits longer each time.
function askAgain() {
  if (!loggedIn) ask("1", { login: { token } });
  else {
    for (const [clientId, [conversation, text]] of Object.entries(state.unsent).slice(0, 64))
      ask(clientId, { sendText: { conversation, clientId, text } });
    ask("2", { sync: { key: state.key } });
  }
  soon(wait / 2 + (Math.random() * wait) / 2);
  wait = Math.min(2 * wait, 4000);
}
const answers = {
  loginDone(done) {
    for (let i = 0; i + 1 < toSend.length; i += 2) {
      const [low, high] = [Number(done.user), Number(toSend[i])].sort((a, b) => a - b);
      state.clientId = String(BigInt(state.clientId) + 1n);
      state.unsent[state.clientId] = [String((BigInt(low) << 32n) | BigInt(high)), toSend[i + 1]];
    }
    toSend.length = 0;
    save(); // before they leave
    [loggedIn, wait] = [true, 500];
    soon();
  },
  textSent(sent) {
    if (!delete_(state.unsent, sent.clientId)) return;
    save();
    say("sent", { number: sent.number });
  },
  syncPage(page) {
    for (const row of page.messages) {
      if (BigInt(row.number) <= BigInt(state.shown[row.conversation] ?? 0)) continue;
      state.shown[row.conversation] = row.number;
      say("shown", { number: row.number, sender: row.sender, text: row.text });
    }
    if (BigInt(page.key) > BigInt(state.key)) {
      [state.key, wait] = [page.key, 500];
      save();
    }
    if (page.more) soon();
  },
  notice(notice) {
    if (BigInt(notice.newest) > BigInt(state.key)) soon();
  },
  loginEnded(ended) {
    throw new Error(ended.sentence); // only a person may log in again
  },
  failure(failure, request) {
    if (failure.code === code("LOGIN_REQUIRED")) {
      if (loggedIn) soon(); // the connection below is a new one
      [loggedIn, wait] = [false, 500];
    } else if (failure.code === code("TOKEN_INVALID") || failure.code === code("TOKEN_EXPIRED")) {
      throw new Error(failure.sentence);
    } else if (failure.code === code("KEY_UNKNOWN")) {
      state.key = "0";
    } else if (failure.retryAfterMs === 0 && delete_(state.unsent, request)) {
      save();
      say("refused", { clientId: request, sentence: failure.sentence });
    }
  },
};
function delete_(from, key) {
  return key in from && delete from[key];
}

askAgain();
for await (const [bytes] of socket) {
  const heard = Envelope.toObject(Envelope.decode(bytes), { longs: String, defaults: true, arrays: true, oneofs: true });
  answers[heard.body]?.(heard[heard.body], heard.request);
}
