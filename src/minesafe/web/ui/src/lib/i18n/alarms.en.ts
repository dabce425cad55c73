/** Words about handling alarms: shelves, permits, records, measures. */

import type { Widened } from "./speech.svelte";
import type { alarmsZh } from "./alarms.zh";

export const alarmsEn: Widened<typeof alarmsZh> = {
  flood: "Flood: ten or more new alarms in ten minutes, grouped by their root",
  behind: (n) => `${n} behind it`,
  why: { explained: "suppressed by design", device_lost: "device lost", carried: "from a stopped fan" },
  aside: "Shelved, suppressed, out of service",
  noneAside: "Nothing is shelved, suppressed or out of service",

  unshelve: "Take off the shelf",
  reason: "Reason (required)",
  until: (at) => `until ${at}`,
  shelvedBy: (who) => `shelved by ${who}`,
  explainedBy: (what) => `because of: ${what}`,
  ordersNothing: "under a permit: orders nothing",
  from: (origin) => `from: ${origin}`,
  permitKind: { calibration: "Calibration", out_of_service: "Out of service" },
};
