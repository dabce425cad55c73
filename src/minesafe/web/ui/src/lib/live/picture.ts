/** What this page knows, folded from the live wire's messages. Pure: a picture is never changed. */

import type {
  Alarm,
  AlarmGroup,
  Blocked,
  Count,
  Duty,
  Finding,
  Impact,
  Leg,
  LiveMessage,
  Micros,
  Nightly,
  Order,
  Permit,
  Place,
  Reckoning,
  Refuge,
  Snapshot,
  SystemState,
  Value,
} from "../wire";
import { RANK } from "../wire";

export interface Picture {
  /** Number of the newest message on this connection. */
  readonly n: number;
  readonly position: number;
  readonly epoch: number;
  /** The mine's time when the server sent the newest timed message. */
  readonly now: Micros;
  readonly values: ReadonlyMap<string, Value>;
  readonly places: ReadonlyMap<string, Place>;
  readonly counts: ReadonlyMap<string, Count>;
  /** Worst first, then newest first. */
  readonly alarms: readonly Alarm[];
  /** Open ones first, newest first within each. */
  readonly orders: readonly Order[];
  readonly findings: readonly Finding[];
  readonly duty: Duty;
  readonly systems: readonly SystemState[];
  readonly permits: readonly Permit[];
  /** Ten or more new alarms in ten minutes. */
  readonly flood: boolean;
  readonly groups: readonly AlarmGroup[];
  /** The one to be reached first at the head. */
  readonly refuges: readonly Refuge[];
  readonly blocked: readonly Blocked[];
  /** Where the air carries each danger. */
  readonly impacts: readonly Impact[];
  /** The roadways on which people of open evacuations walk. */
  readonly legs: readonly Leg[];
  readonly reckoned: readonly Reckoning[];
  /** The newest nightly test; null where there has been none. */
  readonly nightly: Nightly | null;
  readonly underground: number;
  /** Why no alarm can be raised now, as codes; empty while one can. Told with each beat. */
  readonly cannot: readonly string[];
}

/** A message is missing, or the first is no snapshot: only a new connection tells the truth. */
export class Gap extends Error {}

/**
 * The picture after one more message.
 *
 * @throws Gap when the message numbers are not 1, 2, 3, … from a snapshot on.
 */
export function fold(picture: Picture | null, message: LiveMessage): Picture {
  if (message.kind === "snapshot") {
    if (picture ? message.n !== picture.n + 1 : message.n !== 1) throw new Gap("snapshot number");
    return fromSnapshot(message.snapshot, message.n);
  }
  if (!picture) throw new Gap("no snapshot yet");
  if (message.n !== picture.n + 1) throw new Gap(`message ${message.n} after ${picture.n}`);
  return { ...picture, n: message.n, ...changes(picture, message) };
}

type Change = Exclude<LiveMessage, { kind: "snapshot" }>;

function changes(picture: Picture, message: Change): Partial<Picture> {
  switch (message.kind) {
    case "beat":
      return { now: message.now, position: message.position, cannot: message.cannot };
    case "readings":
      return {
        now: message.now,
        underground: message.underground,
        values: merged(picture.values, message.values, (v) => v.point),
        places: withPlaces(picture.places, message.places),
        counts: merged(picture.counts, message.counts, (c) => c.zone),
      };
    case "alarms":
      return { position: message.position, alarms: withAlarms(picture.alarms, message.alarms) };
    case "orders":
      return { position: message.position, orders: withOrders(picture.orders, message.orders) };
    case "state": {
      const { position, findings, duty, systems, permits, flood, groups } = message;
      const { refuges, blocked, impacts, legs, reckoned, nightly } = message;
      return {
        position, findings, duty, systems, permits, flood, groups, refuges, blocked, impacts,
        legs, reckoned, nightly,
      };
    }
  }
}

function fromSnapshot(s: Snapshot, n: number): Picture {
  return {
    n,
    position: s.position,
    epoch: s.epoch,
    now: s.now,
    values: merged(new Map(), s.values, (v) => v.point),
    places: merged(new Map(), s.places, (p) => p.person),
    counts: merged(new Map(), s.counts, (c) => c.zone),
    alarms: withAlarms([], s.alarms),
    orders: withOrders([], s.orders),
    findings: s.findings,
    duty: s.duty,
    systems: s.systems,
    permits: s.permits,
    flood: s.flood,
    groups: s.groups,
    refuges: s.refuges,
    blocked: s.blocked,
    impacts: s.impacts,
    legs: s.legs,
    reckoned: s.reckoned,
    nightly: s.nightly,
    underground: s.underground,
    cannot: [],
  };
}

function merged<T>(
  old: ReadonlyMap<string, T>,
  changed: readonly T[],
  key: (item: T) => string,
): ReadonlyMap<string, T> {
  if (!changed.length) return old;
  const next = new Map(old);
  for (const item of changed) next.set(key(item), item);
  return next;
}

/** Who has gone out is told once, to be taken off the map. */
function withPlaces(
  old: ReadonlyMap<string, Place>,
  changed: readonly Place[],
): ReadonlyMap<string, Place> {
  if (!changed.length) return old;
  const next = new Map(old);
  for (const place of changed) {
    if (place.out) next.delete(place.person);
    else next.set(place.person, place);
  }
  return next;
}

function withAlarms(old: readonly Alarm[], changed: readonly Alarm[]): readonly Alarm[] {
  const byEpisode = new Map(old.map((a) => [a.episode, a]));
  for (const alarm of changed) {
    if (alarm.state === "normal") byEpisode.delete(alarm.episode);
    else byEpisode.set(alarm.episode, alarm);
  }
  return [...byEpisode.values()].sort(
    (a, b) => RANK[a.severity] - RANK[b.severity] || b.began - a.began,
  );
}

function withOrders(old: readonly Order[], changed: readonly Order[]): readonly Order[] {
  const byId = new Map(old.map((o) => [o.order, o]));
  for (const order of changed) byId.set(order.order, order);
  return [...byId.values()].sort(
    (a, b) => Number(a.closed !== null) - Number(b.closed !== null) || b.issued - a.issued,
  );
}

/** Nobody has said yet that he saw it. */
export const unacknowledged = (alarm: Alarm): boolean =>
  alarm.state === "unacked" || alarm.state === "returned_unacked";

export const isOpen = (order: Order): boolean => order.closed === null;
