import { expect, test } from "vitest";
import { alarm } from "../testing";
import { lines } from "./alarms";

const root = alarm("link_down:S1#1", "III");
const member = alarm("health:P1#1", "III");
const other = alarm("high:P2#1", "I", { state: "acked" });
const group = { root: root.episode, why: "device_lost", members: [member.episode] };

test("members stand behind their root, and none is lost", () => {
  const list = lines([other, root, member], [group]);
  expect(list.map((l) => l.alarm.episode)).toEqual([root.episode, other.episode]);
  expect(list[0]!.behind).toEqual([member]);
  expect(list[0]!.why).toBe("device_lost");
});

test("a group whose root has gone hides nobody", () => {
  expect(lines([member], [group]).map((l) => l.alarm)).toEqual([member]);
});

test("what is put aside is not among what stands", () => {
  const shelved = alarm("high:P3#1", "III", { state: "shelved" });
  expect(lines([shelved, root], [])).toHaveLength(1);
});

test("what is suppressed stands behind the one that explains it", () => {
  const hidden = alarm("health:P1#1", "III", { state: "suppressed", root: root.episode });
  const explained = { root: root.episode, why: "explained", members: [hidden.episode] };
  expect(lines([root, hidden], [explained])[0]!.behind).toEqual([hidden]);
});
