/** What to do about an alarm (处置提示): its own rule says it first, then its point, then the zone. */

import type { Lookup } from "./lookup";
import type { Alarm, Logic, Words, Zone } from "./wire";

/** The rule about several points whose alarm it is; null of any other alarm. */
export const ruleOf = (look: Lookup, alarm: Alarm): Logic | null =>
  look.logic.get(alarm.rule ?? "") ?? null;

/** In both languages; null where the mine gives none. */
export const told = (look: Lookup, alarm: Alarm): Words | null =>
  ruleOf(look, alarm)?.guidance ??
  look.point.get(alarm.subject)?.guidance ??
  zoneGuidance(look, alarm.zones);

/** Of the narrowest zone that says something: what a face says is nearer than what the mine says. */
function zoneGuidance(look: Lookup, zones: readonly string[]): Words | null {
  const found = zones.flatMap((z) => look.zone.get(z) ?? []);
  const wide = (z: Zone) => Number(z.kind === "mine" || z.kind === "district");
  found.sort((a, b) => wide(a) - wide(b));
  return found.find((z) => z.guidance)?.guidance ?? null;
}
