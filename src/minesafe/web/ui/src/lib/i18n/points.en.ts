/** Words of a point's page. */

import type { Widened } from "./speech.svelte";
import type { pointsZh } from "./points.zh";

export const pointsEn: Widened<typeof pointsZh> = {
  working: { calibration: "calibrating", out_of_service: "out of service" },
  left: (span) => `${span} left`,
  about: "About this point",
  range: "Range",
  every: (s) => `every ${s} s`,
  address: "Address",
  protocol: (code) =>
    ({ modbus: "Modbus", mqtt: "MQTT", files: "files", derived: "worked out from other points" })[code] ?? code,
  unit: (n) => `unit ${n}`,
  register: (f, n) => `function ${f}, address ${n}`,
  calibrated: "Calibrated",
  notCalibrated: "needs none",
  never: "never",
  due: (at) => `due by ${at}`,
  instrument: "Instrument",
  rule: "Limits after",
  unverified: "clause not read in the standard itself",
  written: "Read, stored",
  readOnly: "only read, never written to",
  stored: "stored",
  storedTo: (span) => `storing is ${span} behind`,
  neighbours: "Same airway",
  noNeighbours: "No other point near on this airway",
  where: "Airway",
  here: "same place",
  upWind: (m) => `${m} m up-wind`,
  downWind: (m) => `${m} m down-wind`,
};
