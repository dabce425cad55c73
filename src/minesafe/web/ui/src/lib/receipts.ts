import type { Order, Receipt } from "./wire";

/** How far a message has come, at a glance. */
export const MARK: Record<string, string> = {
  sending: "…",
  accepted: "→",
  delivered: "✓",
  read: "✓✓",
  failed: "✗",
};

const WITHOUT_RECEIPTS = ["mail", "chat", "console"];

/** Whether this is all that will ever be known of the message. */
export const endsAtAccepted = (receipt: Receipt): boolean =>
  receipt.status === "accepted" && WITHOUT_RECEIPTS.includes(receipt.channel);

/** Of each person the newest receipt by each channel; devices and zones have none here. */
export function byPerson(order: Order): Map<string, Receipt[]> {
  const people = new Set(order.muster.map((row) => row.person));
  const newest = new Map<string, Map<string, Receipt>>();
  for (const receipt of order.receipts) {
    if (!people.has(receipt.recipient)) continue;
    const channels = newest.get(receipt.recipient) ?? new Map<string, Receipt>();
    const known = channels.get(receipt.channel);
    if (!known || known.step <= receipt.step) channels.set(receipt.channel, receipt);
    newest.set(receipt.recipient, channels);
  }
  return new Map([...newest].map(([person, channels]) => [person, [...channels.values()]]));
}
