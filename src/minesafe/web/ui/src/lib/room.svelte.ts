/** What every page of this console shares: who is logged in, the mine, the picture, the time. */

import { keep } from "./emergency";
import { Connection, type LinkState, type Wire } from "./live/connection";
import { MineClock } from "./live/mine-clock";
import { PcClock } from "./live/pc-clock";
import { Gap, isOpen, type Picture } from "./live/picture";
import { walk } from "./live/walks";
import { Lookup } from "./lookup";
import * as rest from "./rest";
import { Silence, toneOf } from "./sound/silence";
import { siren } from "./sound/siren.svelte";
import type { Micros, Mine, Session } from "./wire";

/** How often ages on the screen move on, milliseconds. */
const TICK_MS = 500;

/** The server's close code for a session that has ended. */
const SESSION_ENDED = 1008;

const openWire = (since: number): Wire => {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const wire = new WebSocket(`${scheme}://${location.host}/api/v1/live?since=${since}`);
  wire.binaryType = "arraybuffer";
  return wire as Wire;
};

class Room {
  /** undefined: not known yet; null: nobody is logged in. */
  session = $state.raw<Session | null | undefined>(undefined);
  look = $state.raw<Lookup | null>(null);
  picture = $state.raw<Picture | null>(null);
  link = $state<LinkState>("connecting");
  /** The mine's time now, going on by itself; 0 before the server said one. */
  now = $state<Micros>(0);
  /** Milliseconds since anything was heard from the server. */
  quiet = $state(0);
  silenced = $state(0);
  /** What the log-in form says above itself. */
  notice = $state("");

  /** How far this PC's clock is ahead of the mine's, where that is worth a word. */
  pcAhead = $state<Micros>(0);

  #clock = new MineClock();
  #pc = new PcClock();
  #heard = 0;
  #silence = new Silence();
  #connection = new Connection(openWire, {
    picture: (picture) => this.#take(picture),
    bytes: (picture, data) => {
      if (!this.look) throw new Gap("the mine is not known yet");
      return walk(picture, this.look, data);
    },
    state: (state) => (this.link = state),
    closed: (code) => this.#closed(code),
  });

  async start(): Promise<void> {
    setInterval(() => this.#tick(), TICK_MS);
    await this.#learnSession();
  }

  async logIn(user: string, password: string): Promise<void> {
    await this.#enter(await rest.logIn(user, password));
  }

  async logOut(): Promise<void> {
    await rest.logOut();
    this.#leave();
  }

  /** Every session has ended: whoever chose a password logs in by it. */
  passwordChanged(notice: string): void {
    this.notice = notice;
    this.#leave();
  }

  silence(): void {
    if (!this.picture) return;
    this.#silence.begin(this.picture, performance.now());
    this.#tick();
  }

  retry(): void {
    if (this.session) this.#connection.start();
    else void this.#learnSession();
  }

  async #learnSession(): Promise<void> {
    try {
      const session = await rest.session();
      if (session) await this.#enter(session);
      else this.#leave();
    } catch (trouble) {
      if (!(trouble instanceof rest.Refused)) throw trouble;
      this.link = "lost";
      setTimeout(() => void this.#learnSession(), 2000);
    }
  }

  async #enter(session: Session): Promise<void> {
    this.notice = "";
    if (session.must_change) {
      this.session = session;
      return;
    }
    this.#adopt(await rest.mine());
    this.session = session;
    this.#connection.start();
  }

  #leave(): void {
    this.#connection.stop();
    this.session = null;
    this.picture = null;
    siren.play(null);
  }

  /**
   * The session is over without anybody having left. While people are being evacuated the display
   * stays as it stood, and says so; whoever acts logs in first, and it goes on from there.
   */
  #over(): void {
    if (!this.picture?.orders.some(isOpen)) {
      this.#leave();
      return;
    }
    this.#connection.stop();
    [this.session, this.link] = [null, "lost"];
  }

  #take(picture: Picture): void {
    const restarted = this.picture !== null && picture.epoch !== this.picture.epoch;
    this.#heard = performance.now();
    if (picture.now !== this.picture?.now) this.#hearTime(picture.now, picture.n === 1);
    this.picture = picture;
    this.#tick();
    if (restarted) void this.#learnMine();
  }

  #hearTime(now: Micros, first: boolean): void {
    this.#clock.hear(now, this.#heard, first);
    this.#pc.hear(now, Date.now());
    this.pcAhead = this.#clock.realTime ? this.#pc.ahead : 0;
  }

  /** A restarted server may run another revision. */
  async #learnMine(): Promise<void> {
    const mine = await rest.mine();
    if (mine.revision !== this.look?.mine.revision) this.#adopt(mine);
  }

  #adopt(mine: Mine): void {
    this.look = new Lookup(mine);
    keep(mine);
  }

  #closed(code: number): void {
    if (code === SESSION_ENDED) this.#over();
    else if (code === 1006 && this.quiet > 2000) void this.#checkSession();
  }

  /** A handshake the server refuses tells a page no reason: ask whether it was the session. */
  async #checkSession(): Promise<void> {
    try {
      if ((await rest.session()) === null) this.#over();
    } catch (trouble) {
      if (!(trouble instanceof rest.Refused)) throw trouble;
    }
  }

  #tick(): void {
    const local = performance.now();
    this.now = this.#clock.at(local);
    this.quiet = this.#heard ? local - this.#heard : 0;
    if (!this.picture) return;
    this.silenced = this.#silence.left(this.picture, local);
    siren.play(this.silenced ? null : toneOf(this.picture));
  }
}

export const room = new Room();
