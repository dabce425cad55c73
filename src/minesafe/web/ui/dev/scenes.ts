/** States of the made-up server: calm · alarm · flood · evac · stopwork · clear · closed. */

import type { Alarm, Count, MusterRow, Order, Place, Snapshot, Value, Whereabouts } from "../src/lib/wire";
import { placeAt } from "../src/lib/map/roads";
import { HOMES, mine, NORMAL, roadway } from "./mine";

export const S = 1_000_000;
export const started = Date.now() * 1000;
export const now = (): number => Date.now() * 1000;

export type SceneName = "calm" | "alarm" | "flood" | "evac" | "stopwork" | "clear" | "closed";

/** What acts have changed since the scene was set. */
export interface Acts {
  acknowledged: Set<string>;
  orderAcknowledged: boolean;
  decision: Order["decision"];
  ticked: Map<string, Whereabouts>;
  signatures: Order["signatures"];
  extra: Order[];
}

export const noActs = (): Acts => ({
  acknowledged: new Set(),
  orderAcknowledged: false,
  decision: null,
  ticked: new Map(),
  signatures: [],
  extra: [],
});

const wobble = (i: number, size: number): number =>
  size * (Math.sin(now() / S / (7 + i)) + Math.sin(now() / S / (3 + i / 2)) * 0.4);

const hot = (scene: SceneName): boolean => scene !== "calm" && scene !== "closed";

export function values(scene: SceneName): Value[] {
  return mine.points.map((p, i) => {
    const normal = NORMAL.get(p.id)!;
    const kind = mine.kinds.find((k) => k.id === p.kind)!;
    let value = kind.states.length ? normal : normal + wobble(i, Math.abs(normal) * 0.03);
    if (hot(scene) && scene !== "clear" && p.id === "CH4-T2") value = 1.62 + wobble(1, 0.05);
    if (hot(scene) && p.id === "CH4-T1") value = 1.12 + wobble(2, 0.03);
    if (scene !== "calm" && p.id === "CO-02")
      return { point: p.id, value, quality: "silent", sampled: started - 157 * S };
    return { point: p.id, value, quality: "good", sampled: now() - (i % 4) * S };
  });
}

const ZONES_OF: Record<string, string[]> = {
  G01: ["FACE-1201"], W01: ["FACE-1201"], G02: ["FACE-1201"], H01: ["HEAD-1202"], S01: ["REFUGE-E"],
};

export function places(scene: SceneName): Place[] {
  return HOMES.map(([id, share], i) => {
    const road = roadway(id);
    const walked = share + wobble(i, 0.012);
    const chainage_m = Math.min(1, Math.max(0, walked)) * road.length_m;
    const [x, y] = placeAt(road, chainage_m);
    const lost = hot(scene) && i === 4;
    return {
      person: mine.people[i]!.id, roadway: id, chainage_m, level: "L-200", x, y, z: -200,
      error_m: 3, seen: lost ? started - 126 * S : now() - (i % 3) * S,
      zones: ["MINE", ...(ZONES_OF[id] ?? [])], lost, sos: scene === "flood" && i === 7, out: false,
    };
  });
}

export function counts(scene: SceneName): Count[] {
  const all = places(scene);
  return mine.zones.map((z) => {
    const more = scene === "flood" && z.id === "HEAD-1202" ? 7 : 0;
    const count = all.filter((p) => p.zones.includes(z.id)).length + more;
    const unknown = scene === "flood" && z.id === "CORNER";
    return { zone: z.id, count, unknown, low: count, high: count + (unknown ? 2 : 0), limit: z.limit };
  });
}

function alarm(
  condition: string, subject: string, severity: Alarm["severity"], ago: number,
  more: Partial<Alarm> = {},
): Alarm {
  return {
    episode: `${condition}:${subject}#1`, state: "unacked", severity, source: "point", subject,
    condition, zones: ["MINE", "FACE-1201"], value: null, limit: null, rule: "coal-cn/ch4-t2",
    reason: "over_limit", began: started - ago * S, changed: started - ago * S, valued: started - ago * S, active: true,
    acknowledged_by: null, acknowledged_from: null, acknowledged_at: null, acknowledged_note: "", shelved_by: null, note: "",
    until: null, root: "", permit: "", other: "", shelvable: severity !== "I", ...more,
  };
}

const GAS = () => alarm("cut_high", "CH4-T2", "I", 44, { value: 1.62, limit: 1 });

