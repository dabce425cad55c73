/** Words of the page of alarms: permits, records, measures. */

import type { handlingZh } from "./handling.zh";
import type { Widened } from "./speech.svelte";

export const handlingEn: Widened<typeof handlingZh> = {
  listed: "Standing",

  permits: "Permits",
  noPermits: "No permit is open",
  confirm: "Confirm",
  confirmNote:
    "You stand for it as the second person: its alarms make no sound meanwhile and order no evacuation.",
  end: "Work is done",
  giveUp: "Not done",
  waits: "waits for a second person",
  valid: "in force",
  overrun: "overrun",
  askedBy: (who) => `asked by ${who}`,
  confirmedBy: (who) => `confirmed by ${who}`,

  records: "Handling records",
  noRecords: "No record is open",
  moreRecords: (n) => `${n} older ones are in the journal`,
  holds: "still active",
  over: (at) => `over at ${at}`,
  cause: "Cause",
  planned: "planned",
  unplanned: "not planned",
  measure: "Measure taken",
  bearer: "Who was with the card",
  bothThere: "both, each with his own",
  nobodyThere: "nobody: the card alone",
  notSaid: "not known yet",
  write: "Write",
  save: "Save",
  writtenBy: (who) => `written by ${who}`,
  close: "Close record",

  kpi: "Alarm measures (24 h)",
  heard: "Alarms",
  last10: "Last 10 min",
  mean10: "Mean per 10 min",
  peak10: "Peak per 10 min",
  flooded: "Time in flood",
  chattering: "Chattering",
  standing: "Standing over 24 h",
  top: "Top ten",
  topShare: (share) => `${share} of all`,
  times: (n) => `${n} ×`,
  aim: (share) => `aim ${share}`,
  nothing: "none",

  shelve: "Shelve",
  shelveFor: "For",
  minutes: (n) => (n < 60 ? `${n} min` : `${n / 60} h`),
  calibrate: "Calibrate…",
  takeOut: "Take out of service…",
  permitNote: {
    calibration: "For 30 minutes at most its alarms are shown and order nothing; an overrun is an alarm.",
    out_of_service:
      "Takes a second person. Its alarms stay in the list, make no sound and order nothing; 24 hours at most.",
  },
  watch: "What is done, and who watches meanwhile (required)",
  lasts: "For",
  ask: "Ask",
  priority: { low: "low IV", medium: "medium III", high: "high I, II" },
};
