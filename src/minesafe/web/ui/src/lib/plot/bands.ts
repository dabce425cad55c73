/** When a point was in alarm, from the journal's own records. Pure. */

import { RANK, type Alarm, type Journalled, type Micros, type Severity } from "../wire";

/** Time in alarm without a pause. */
export interface AlarmBand {
  readonly episode: string;
  readonly start: Micros;
  readonly end: Micros;
  /** The worst it was in this time. */
  readonly severity: Severity;
  readonly condition: string;
}

/** Moves by which an alarm begins; another that is read first tells that it had begun before. */
const BEGINS = new Set(["raise", "suppress", "remove"]);

interface Moved {
  readonly move: string;
  readonly episode: string;
  readonly severity: Severity;
  readonly condition: string;
  /** What holds after it; nothing: it has returned to normal. */
  readonly active: Readonly<Record<string, Severity>>;
}

/**
 * Bands of one point.
 *
 * @param records `alarm_moved` about the point, in any order.
 * @param standing alarms of it that hold now, whose beginning may lie before the records.
 */
export function alarmBands(
  records: readonly Journalled[],
  standing: readonly Alarm[],
  start: Micros,
  now: Micros,
): AlarmBand[] {
  const bands: AlarmBand[] = [];
  const open = new Map<string, AlarmBand>();
  const met = new Set<string>();
  for (const { valid, body } of [...records].sort((a, b) => a.position - b.position)) {
    const move = body as unknown as Moved;
    const before = !met.has(move.episode) && !BEGINS.has(move.move);
    met.add(move.episode);
    const known = open.get(move.episode) ?? (before ? begun(move, start) : undefined);
    if (Object.keys(move.active).length) open.set(move.episode, worst(known, move, valid));
    else {
      if (known) bands.push({ ...known, end: valid });
      open.delete(move.episode);
    }
  }
  for (const alarm of standing.filter((a) => !open.has(a.episode)))
    open.set(alarm.episode, { episode: alarm.episode, severity: alarm.severity, condition: alarm.condition, start: alarm.began, end: now });
  return [...bands, ...[...open.values()].map((band) => ({ ...band, end: now }))]
    .filter((band) => band.end >= start)
    .sort((a, b) => a.start - b.start);
}

function begun({ episode, severity, condition }: Moved, at: Micros): AlarmBand {
  return { episode, severity, condition, start: at, end: at };
}

function worst(known: AlarmBand | undefined, move: Moved, at: Micros): AlarmBand {
  if (!known) return begun(move, at);
  const graver = RANK[move.severity] < RANK[known.severity];
  return graver ? { ...begun(move, at), start: known.start } : known;
}
