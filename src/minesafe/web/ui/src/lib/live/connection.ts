/** One live wire to the server, kept up: snapshot, heartbeat, reconnect. Knows nothing of pages. */

import type { LiveMessage } from "../wire";
import { fold, Gap, type Picture } from "./picture";

/** No message for this long, milliseconds: the picture is old and must say so. */
export const SILENCE_MS = 3000;

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 5000;

export type LinkState = "connecting" | "live" | "lost";

/** The part of a browser's WebSocket that is used; a test hands in its own. */
export interface Wire {
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  close(): void;
}

export interface Listener {
  /** Folds a message in bytes into the picture; throws as `fold`. */
  bytes(picture: Picture | null, data: ArrayBuffer): Picture;
  picture(picture: Picture): void;
  state(state: LinkState): void;
  /** The wire closed; `code` is the WebSocket's. The connection tries again by itself. */
  closed(code: number): void;
}

/**
 * How long to wait before try `attempt` (0, 1, …): doubled up to 5 s, and half of it by chance, so
 * that the screens of a control room do not all come back in the same instant.
 */
export function retryAfter(attempt: number, chance: number): number {
  const full = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 10));
  return Math.max(FIRST_RETRY_MS, full * (0.5 + chance / 2));
}

export class Connection {
  #wire: Wire | null = null;
  #picture: Picture | null = null;
  #attempt = 0;
  /** Runs from the last message heard on any wire: what the screen may still call live. */
  #grey: ReturnType<typeof setTimeout> | undefined;
  /** Runs from the last message heard on this wire: when to give it up. */
  #patience: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly open: (since: number) => Wire,
    private readonly listener: Listener,
    private readonly chance: () => number = Math.random,
  ) {}

  start(): void {
    this.stop();
    this.#attempt = 0;
    this.listener.state("connecting");
    this.#expectPicture();
    this.#connect();
  }

  stop(): void {
    clearTimeout(this.#grey);
    clearTimeout(this.#retry);
    this.#drop();
  }

  #connect(): void {
    const since = this.#picture?.position ?? 0;
    this.#picture = null;
    const wire = this.open(since);
    this.#wire = wire;
    wire.onmessage = (event) => this.#hear(event.data);
    wire.onclose = (event) => {
      this.#again();
      this.listener.closed(event.code);
    };
    this.#expectMessage();
  }

  #hear(data: unknown): void {
    try {
      this.#picture =
        data instanceof ArrayBuffer
          ? this.listener.bytes(this.#picture, data)
          : fold(this.#picture, JSON.parse(String(data)) as LiveMessage);
    } catch (trouble) {
      if (!(trouble instanceof Gap || trouble instanceof SyntaxError)) throw trouble;
      console.warn("live wire restarted:", trouble.message);
      this.#again();
      return;
    }
    this.#attempt = 0;
    this.#expectPicture();
    this.#expectMessage();
    this.listener.state("live");
    this.listener.picture(this.#picture);
  }

  #expectPicture(): void {
    clearTimeout(this.#grey);
    this.#grey = setTimeout(() => this.listener.state("lost"), SILENCE_MS);
  }

  #expectMessage(): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#again(), SILENCE_MS);
  }

  #again(): void {
    this.#drop();
    clearTimeout(this.#retry);
    const wait = retryAfter(this.#attempt++, this.chance());
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  #drop(): void {
    clearTimeout(this.#patience);
    if (!this.#wire) return;
    this.#wire.onmessage = this.#wire.onclose = null;
    this.#wire.close();
    this.#wire = null;
  }
}
