/** Small pieces of what a server sends, for the tests of these pages. */

import type { Alarm, Mine, Order, Place, Severity, Snapshot, Value } from "./lib/wire";

export const value = (point: string, reads: number | null, quality = "good"): Value => ({
  point, value: reads, quality, sampled: 1,
});

export const place = (person: string, more: Partial<Place> = {}): Place => ({
  person, roadway: "G02", chainage_m: 10, level: "L", x: 10, y: 0, z: 0, error_m: 3, seen: 1,
  zones: [], lost: false, sos: false, out: false, ...more,
});

export const alarm = (episode: string, severity: Severity, more: Partial<Alarm> = {}): Alarm => ({
  episode, state: "unacked", severity, source: "point", subject: "CH4-T2", condition: "cut_high",
  zones: ["FACE"], value: 1.62, limit: 1, rule: null, reason: "over_limit", began: 1, changed: 1, valued: 1,
  active: true, acknowledged_by: null, acknowledged_from: null, acknowledged_at: null, acknowledged_note: "",
  shelved_by: null, note: "", until: null, root: "", permit: "", other: "", shelvable: false, ...more,
});

export const order = (id: string, more: Partial<Order> = {}): Order => ({
  order: id, number: 7, order_kind: "evacuate", severity: "I", zones: ["FACE"], cause: "a#1",
  subject: "CH4-T2", condition: "cut_high", value: 1.62, limit: 1, issued: 1, by: null,
  origin: "rule", drill: false, leader: "P01", acknowledged_by: null, acknowledged_at: null,
  decision: null, decided_by: null, undecided_until: null, power: "", heads: 0, steps: [], receipts: [], muster: [],
  signatures: [], can_close: false, clear_since: null, override_needed: false, closed: null,
  feeds: [], cuts: [], peril: null, reentry_by: null,
  score: {
    people: 0, accounted: 0, first_acknowledged_s: null, out_50_s: null, out_90_s: null,
    out_100_s: null, slowest_zone: "",
  },
  ...more,
});

export const snapshot = (more: Partial<Snapshot> = {}): Snapshot => ({
  position: 7, now: 10, epoch: 1, values: [value("CH4-T2", 0.3), value("CO-01", 3.2)],
  places: [place("P01")], counts: [{ zone: "FACE", count: 1, unknown: false, low: 1, high: 1, limit: 20 }], alarms: [],
  orders: [], findings: [], duty: { shift: "早班", posts: [], gap: false }, systems: [], permits: [], flood: false, groups: [],
  refuges: [], blocked: [], impacts: [], legs: [], reckoned: [], nightly: null,
  underground: 1, ...more,
});

const NONE = {
  warn_high: null, alarm_high: null, cut_high: null, restore_high: null,
  warn_low: null, alarm_low: null, cut_low: null, restore_low: null, dead_band: null,
};

const OPEN = {
  permitted: [], certificates: [], post: [], near_m: 0, max_dwell_s: 0, still_s: 0, maintenance_limit: null,
};

const both = (zh: string) => ({ zh, en: zh });

/** One roadway with a bend, 100 m drawn and 200 m surveyed, a face zone, a refuge at its end. */
export const mine: Mine = {
  id: "m", name: both("矿"), revision: "r", demo: true, timezone: "Asia/Shanghai",
  levels: [{ id: "L", name: both("水平"), elevation_m: 0 }],
  nodes: [
    { id: "A", name: both("井口"), kind: "portal", level: "L", x: 0, y: 0, z: 0 },
    { id: "B", name: both("硐室"), kind: "refuge", level: "L", x: 50, y: 50, z: 0 },
  ],
  roadways: [
    {
      id: "G02", name: both("回风巷"), start: "A", end: "B", level: "L",
      path: [[0, 0, 0], [50, 0, 0], [50, 50, 0]], length_m: 200, kind: "return", air: 1,
    },
  ],
  zones: [
    { id: "ALL", name: both("全矿"), kind: "mine", limit: null, guidance: null, ...OPEN,
      intervals: [{ roadway: "G02", from_m: 0, to_m: 200 }] },
    { id: "FACE", name: both("工作面"), kind: "face", limit: 9, guidance: null, ...OPEN,
      intervals: [{ roadway: "G02", from_m: 50, to_m: 150 }] },
    { id: "REFUGE", name: both("硐室"), kind: "refuge", limit: 20, guidance: null, ...OPEN,
      intervals: [{ roadway: "G02", from_m: 180, to_m: 200 }] },
  ],
  kinds: [
    { id: "ch4", name: both("甲烷"), system: "monitoring", form: "analogue", icon: "gas", unit: "%CH4", decimals: 2, stale_s: 20,
      states: [], guidance: both("撤人") },
    { id: "fan", name: both("风机"), system: "monitoring", form: "switch", icon: "fan", unit: "", decimals: 0, stale_s: 20,
      states: [[0, "停", "stopped"], [1, "开", "running"]], guidance: both("") },
  ],
  points: ["CH4-T1", "CH4-T2"].map((id, i) => ({
    id, name: both(id), kind: "ch4", place: "T2", roadway: "G02", chainage_m: 40 + 60 * i,
    x: 20 + 30 * i, y: 0, z: 0, limits: { ...NONE, alarm_high: 1, cut_high: 1.5 }, device: "S1", guidance: both("撤人"),
  })),
  feeders: [],
  logic: [{ id: "FIRE.CH4-T1", name: both("火灾"), guidance: both("按火灾处置") }],
  readers: [],
  rescue_crews: [],
  devices: [{ id: "S1", name: both("分站"), what: "substation", level: "L", roadway: "G02", chainage_m: 20, x: 20, y: 0, z: 0, number: "", zones: [] }],
  people: [{ id: "P01", name: "王建国", tag: "10001", trade: "采煤", crew: "一队", initials: ["w", "j", "g"] }],
};
