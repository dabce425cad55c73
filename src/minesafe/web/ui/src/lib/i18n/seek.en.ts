/** Words of finding people, and of a zone's page. */

import type { seekZh } from "./seek.zh";

export const seekEn: typeof seekZh = {
  hint: "Name, pinyin initials, card or crew",
  which: "Whom",
  only: { below: "Underground", missed: "Missed", all: "Everybody" },
  found: (n) => `${n} ${n === 1 ? "person" : "people"}`,
  others: (n) => `${n} more elsewhere`,
  nobody: "Nobody fits",
  notBelow: "not seen underground",
  seen: "Seen",
  tooMany: (n) => `${n} more are not listed: type a little more`,
  safety: "Way out",
  walk: (metres, minutes) => `${metres} m, about ${minutes} min on foot`,

  zone: "Zone",
  unknownZone: "There is no such zone",
  whoIsHere: "People in it",
  nobodyHere: "Nobody is seen in it",
  measured: "Points in it",
  noPoints: "No point measures in it",
  feeders: "Feeders",
  zoneKind: {
    mine: "the whole mine",
    district: "district",
    face: "coal face",
    heading: "heading",
    restricted: "restricted area",
    key: "key area",
    refuge: "refuge",
    portal: "portal",
  },
};
