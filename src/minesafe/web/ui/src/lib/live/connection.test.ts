import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { snapshot } from "../../testing";
import { Connection, retryAfter, SILENCE_MS, type LinkState, type Wire } from "./connection";

class PaperWire implements Wire {
  onmessage: Wire["onmessage"] = null;
  onclose: Wire["onclose"] = null;
  closed = false;

  constructor(readonly since: number) {}

  close(): void {
    this.closed = true;
  }

  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

function room() {
  const wires: PaperWire[] = [];
  const states: LinkState[] = [];
  let pictures = 0;
  const connection = new Connection(
    (since) => {
      const wire = new PaperWire(since);
      wires.push(wire);
      return wire;
    },
    {
      picture: () => void pictures++,
      bytes: (picture) => ({ ...picture!, n: picture!.n + 1 }),
      state: (state) => void (states.at(-1) !== state && states.push(state)),
      closed: () => undefined,
    },
    () => 0,
  );
  connection.start();
  return { connection, wires, states, pictures: () => pictures, last: () => wires.at(-1)! };
}

const SNAPSHOT = { kind: "snapshot", n: 1, snapshot: snapshot() };
const beat = (n: number) => ({ kind: "beat", n, now: n, position: 7, cannot: [] });

describe("the live wire", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("is live from its snapshot on, and lost after three missed beats", () => {
    const { states, last } = room();
    last().say(SNAPSHOT);
    vi.advanceTimersByTime(SILENCE_MS - 1);
    expect(states).toEqual(["connecting", "live"]);
    vi.advanceTimersByTime(1);
    expect(states).toEqual(["connecting", "live", "lost"]);
  });

  test("beats keep it live", () => {
    const { states, last } = room();
    last().say(SNAPSHOT);
    for (let n = 2; n < 20; n++) {
      vi.advanceTimersByTime(1000);
      last().say(beat(n));
    }
    expect(states).toEqual(["connecting", "live"]);
  });

  test("a gap in the numbers starts a new connection at once, and the picture comes again", () => {
    const { wires, last } = room();
    last().say(SNAPSHOT);
    last().say(beat(3));
    expect(wires[0]?.closed).toBe(true);
    vi.advanceTimersByTime(500);
    expect(wires).toHaveLength(2);
    last().say(SNAPSHOT);
    last().say(beat(2));
    expect(wires).toHaveLength(2);
  });

  test("garbage starts a new connection", () => {
    const { wires } = room();
    wires[0]?.onmessage?.({ data: "{" });
    vi.advanceTimersByTime(500);
    expect(wires).toHaveLength(2);
  });

  test("a server that refuses every try is lost after three seconds, not after the last try", () => {
    const { states, last } = room();
    last().say(SNAPSHOT);
    for (let passed = 0; passed < SILENCE_MS; passed += 100) {
      last().onclose?.({ code: 1006 });
      vi.advanceTimersByTime(100);
    }
    expect(states.at(-1)).toBe("lost");
  });

  test("a silent connection is given up and tried anew", () => {
    const { wires, last } = room();
    last().say(SNAPSHOT);
    vi.advanceTimersByTime(SILENCE_MS + 500);
    expect(wires).toHaveLength(2);
    expect(wires[0]?.closed).toBe(true);
  });

  test("a tab hidden for an hour: its timers slept, it says lost at once, and comes back with a whole picture", () => {
    const { states, wires, last } = room();
    last().say(SNAPSHOT);
    last().say(beat(2));
    // A browser that froze the page runs its overdue timers first, all at one moment.
    vi.advanceTimersByTime(3_600_000);
    expect(states).toEqual(["connecting", "live", "lost"]);
    expect(wires.slice(0, -1).every((wire) => wire.closed)).toBe(true);
    while (last().closed) vi.advanceTimersByTime(500);
    last().say({ kind: "snapshot", n: 1, snapshot: snapshot({ now: 3_600_000_000 }) });
    expect(states.at(-1)).toBe("live");
  });

  test("what waited on the wire of a hidden tab is taken in its order and is no gap", () => {
    const { states, wires, last } = room();
    last().say(SNAPSHOT);
    vi.setSystemTime(Date.now() + 3_600_000); // an hour passed and no timer of ours ran
    for (let n = 2; n < 3602; n++) last().say(beat(n));
    expect(wires).toHaveLength(1);
    expect(states).toEqual(["connecting", "live"]);
  });

  test("after stop nothing is tried again", () => {
    const { connection, wires, last } = room();
    last().say(SNAPSHOT);
    connection.stop();
    vi.advanceTimersByTime(60_000);
    expect(wires).toHaveLength(1);
  });

  test("tries come 0.5 s apart at first and 5 s at most, half of it by chance", () => {
    expect([0, 1, 2, 3, 4, 9].map((n) => retryAfter(n, 1))).toEqual([
      500, 1000, 2000, 4000, 5000, 5000,
    ]);
    expect(retryAfter(9, 0)).toBe(2500);
    expect(retryAfter(0, 0)).toBe(500);
  });
});
