import { expect, test } from "vitest";
import { byPerson, endsAtAccepted } from "./receipts";
import type { Order, Receipt } from "./wire";

const receipt = (recipient: string, channel: string, step: number, status: string): Receipt => ({
  recipient,
  channel,
  status,
  step,
  at: 0,
  detail: "",
});

const order = (receipts: Receipt[]): Order =>
  ({ muster: [{ person: "P1" }], receipts }) as unknown as Order;

test("a person has one receipt by channel, the newest step's", () => {
  const found = byPerson(
    order([
      receipt("P1", "tag", 100, "failed"),
      receipt("P1", "tag", 0, "read"),
      receipt("P1", "sms", 0, "delivered"),
      receipt("HORN-1", "horn", 0, "delivered"),
    ]),
  );
  expect([...found.keys()]).toEqual(["P1"]);
  expect(found.get("P1")?.map((r) => [r.channel, r.status])).toEqual([
    ["tag", "failed"],
    ["sms", "delivered"],
  ]);
});

test("a chat that was accepted says that no more will be known", () => {
  expect(endsAtAccepted(receipt("P1", "chat", 0, "accepted"))).toBe(true);
  expect(endsAtAccepted(receipt("P1", "sms", 0, "accepted"))).toBe(false);
  expect(endsAtAccepted(receipt("P1", "chat", 0, "failed"))).toBe(false);
});
