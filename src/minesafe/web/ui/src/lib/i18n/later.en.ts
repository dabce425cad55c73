/** Words of the pages that are fetched later, fetched with them. */

import { dutiesEn } from "./duties.en";
import { auditEn } from "./audit.en";
import { evacEn } from "./evac.en";
import { handlingEn } from "./handling.en";
import { healthEn } from "./health.en";
import { keysEn } from "./keys.en";
import { laterCodesEn } from "./later-codes.en";
import { legendEn } from "./legend.en";
import { orderingEn } from "./ordering.en";
import { notifyEn } from "./notify.en";
import { outputsEn } from "./outputs.en";
import { plotEn } from "./plot.en";
import { pointsEn } from "./points.en";
import { replayEn } from "./replay.en";
import { reportsEn } from "./reports.en";
import { revisionsEn } from "./revisions.en";
import { seekEn } from "./seek.en";
import { soundEn } from "./sound.en";
import { tracksEn } from "./tracks.en";
import { usersEn } from "./users.en";
import { daysEn, nearEn, zonesEn } from "./zones.en";
import { refusalsEn } from "./refusals.en";
import type { LaterDictionary } from "./speech.svelte";

export const laterEn: LaterDictionary = {
  audit: auditEn,
  ordering: orderingEn,
  evac: evacEn,
  handling: handlingEn,
  keys: keysEn,
  duties: dutiesEn,
  seek: seekEn,
  ready: healthEn,
  legend: legendEn,
  sound: soundEn,
  plot: plotEn,
  points: pointsEn,
  tracks: tracksEn,
  zones: zonesEn,
  near: nearEn,
  days: daysEn,
  replay: replayEn,
  notify: notifyEn,
  outputs: outputsEn,
  users: usersEn,
  reports: reportsEn,
  revisions: revisionsEn,
  refusal: refusalsEn,

  register: {
    devices: "Devices",
    driver: "Driver",
    standing: "State",
    heardLast: "Last heard",
    errors: "Errors",
    model: "Model",
    certificate: "Certificate",
    calibrated: "Calibrated",
    dueOn: "Due",
    tested: "Tested",
    callNow: "Test call",
    callAll: "Test call to all",
    passed: "It works",
    failed: "It does not",
    notAsked: "—",
    neverDone: "never",
    deviceCount: "Devices",
    onlyTroubled: "only what needs attention",
  },
  nightly: {
    reachability: "Reachability by night",
    unreached: (count: number) => `${count} did not answer the nightly test`,
    unproven: (count: number) => `${count} numbers never verified`,
    noNumber: "no number",
    nightlyRuns: (waiting: number, by: string) => `Nightly test: ${waiting} to answer by ${by}`,
    nightlyMine: "A nightly test waits for your answer",
    nightlyAnswer: "I have it",
  },
  history: {
    behind: (span, at) => `${span} behind: nothing since ${at} is in it yet`,
    caughtUp: "has everything",
    spool: "Spool",
    late: "Late samples",
    disordered: "Out of order",
    repeats: "Repeats",
  },
  scenario: {
    note:
      "The simulated mine begins anew: devices are away for some seconds, people are back at work. " +
      "Alarms and orders of the scenario before stay as they are; end them by hand.",
    runs: "runs now",
    start: "Begin",
    starting: "Beginning…",
    title: "What the simulated mine goes through",
  },

  ...laterCodesEn,
};
