/** A moment of the past on this screen: sought, played on, left. Nothing of it is live. */

import { fold, type Picture } from "../live/picture";
import { Lookup } from "../lookup";
import * as rest from "../rest-later";
import { SECOND, type Mark, type Micros, type Recorded } from "../wire";
import { linesOf } from "./lines";
import { markFrom } from "./when";

/** Stands for every reason that is not of this list: the server's refusal, by its code. */
export type Trouble = string;

/** Dots of the time line: marks are told apart as far as a screen can show. */
const DOTS = 600;

/** Milliseconds until a history that could not be read is asked again. */
const AGAIN_MS = 2_000;

export class Tape {
  /** Where it stands. */
  at = $state<Micros>(0);
  picture = $state.raw<Picture | null>(null);
  /** The mine as it was laid out then. */
  look = $state.raw<Lookup | null>(null);
  /** When something was heard last by then; null: nothing was. */
  heard = $state<Micros | null>(null);
  lacking = $state("");
  playing = $state(false);
  speed = $state(1);
  loading = $state(false);
  trouble = $state<Trouble>("");
  recorded = $state.raw<Recorded | null>(null);

  #wanted: Micros | null = null;
  #seeking = false;
  #stop: AbortController | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;

  /** Go to a moment. While it is read further ones are only remembered: the newest is read next. */
  async seek(at: Micros): Promise<void> {
    const goesOn = this.playing;
    this.pause();
    clearTimeout(this.#again);
    this.at = this.#wanted = Math.max(0, Math.round(at));
    if (this.#seeking) return;
    this.#seeking = this.loading = true;
    try {
      while (this.#wanted !== null) await this.#read(this.#wanted);
      if (goesOn) void this.play();
    } catch (trouble) {
      this.#say(trouble);
      this.#tryAgain();
    } finally {
      this.#seeking = this.loading = false;
    }
  }

  /** A database that is still starting, or away, is asked until it answers. */
  #tryAgain(): void {
    if (this.trouble !== "history_unavailable" && this.trouble !== "no_server") return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.seek(this.at), AGAIN_MS);
  }

  /** Nobody looks any more. */
  leave(): void {
    clearTimeout(this.#again);
    this.pause();
  }

  async #read(at: Micros): Promise<void> {
    this.#wanted = null;
    const moment = await rest.replay(at);
    if (moment.revision !== this.look?.mine.revision)
      this.look = new Lookup(await rest.replayMine(at));
    this.picture = fold(null, { kind: "snapshot", n: 1, snapshot: moment.snapshot });
    this.heard = moment.heard;
    this.lacking = moment.lacking;
    this.trouble = "";
  }

  /** Learn what happened between two times. */
  async learn(start: Micros, end: Micros): Promise<void> {
    try {
      this.recorded = await rest.replayRecorded(Math.round(start), Math.round(end), DOTS);
    } catch (trouble) {
      this.#say(trouble);
    }
  }

  async play(): Promise<void> {
    this.#stop?.abort();
    const stop = (this.#stop = new AbortController());
    this.playing = true;
    this.trouble = "";
    try {
      const ended = await this.#follow(await rest.replayPlay(this.at, this.speed, stop.signal));
      if (this.#stop === stop && ended === "other_revision") return void (await this.#jump());
      if (this.#stop === stop) this.trouble = ended;
    } catch (trouble) {
      if (!stop.signal.aborted) this.#say(trouble);
    } finally {
      if (this.#stop === stop) this.pause();
    }
  }

  /** Fold what comes; why it ended. */
  async #follow(body: ReadableStream<Uint8Array>): Promise<string> {
    let picture: Picture | null = null;
    for await (const line of linesOf(body)) {
      if (line.kind === "end") return line.code;
      this.picture = picture = fold(picture, line);
      this.at = Math.max(this.at, picture.now);
      if (line.kind === "readings") this.heard = line.now;
    }
    return "history_unavailable";
  }

  /** Another revision came into force: its rows are others. */
  async #jump(): Promise<void> {
    await this.seek(this.at + 2 * SECOND);
  }

  pause(): void {
    this.playing = false;
    this.#stop?.abort();
    this.#stop = null;
  }

  turn(): void {
    if (this.playing) this.pause();
    else void this.play();
  }

  pace(speed: number): void {
    this.speed = speed;
    if (this.playing) void this.play();
  }

  /** The alarm before or after, on this line or beyond it; where there is none, nothing. */
  async toMark(way: -1 | 1): Promise<void> {
    const mark = markFrom(this.recorded?.marks ?? [], this.at, way) ?? (await this.#farMark(way));
    if (mark) await this.seek(mark.at);
  }

  async #farMark(way: -1 | 1): Promise<Mark | null> {
    const { first, last } = this.recorded ?? {};
    if (first == null || last == null) return null;
    const [start, end] = way < 0 ? [first, this.at] : [this.at, last];
    try {
      const found = await rest.replayRecorded(start, Math.max(start, end) + SECOND, DOTS);
      return markFrom(found.marks, this.at, way);
    } catch (trouble) {
      this.#say(trouble);
      return null;
    }
  }

  #say(trouble: unknown): void {
    if (!(trouble instanceof rest.Refused)) throw trouble;
    this.trouble = trouble.code;
  }
}
