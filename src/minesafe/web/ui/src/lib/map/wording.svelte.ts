/** What the marks of the map say, in the reader's language. */

import { speech } from "../i18n/speech.svelte";
import type { Picture } from "../live/picture";
import type { Lookup } from "../lookup";
import { isShaky } from "../reading";
import { SECOND, type Micros, type MusterRow, type Point, type Value } from "../wire";
import * as words from "../words.svelte";
import { troubles, type Trouble } from "./crew";
import type { NameOf } from "./label-layer";
import type { Said, Wording } from "./scene";

/** A value older than this says in words how long ago it was, not only its age, seconds. */
const OLD_S = 10;

export function wordingOf(look: Lookup, picture: Picture, at: Micros): Wording {
  const w = speech.w;

  const sensor = (
    point: Point, value: Value | undefined, alarm: Trouble | undefined,
  ): Said & { stale: boolean } => {
    const kind = look.kindOf(point);
    const stale = isShaky(value);
    const number = words.valueText(kind, value?.value ?? null);
    const old = value?.sampled ? at - value.sampled : 0;
    const late = old > OLD_S * SECOND && (stale || old > kind.stale_s * SECOND * 0.5);
    const aged = value?.sampled ? speech.ago(old) : w.neverHeard;
    const limit = alarm?.active ? words.brokenLimit(look, alarm.worst) : null;
    return {
      text: `${speech.name(kind.name)} ${number}${limit ? ` ${limit}` : ""}`,
      note: value?.sampled && !late ? speech.span(old) : aged,
      detail: `${speech.name(point.name)} ${number} · ${aged}`,
      stale,
    };
  };

  const shortly = (point: Point): string => {
    const kind = look.kindOf(point);
    const value = picture.values.get(point.id);
    const age = value?.sampled ? ` ${speech.span(at - value.sampled)}` : "";
    return `${speech.name(kind.name)} ${words.valueText(kind, value?.value ?? null)}${age}`;
  };

  return {
    sensor,
    refuge: (zone, heads, refuge) => {
      const holds = refuge?.capacity ?? zone.limit;
      const count = `${heads}${holds === null ? "" : `/${holds}`}`;
      const notes = [
        refuge?.verdict === "uninhabitable" ? w.map.uninhabitable : "",
        refuge?.coming ? w.map.coming(refuge.coming) : "",
        refuge?.air_h == null ? "" : w.map.air(w.hours(Math.floor(refuge.air_h))),
      ].filter(Boolean);
      const detail = [`${speech.name(zone.name)} ${count}`, ...notes].join(" · ");
      return { text: `${w.refuge} ${count}`, note: notes.join(" · "), detail };
    },
    zone: (zone, heads, limit, worst) => {
      const text = `${speech.name(zone.name)} ${heads}${limit === null ? "" : `/${limit}`}`;
      return { text, note: worst ? shortly(worst) : "", detail: text };
    },
    device: (device, found) => {
      const name = speech.name(device.name);
      const [first] = [...found].sort((a, b) => a.began - b.began);
      if (!first) return { text: name, note: w.map.well, detail: `${name} · ${w.map.well}` };
      const note = `${speech.condition(first.finding)} ${speech.span(at - first.began)}`;
      return { text: name, note, detail: `${name} · ${note}` };
    },
    impact: ({ danger, causes }) => {
      const text = `» ${w.map.downWind[danger]}`;
      const points = causes.filter((cause) => look.point.has(cause));
      const from = points[0] ? w.map.of(words.subjectName(look, points[0])) : "";
      return { text, note: points.length > 1 ? `${from} +${points.length - 1}` : from, detail: text };
    },
    exit: (node) => ({ text: speech.name(node.name), detail: "" }),
    blocked: (one) => {
      const road = look.roadway.get(one.roadway);
      const text = w.map.blocked(road ? speech.name(road.name) : one.roadway);
      return { text, note: one.reason, detail: text };
    },
  };
}

const ASTRAY = new Set<MusterRow["whereabouts"]>(["unknown", "standing", "wrong_way"]);

/** Names of people, each with what is the matter: the alarm about him, his muster, his silence. */
export function namesOf(
  look: Lookup, picture: Picture, muster: readonly MusterRow[], at: Micros,
): NameOf {
  const told = troubles(picture.alarms.filter((a) => a.active));
  const rows = new Map(muster.map((row) => [row.person, row]));
  return (person) => {
    const alarm = told.get(person);
    const row = rows.get(person);
    const place = picture.places.get(person);
    const notes = [
      alarm ? speech.condition(alarm.worst.condition) : "",
      row && ASTRAY.has(row.whereabouts) ? speech.later.whereaboutsOf[row.whereabouts] : "",
      place?.lost ? speech.w.seenAgo(speech.ago(at - place.seen)) : "",
    ].filter(Boolean);
    return { name: look.personName(person), note: notes.join(" · ") };
  };
}
