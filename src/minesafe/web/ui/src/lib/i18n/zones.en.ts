/** Words of a zone's page, and of what is near for whoever must get away or be spoken to. */

import type { Widened } from "./speech.svelte";
import type { daysZh, nearZh, zonesZh } from "./zones.zh";

export const zonesEn: Widened<typeof zonesZh> = {
  day: "Head-count of 24 hours",
  curve: (name) => `${name}: head-count of 24 hours`,
  cap: (n) => `limit ${n}`,
  mostAt: (n, at) => `most: ${n}, at ${at}`,
  mayNot: "Your role may not see when people were where",
  since: "In since",
  overtime: "too long",
  rules: "Access",
  permitted: "Trades",
  everybody: "anybody",
  nobody: "nobody may enter",
  certificates: "Certificates",
  post: "Must be there",
  heads: "Limit",
  limits: (n, m) => `${n}, on a maintenance shift ${m}`,
  dwell: "At most",
  unbounded: "no bound",
  still: "Standing still",
  near: "Told when near",
  within: (m) => `within ${m} m`,
  help: "Refuge and telephones",
};

export const nearEn: Widened<typeof nearZh> = {
  here: "right here",
  none: "none near",
  refuges: "Refuges",
  air: (h) => `air for ${h} h`,
  telephones: "Telephones",
  speakers: "Loudspeakers",
  heard: "heard in this zone",
  supplies: "Air, water",
};

export const daysEn: Widened<typeof daysZh> = {
  down: "Went down",
  below: (span) => `${span} ago`,
  trail: "Way today",
  all: "The whole way",
  unknown: "not known",
  battery: "Tag's battery",
  lowBattery: "low",
  batteryWell: "has not said that it is low",
  noTag: "no tag",
  tagOnly: "The tag is called by orders only; ring a telephone near him.",
};
