import { expect, test } from "vitest";
import { order } from "../testing";
import { momentsOf } from "./timeline";

test("an order is told in the order things happened, and what has not happened is left out", () => {
  const told = (channel: string, at: number, status: string) => ({
    channel, at, status, recipient: "P01", detail: "", step: 1,
  });
  const moments = momentsOf(
    order("o1", {
      issued: 10,
      steps: [
        { step: 1, due: 10, taken: 11, current: true, duties: ["leader"], asked: [["leader", "P01"]] },
        { step: 2, due: 70, taken: null, current: true, duties: ["mine_head"], asked: [] },
      ],
      receipts: [told("sms", 12, "delivered"), told("sms", 15, "failed"), told("horn", 13, "delivered")],
      acknowledged_by: "P01",
      acknowledged_at: 14,
      signatures: [{ by: "P01", role: "leader", at: 90, override: "" }],
      closed: 95,
    }),
  );
  expect(moments.map((m) => [m.at, m.what])).toEqual([
    [10, "issued"], [11, "asked"], [13, "told"], [14, "acknowledged"], [15, "told"], [90, "signed"], [95, "closed"],
  ]);
  expect(moments[4]).toEqual({ at: 15, what: "told", channel: "sms", people: 2, failed: 1 });
});
