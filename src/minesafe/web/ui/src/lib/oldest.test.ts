import { expect, test } from "vitest";
import { value } from "../testing";
import { oldestOf } from "./oldest";

test("the oldest value is the one nobody has renewed; what was never heard shows no number", () => {
  const values = [
    { ...value("CO-01", 3), sampled: 900 },
    { ...value("CH4-T2", 0.3), sampled: 40 },
    { ...value("NEW", null), sampled: 0 },
  ];
  expect(oldestOf(values)).toEqual({ point: "CH4-T2", sampled: 40 });
  expect(oldestOf([])).toBeNull();
});
