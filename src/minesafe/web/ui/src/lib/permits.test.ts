import { expect, test } from "vitest";
import { inForce } from "./permits";
import type { Permit } from "./wire";

const permit = (more: Partial<Permit>): Permit => ({
  permit: "calibration:CH4#1", permit_kind: "calibration", source: "point", subject: "CH4",
  reason: "标校", asked_by: "P1", asked: 0, until: 100, confirmed_by: null, granted: true, ...more,
});

test("a calibration is shown until its end, by itself, and not a moment longer", () => {
  expect(inForce([permit({})], "CH4", 99)?.permit_kind).toBe("calibration");
  expect(inForce([permit({})], "CH4", 100)).toBeUndefined();
  expect(inForce([permit({})], "CO", 50)).toBeUndefined();
});

test("what waits for a second person is not in force", () => {
  expect(inForce([permit({ permit_kind: "out_of_service", granted: false })], "CH4", 5)).toBeUndefined();
});
