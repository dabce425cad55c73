/** How the list of alarms is read: who waits first, what is put aside, what stands behind another. */

import type { Target } from "./map/scene";
import type { Alarm, AlarmGroup } from "./wire";
import { unacknowledged } from "./live/picture";

/** Where it is on the map; null of what is no place. */
export function targetOf(alarm: Alarm): Target | null {
  if (alarm.source === "finding" || alarm.source === "reader") return null;
  return { type: alarm.source, id: alarm.subject };
}

const ASIDE = new Set<Alarm["state"]>(["shelved", "suppressed", "out_of_service"]);

/** Shelved, suppressed by design or out of service: listed apart, without sound. */
export const isAside = (alarm: Alarm): boolean => ASIDE.has(alarm.state);

/** A line of the list, and what is folded behind it. */
export interface Line {
  readonly alarm: Alarm;
  readonly why: AlarmGroup["why"] | null;
  readonly behind: readonly Alarm[];
}

/** What stands, the unacknowledged first; members of a group behind their root, none left out. */
export function lines(alarms: readonly Alarm[], groups: readonly AlarmGroup[]): Line[] {
  const standing = alarms.filter((a) => !isAside(a));
  const there = new Map(alarms.map((a) => [a.episode, a]));
  const shown = new Set(standing.map((a) => a.episode));
  const groupOf = new Map(groups.filter((g) => shown.has(g.root)).map((g) => [g.root, g]));
  const hidden = new Set([...groupOf.values()].flatMap((g) => g.members));
  return standing
    .filter((a) => !hidden.has(a.episode))
    .sort((a, b) => Number(unacknowledged(b)) - Number(unacknowledged(a)))
    .map((alarm) => {
      const group = groupOf.get(alarm.episode);
      const behind = (group?.members ?? []).flatMap((e) => there.get(e) ?? []);
      return { alarm, why: group?.why ?? null, behind };
    });
}
