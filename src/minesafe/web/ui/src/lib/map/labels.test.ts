import { expect, test } from "vitest";
import { placeLabels, type LabelRequest } from "./labels";
import { overlaps } from "./matrix";

const screen = { x: 0, y: 0, w: 600, h: 400 };
const free = { marks: [], roads: [] };
const label = (key: string, x: number, y: number, more: Partial<LabelRequest> = {}) => ({
  key, at: [x, y] as const, w: 80, h: 18, gap: 10, priority: 40, must: false, ...more,
});

test("labels of neighbouring points do not cover each other", () => {
  const placed = placeLabels([1, 2, 3, 4, 5].map((i) => label(`p${i}`, 300 + i, 200)), free, screen);
  expect(placed).toHaveLength(5);
  for (const a of placed)
    for (const b of placed) if (a !== b) expect(overlaps(a, b)).toBe(false);
});

test("an alarm's label takes the best place, whoever asked first", () => {
  const placed = placeLabels(
    [label("calm", 300, 200), label("alarm", 300, 200, { priority: 0, must: true })],
    free,
    screen,
  );
  const alarm = placed.find((p) => p.key === "alarm")!;
  expect([alarm.x, alarm.y]).toEqual([310, 191]);
});

test("in a crowd calm labels are left out, alarms never", () => {
  const crowd = Array.from({ length: 60 }, (_, i) =>
    label(`p${i}`, 300, 200, i < 3 ? { priority: 0, must: true } : {}),
  );
  const placed = placeLabels(crowd, free, screen).map((p) => p.key);
  expect(placed).toEqual(expect.arrayContaining(["p0", "p1", "p2"]));
  expect(placed.length).toBeLessThan(60);
});

test("labels stay on the screen", () => {
  const [placed] = placeLabels([label("edge", 595, 200)], free, screen);
  expect(placed!.x + placed!.w).toBeLessThanOrEqual(600);
});

test("a label keeps its side while it can", () => {
  const sides = new Map<string, number>();
  const road = Array.from({ length: 4 }, (_, i) => [320 + 10 * i, 200] as const);
  const [first] = placeLabels([label("p", 300, 200)], { marks: [], roads: road }, screen, sides);
  const [second] = placeLabels([label("p", 300, 200)], free, screen, sides);
  expect(first!.x).toBeLessThan(300);
  expect(second!.x).toBe(first!.x);
});
