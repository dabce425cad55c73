/** What happened in an order and when, as far as its page knows: also while the server is away. Pure. */

import type { Micros, Order, Role } from "./wire";

/** A moment of an order; the page has the words. */
export type Moment =
  | { readonly at: Micros; readonly what: "issued" }
  | { readonly at: Micros; readonly what: "asked"; readonly posts: readonly string[]; readonly who: readonly string[] }
  | { readonly at: Micros; readonly what: "acknowledged"; readonly who: string }
  | { readonly at: Micros; readonly what: "told"; readonly channel: string; readonly people: number; readonly failed: number }
  | { readonly at: Micros; readonly what: "signed"; readonly who: string; readonly role: Role; readonly override: string }
  | { readonly at: Micros; readonly what: "closed" };

/** In the order they happened. */
export function momentsOf(order: Order): Moment[] {
  const moments: Moment[] = [
    { at: order.issued, what: "issued" },
    ...order.steps.flatMap((step): Moment[] =>
      step.taken === null
        ? []
        : [{ at: step.taken, what: "asked", posts: step.duties, who: step.asked.map(([, who]) => who) }],
    ),
    ...toldOf(order),
    ...order.signatures.map(({ at, by, role, override }): Moment => ({ at, what: "signed", who: by, role, override })),
  ];
  if (order.acknowledged_by !== null && order.acknowledged_at !== null)
    moments.push({ at: order.acknowledged_at, what: "acknowledged", who: order.acknowledged_by });
  if (order.closed !== null) moments.push({ at: order.closed, what: "closed" });
  return moments.sort((a, b) => a.at - b.at);
}

/** Each channel once: when the last word of it came, to how many, and how many it did not reach. */
function toldOf(order: Order): Moment[] {
  const channels = new Map<string, { at: Micros; people: number; failed: number }>();
  for (const { channel, at, status } of order.receipts) {
    const one = channels.get(channel) ?? { at: 0, people: 0, failed: 0 };
    const failed = one.failed + Number(status === "failed");
    channels.set(channel, { at: Math.max(one.at, at), people: one.people + 1, failed });
  }
  return [...channels].map(([channel, one]): Moment => ({ what: "told", channel, ...one }));
}
