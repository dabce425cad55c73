/** The server's half of a WebSocket that only speaks: handshake and text frames (RFC 6455). */

import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

const MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export function accept(request: IncomingMessage, socket: Duplex): (text: string) => void {
  const key = `${request.headers["sec-websocket-key"]}${MAGIC}`;
  const answer = createHash("sha1").update(key).digest("base64");
  socket.write(
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      `Sec-WebSocket-Accept: ${answer}\r\n\r\n`,
  );
  socket.on("error", () => socket.destroy());
  socket.on("data", () => undefined);
  return (text) => void (socket.writable && socket.write(frame(Buffer.from(text))));
}

function frame(body: Buffer): Buffer {
  const { length } = body;
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), body]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = 0x81;
  if (length < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, body]);
}
