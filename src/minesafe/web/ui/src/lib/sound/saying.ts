/**
 * What the voice says, in which order and when again: decided here, spoken by `voice`. Pure.
 *
 * As the annunciator of Phoebus: what is new at once, three alarms and then "N more", and all of it
 * again with the tone until somebody has it. An order goes before every alarm.
 */

import { isOpen, unacknowledged, type Picture } from "../live/picture";
import { RANK, type Alarm, type Order } from "../wire";

/** So many alarms are spoken; the others are a number. */
export const SPOKEN = 3;

/** What nobody has acknowledged is said again this long after the last word, milliseconds. */
export const AGAIN_MS = 20_000;

/** What is new and not urgent waits this long after the last word: a flood is not one long speech. */
export const PAUSE_MS = 4_000;

/** Trouble of the system itself: nothing said after it can be relied on. */
export type Trouble = "lost" | "cannot";

interface Said {
  /** What makes it another thing to say: an alarm that got worse, a stop that became a flight. */
  readonly key: string;
}

export type Item = Said &
  (
    | { readonly kind: "trouble"; readonly trouble: Trouble }
    | { readonly kind: "order"; readonly order: Order }
    | { readonly kind: "alarm"; readonly alarm: Alarm }
  );

export interface Announcement {
  readonly items: readonly Item[];
  /** Alarms that wait besides those spoken. */
  readonly more: number;
  /** Whatever is being said is broken off for it. */
  readonly breaksOff: boolean;
}

/** Everything that waits to be acknowledged and sounds, in the order in which it is said. */
export function waiting(picture: Picture, trouble: Trouble | null): Item[] {
  const orders = picture.orders.filter((o) => isOpen(o) && o.acknowledged_by === null);
  const alarms = picture.alarms.filter((a) => unacknowledged(a) && a.severity !== "IV");
  return [
    ...(trouble ? [{ key: trouble, kind: "trouble" as const, trouble }] : []),
    ...orders
      .sort((a, b) => graver(a) - graver(b) || b.issued - a.issued)
      .map((order) => ({ key: `${order.order} ${order.order_kind}`, kind: "order" as const, order })),
    ...alarms
      .sort((a, b) => RANK[a.severity] - RANK[b.severity] || b.began - a.began)
      .map((alarm) => ({ key: `${alarm.episode} ${alarm.severity}`, kind: "alarm" as const, alarm })),
  ];
}

const graver = (order: Order): number => (order.order_kind === "evacuate" ? 0 : 1);

const urgent = (item: Item): boolean => item.kind !== "alarm" || item.alarm.severity === "I";

/** Remembers what was said, and says what is to be said now. */
export class Announcer {
  #told = new Set<string>();
  #quietSince = Number.NEGATIVE_INFINITY;

  /**
   * What is to be said at `nowMs`, or null.
   *
   * @param speaking whether something is being said still.
   */
  next(items: readonly Item[], nowMs: number, speaking: boolean): Announcement | null {
    this.#told = new Set(items.map((item) => item.key).filter((key) => this.#told.has(key)));
    if (speaking) this.#quietSince = nowMs;
    const fresh = items.filter((item) => !this.#told.has(item.key));
    const breaksOff = fresh.some(urgent);
    if (!breaksOff && (speaking || nowMs - this.#quietSince < this.#pause(fresh))) return null;
    if (!items.length) return null;
    for (const item of items) this.#told.add(item.key);
    this.#quietSince = nowMs;
    return { ...chosen(fresh.length ? fresh : items, items), breaksOff };
  }

  #pause(fresh: readonly Item[]): number {
    return fresh.length ? PAUSE_MS : AGAIN_MS;
  }
}

/** All that is no alarm, and the first alarms. */
function chosen(say: readonly Item[], all: readonly Item[]): Omit<Announcement, "breaksOff"> {
  const alarms = say.filter((item) => item.kind === "alarm").slice(0, SPOKEN);
  const waits = all.filter((item) => item.kind === "alarm").length;
  return { items: [...say.filter((i) => i.kind !== "alarm"), ...alarms], more: waits - alarms.length };
}
