/** The words of statutory reports. */

import type { reportsZh } from "./reports.zh";
import type { Widened } from "./speech.svelte";

export const reportsEn: Widened<typeof reportsZh> = {
  make: "Make a report",
  makeNote:
    "Made of what the record and the history hold now, and numbered. Saying the same as before it keeps its number; otherwise it gets the next one, lists what changed, and is signed anew.",
  which: "Report",
  series: {
    daily: "Safety monitoring, a day",
    people: "People underground, a day",
    attendance: "Attendance, a day",
    leaders: "Leaders underground, a day",
    attendance_month: "Attendance, a month",
    leaders_month: "Leaders underground, a month",
  },
  all: "All",
  day: "Day",
  month: "Month",
  makeNow: "Make and number it",
  making: "Being made…",
  madeNow: (what: string) => `Numbered: ${what}`,
  list: "Reports with a number",
  none: "No report has a number yet",
  number: "Number",
  of: "Of",
  made: "Made",
  byItself: "by itself",
  standsOn: "Stands on record",
  signatures: "Signed",
  replaced: "replaced",
  openPage: "Open",
  openNote: "A page to read and print",
  pdf: "PDF",
  json: "Data",
  digest: "SHA-256",
  sign: "Sign",
  signTitle: (what: string) => `Sign ${what}`,
  signNote:
    "You sign what this report says, by its SHA-256. If the data changes it gets another number and is signed anew.",
  as: "Sign as",
  post: {
    mine_head: "Mine head",
    chief_engineer: "Chief engineer",
    ventilation_head: "Head of ventilation",
    on_duty: "On duty",
  },
  unsigned: "not yet",
  notYours: "Your role has no line to sign",
};