const ALARMS: Record<SceneName, () => Alarm[]> = {
  calm: () => [],
  alarm: () => [
    GAS(),
    alarm("alarm_high", "CH4-T1", "III", 31, { value: 1.12, limit: 1 }),
    alarm("silent", "CO-02", "IV", 130, { zones: [] }),
  ],
  flood: () => [
    GAS(),
    alarm("sos", "P08", "I", 20, { source: "person", zones: ["HEAD-1202"] }),
    alarm("alarm_high", "CH4-T1", "III", 31, { value: 1.12, limit: 1 }),
    alarm("grossly_overcrowded", "HEAD-1202", "II", 200, { source: "zone", value: 11, limit: 9, zones: ["HEAD-1202"] }),
    alarm("count_unknown", "CORNER", "III", 77, { source: "zone", zones: ["CORNER"] }),
    alarm("silent", "CO-02", "IV", 130, { zones: [] }),
    alarm("moving_as_one", "P05", "III", 90, { source: "person", other: "P06" }),
    alarm("alarm_low", "WIND-01", "III", 400, {
      value: 0.21, limit: 0.25, active: false, state: "returned_unacked",
    }),
    alarm("database_down", "postgres", "III", 600, {
      source: "finding", state: "acked", acknowledged_by: "P20", zones: [],
    }),
  ],
  evac: () => [GAS(), alarm("alarm_high", "CH4-T1", "III", 31, { value: 1.12, limit: 1 })],
  stopwork: () => [alarm("cut_high", "CH4-T2", "II", 44, { value: 1.62, limit: 1 })],
  clear: () => [],
  closed: () => [],
};

const STATES: Whereabouts[] = [
  "moving", "moving", "moving", "standing", "unknown", "moving", "at_refuge", "at_refuge", "out",
  "moving", "out", "wrong_way", "out", "at_refuge", "moving",
];

function muster(scene: SceneName, acts: Acts): MusterRow[] {
  const done = scene === "clear" || scene === "closed";
  return places(scene).map((p, i) => {
    const ticked = acts.ticked.get(p.person);
    return {
      person: p.person,
      told: i === 4 ? "failed" : i % 3 ? "delivered" : "acknowledged",
      whereabouts: ticked ?? (done ? (i % 3 ? "out" : "at_refuge") : STATES[i]!),
      roadway: p.roadway, chainage_m: p.chainage_m, seen: p.seen,
      destination: i > 5 && i < 9 ? "RF" : "P1", distance_m: 900 - 37 * i,
      toward: "", walk_s: null, doubt: i === 0 ? "moving_as_one" : "",
      other: i === 0 ? "P06" : "", known_by: i === 4 ? "attendance" : "",
      ticked_by: ticked ? "P20" : null,
    };
  });
}

function order(scene: SceneName, acts: Acts): Order {
  const issued = started - 254 * S;
  const receipt = (recipient: string, channel: string, status: string, step: number, s: number) => ({
    recipient, channel, status, step, at: issued + s * S, detail: "",
  });
  const stop = scene === "stopwork";
  const rows = muster(scene, acts);
  const accounted = rows.every((r) => r.whereabouts === "out" || r.whereabouts === "at_refuge");
  const acknowledged = acts.orderAcknowledged || scene === "clear" || scene === "closed";
  return {
    order: "o-7", number: 7, order_kind: stop ? "stop_work" : "evacuate", severity: stop ? "II" : "I",
    zones: ["FACE-1201", "HEAD-1202"], cause: "cut_high:CH4-T2#1", subject: "CH4-T2", condition: "cut_high",
    value: 1.62, limit: 1, issued, by: null, origin: "rule", drill: false, leader: "P01",
    acknowledged_by: acknowledged ? "P01" : null, acknowledged_at: acknowledged ? now() : null,
    decision: acts.decision, decided_by: acts.decision ? "P01" : null,
    undecided_until: stop && !acts.decision ? started + 120 * S : null,
    steps: [
      { step: 0, due: issued, taken: issued, asked: [["leader", "P01"], ["dispatcher", "P20"]], duties: ["leader", "dispatcher"], current: true },
      { step: 1, due: issued + 30 * S, taken: issued + 30 * S, asked: [["deputy", "P16"]], duties: ["deputy"], current: true },
      { step: 2, due: started + 60 * S, taken: null, asked: [], duties: ["mine_head"], current: true },
    ],
    heads: rows.length - 1,
    power: stop && !acknowledged ? "gas" : "",
    receipts: [
      receipt("P01", "sms", "delivered", 0, 2), receipt("P01", "call", "failed", 0, 3),
      receipt("P20", "console", "delivered", 0, 0), receipt("P16", "sms", "accepted", 1, 31),
      receipt("HORN-1", "horn", "delivered", 0, 1), receipt("HORN-2", "horn", "delivered", 0, 1),
      receipt("FACE-1201", "broadcast", "failed", 0, 1), receipt("P05", "tag", "failed", 0, 5),
    ],
    muster: rows, signatures: acts.signatures, can_close: accounted,
    clear_since: scene === "clear" ? started - 200 * S : null, override_needed: scene === "clear",
    closed: scene === "closed" || acts.signatures.length > 1 ? now() : null,
    feeds: [], cuts: ["SW-1201"], peril: null, reentry_by: null,
    score: {
      people: rows.length, accounted: 0, first_acknowledged_s: 12, out_50_s: null, out_90_s: null,
      out_100_s: null, slowest_zone: "FACE-1201",
    },
  };
}

