import { expect, test } from "vitest";
import type { Mark } from "../wire";
import { markFrom, momentOf, whenOf } from "./when";

const AT = Date.UTC(2026, 10, 26, 22, 10, 7) * 1000;

test("a moment is written and read in the mine's own zone", () => {
  expect(whenOf(AT, "Asia/Shanghai")).toBe("2026-11-27 06:10:07");
  expect(momentOf("2026-11-27 06:10:07", "Asia/Shanghai", 0)).toBe(AT);
  expect(momentOf(" 06:10 ", "Asia/Shanghai", AT)).toBe(AT - 7e6);
  expect(momentOf(whenOf(AT, "America/Lima"), "America/Lima", 0)).toBe(AT);
  expect(momentOf("", "Asia/Shanghai", AT)).toBeNull();
  expect(momentOf("yesterday", "Asia/Shanghai", AT)).toBeNull();
});

test("where clocks are changed each wall time there is means itself", () => {
  for (let hour = 0; hour < 48; hour++) {
    const at = Date.UTC(2026, 2, 28, hour) * 1000;
    expect(momentOf(whenOf(at, "Europe/Warsaw"), "Europe/Warsaw", at)).toBe(at);
  }
});

test("from a moment the mark before and the mark after are found, not the one it stands on", () => {
  const marks: Mark[] = [1, 5, 9].map((s) => ({ at: s * 1e6, severity: "II", order: false }));
  expect(markFrom(marks, 5e6, 1)?.at).toBe(9e6);
  expect(markFrom(marks, 5e6, -1)?.at).toBe(1e6);
  expect(markFrom(marks, 9e6, 1)).toBeNull();
});
