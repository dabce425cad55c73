import { expect, test } from "vitest";
import { apply, axonometric, panned, PLAN, planTurned, zoomed } from "./matrix";
import { moved } from "./still";

test.each([["plan", PLAN], ["axonometric", axonometric(28, 34, 3)]] as const)(
  "a copy of the %s lies where every place is after a pan and a zoom",
  (_, from) => {
    const to = panned(zoomed(from, 1.7, 200, 90), 33, -12);
    const how = moved(from, to)!;
    const [px, py] = apply(from, 321, 234, -300);
    expect([how.k * px + how.x, how.k * py + how.y]).toEqual(
      apply(to, 321, 234, -300).map((v) => expect.closeTo(v)),
    );
  },
);

test("of a turned or tilted view there is no copy", () => {
  expect(moved(PLAN, planTurned(5))).toBeNull();
  expect(moved(PLAN, axonometric(0, 60, 3))).toBeNull();
});
