/** Words of the map. */

import type { mapZh } from "./map.zh";

export const mapEn: typeof mapZh = {
  label:
    "Plan of the mine: arrow keys move, plus and minus zoom, square brackets turn, 0 shows all, digits choose a level, slash searches",
  turnLeft: "Turn left",
  turnRight: "Turn right",
  devices: "Devices",
  legend: "Legend",
  searchHint: "Name, initials, card, point, zone, device (/)",
  nothing: "Nothing found",
  sort: { person: "Person", zone: "Zone", point: "Point", device: "Device" },
  search: "Search",
  follow: "Follow",
  unfollow: "Stop following",
  following: (name, ago) => `Following ${name} · seen ${ago}`,
  followingLost: (name, ago) => `Following ${name} · contact lost, at the last place of ${ago}`,
  followingGone: (name) => `${name} is no longer underground: nobody to follow`,
  downWind: { gas: "Down-wind: gas", fire: "Down-wind: smoke", water: "Water", air: "Ventilation" },
  of: (name) => `from ${name}`,
  blocked: (name) => `Blocked: ${name}`,
  coming: (n) => `${n} coming`,
  air: (hours) => `air ${hours}`,
  uninhabitable: "uninhabitable",
  well: "well",
};
