import { expect, test } from "vitest";
import { Covered, placeLabels, type LabelRequest } from "./labels";
import { overlaps } from "./matrix";

const screen = { x: 0, y: 0, w: 600, h: 400 };
const free = { marks: [], roads: new Covered(screen) };
const label = (
  key: string, x: number, y: number, more: Partial<LabelRequest> = {},
): LabelRequest => ({
  key, at: [x, y] as const, w: 80, h: 18, gap: 10, priority: 40, must: false, calm: false, ...more,
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
  const [first] = placeLabels([label("p", 300, 200)], { marks: [], roads: new Covered(screen, road) }, screen, sides);
  const [second] = placeLabels([label("p", 300, 200)], free, screen, sides);
  expect(first!.x).toBeLessThan(300);
  expect(second!.x).toBe(first!.x);
});

test("what is calm stands beside its mark with room around it, or not at all", () => {
  const calm = (key: string, x: number) => label(key, x, 200, { calm: true });
  const placed = placeLabels([calm("a", 300), calm("b", 300), calm("c", 300)], free, screen);
  expect(placed.every((p) => !p.far)).toBe(true);
  for (const a of placed)
    for (const b of placed)
      if (a !== b)
        expect(overlaps({ x: a.x - 4, y: a.y - 4, w: a.w + 8, h: a.h + 8 }, b)).toBe(false);
  const crowd = Array.from({ length: 30 }, (_, i) => calm(`p${i}`, 300 + i));
  expect(placeLabels(crowd, free, screen).length).toBeLessThan(7);
});

test("a label does not lie on a roadway where there is room beside it", () => {
  const road = Array.from({ length: 60 }, (_, i) => [8 * i, 200] as const);
  const roads = new Covered(screen, road);
  const [placed] = placeLabels([label("p", 300, 200)], { marks: [], roads }, screen);
  expect(roads.count(placed!)).toBe(0);
  expect(roads.count({ x: 0, y: 196, w: 80, h: 8 })).toBeGreaterThan(8);
});