export function alarms(scene: SceneName, acts: Acts): Alarm[] {
  return ALARMS[scene]().map((a) =>
    acts.acknowledged.has(a.episode) ? { ...a, state: "acked", acknowledged_by: "P20" } : a,
  );
}

export const orders = (scene: SceneName, acts: Acts): Order[] => [
  ...(["evac", "stopwork", "clear", "closed"].includes(scene) ? [order(scene, acts)] : []),
  ...acts.extra,
];

/** The way from the face to the shaft, by roadways as the demo mine has them. */
const LEGS = (["W01", "G01", "A06", "A05", "A04", "A03", "A02"] as const).map((id, i) => ({
  roadway: id, from_m: roadway(id).length_m, to_m: 0, people: 7 + i,
}));

export function snapshot(scene: SceneName, acts: Acts, position: number): Snapshot {
  const bad = scene === "flood";
  return {
    position, now: now(), epoch: 3,
    values: values(scene), places: places(scene), counts: counts(scene),
    alarms: alarms(scene, acts), orders: orders(scene, acts),
    findings: scene === "alarm"
      ? [
          { finding: "unreached", subject: "P16", detail: "sms:delivered tag:failed", began: started },
          { finding: "unproven", subject: "P19", detail: "", began: started },
        ]
      : bad
      ? [
          { finding: "database_down", subject: "postgres", detail: "connection refused", began: started - 600 * S },
          { finding: "link_down", subject: "SUB2", detail: "timed out after 3 tries", began: started - 90 * S },
        ]
      : [],
    duty: {
      shift: "早", gap: false,
      posts: [["leader", "P01"], ["deputy", "P16"], ["dispatcher", "P20"], ["mine_head", "P19"]],
    },
    permits: [], flood: false, groups: [], nightly: scene === "alarm"
      ? { asked: started - 3600 * S, answer_by: started + 3600 * S, waiting: ["P20", "P16"] }
      : null,
    blocked: scene === "evac" ? [{ roadway: "X02", by: "P20", reason: "冒顶" }] : [],
    impacts: hot(scene) && scene !== "clear"
      ? [{ cause: "CH4-T1", danger: "gas", stretches: [
          { roadway: "G02", from_m: 8, to_m: roadway("G02").length_m },
          { roadway: "G03", from_m: 0, to_m: roadway("G03").length_m },
        ] }]
      : [],
    legs: scene === "evac" ? LEGS : [],
    reckoned: [{ kind: "gate", below: 24, unread: 1, only_by_tag: [], only_here: ["P05"] }],
    refuges: [
      { node: "RF", zone: "REFUGE-E", inside: 3, coming: 9, capacity: 60, air_h: 1918.2, verdict: "habitable", why: [] },
    ],
    systems: (["monitoring", "positioning", "refuge", "air", "water", "communication"] as const).map(
      (system, i) => {
        const state = bad && i === 0 ? "degraded" : bad && i === 5 ? "dead" : "healthy";
        const parts = [88, 46, 24, 12, 9, 31][i]!;
        const lost = state === "dead" ? parts : state === "degraded" ? 2 : 0;
        const why = [
          { code: "silent", count: lost, subjects: ["CH4-T1", "WIND-01"].slice(0, lost) },
          { code: "link_down", count: 1, subjects: ["SUB2"] },
        ];
        return { system, state, since: started - 7200 * S, parts, heard: parts - lost, why: lost ? why : [] };
      },
    ),
    underground: places(scene).length,
  };
}
