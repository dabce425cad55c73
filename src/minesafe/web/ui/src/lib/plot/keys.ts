/** A curve by keys: a cursor that walks along it, and a window that is moved, widened, narrowed. */

import { SECOND, type Micros } from "../wire";

export interface Window {
  readonly from: Micros;
  readonly to: Micros;
}

export interface Look {
  readonly window: Window;
  /** Where the cursor stands; null: nowhere yet. */
  readonly at: Micros | null;
  /** The newest time there is. */
  readonly newest: Micros;
}

/** Where the cursor goes, or which window is looked at; null: the whole one, as it goes on. */
export type Turn = { readonly at: Micros } | { readonly window: Window | null };

const LEAST: Micros = 10 * SECOND;
const MOST: Micros = 366 * 86_400 * SECOND;
/** Cursor steps across the window; with Shift ten at a time. */
const STEPS = 100;

/** What a key means; null where it means nothing here. */
export function keyed(key: string, far: boolean, look: Look): Turn | null {
  const { from, to } = look.window;
  const long = to - from;
  const at = look.at ?? to;
  const step = (long / STEPS) * (far ? 10 : 1);
  const within = (when: Micros): Turn => ({ at: Math.round(Math.min(Math.max(when, from), to)) });
  switch (key) {
    case "ArrowLeft": return within(at - step);
    case "ArrowRight": return within(at + step);
    case "Home": return within(from);
    case "End": return within(to);
    case "PageUp": return moved(look, long / 2);
    case "PageDown": return moved(look, -long / 2);
    case "+":
    case "=": return widened(look, 0.5);
    case "-": return widened(look, 2);
    case "0":
    case "Escape": return { window: null };
    default: return null;
  }
}

/** The window so much later or earlier, never beyond what there is. */
export function moved({ window: { from, to }, newest }: Look, by: Micros): Turn {
  const shift = Math.round(Math.min(by, newest - to));
  return { window: { from: from + shift, to: to + shift } };
}

/** The window about the cursor, so many times as wide. */
export function widened({ window: { from, to }, at, newest }: Look, times: number): Turn {
  const long = Math.min(Math.max((to - from) * times, LEAST), MOST);
  const share = at === null ? 0.5 : (at - from) / (to - from);
  const middle = from + share * (to - from);
  const end = Math.min(Math.round(middle + (1 - share) * long), newest);
  return { window: { from: Math.round(end - long), to: end } };
}
