/** Mouse, touch and keyboard on the map, told as pans, zooms, hovers and picks. */

import type { XY } from "./matrix";

export interface Hands {
  pan(dx: number, dy: number): void;
  /** Zoom by `factor` with (px, py) staying where it is. */
  zoom(factor: number, px: number, py: number): void;
  /** Turn the mine to the left by so many degrees. */
  turn(degrees: number): void;
  fit(): void;
  hover(at: XY | null): void;
  pick(at: XY): void;
}

/** Two fingers turn the mine once they have turned so far, degrees; a pinch alone does not. */
const TWIST_DEG = 12;
/** A drag with Shift held turns the mine by so much a pixel, degrees. */
const DRAG_DEG = 0.4;

/** Moved less than this between down and up, pixels: a click, not a drag. */
const STILL_PX = 5;
const KEY_PAN = 60;

const KEYS: Record<string, (hands: Hands, middle: XY) => void> = {
  ArrowLeft: (h) => h.pan(KEY_PAN, 0),
  ArrowRight: (h) => h.pan(-KEY_PAN, 0),
  ArrowUp: (h) => h.pan(0, KEY_PAN),
  ArrowDown: (h) => h.pan(0, -KEY_PAN),
  "+": (h, [x, y]) => h.zoom(1.25, x, y),
  "=": (h, [x, y]) => h.zoom(1.25, x, y),
  "-": (h, [x, y]) => h.zoom(0.8, x, y),
  "[": (h) => h.turn(15),
  "]": (h) => h.turn(-15),
  "0": (h) => h.fit(),
  Home: (h) => h.fit(),
};

/**
 * Listen on `element`; the function returned ends it.
 *
 * @param enlarged how many pixels of the screen are one of the map's.
 */
export function listen(element: HTMLElement, enlarged: number, hands: Hands): () => void {
  const pointers = new Map<number, XY>();
  let moved = 0;
  let twisted = 0;
  const ending = new AbortController();
  const { signal } = ending;
  const at = (e: PointerEvent | WheelEvent): XY => {
    const box = element.getBoundingClientRect();
    return [(e.clientX - box.left) / enlarged, (e.clientY - box.top) / enlarged];
  };

  element.addEventListener("pointerdown", (e) => {
    element.setPointerCapture(e.pointerId);
    pointers.set(e.pointerId, at(e));
    if (pointers.size === 1) moved = 0;
    twisted = 0;
  }, { signal });

  element.addEventListener("pointermove", (e) => {
    const now = at(e);
    const before = pointers.get(e.pointerId);
    if (!before) return hands.hover(e.pointerType === "touch" ? null : now);
    const other = [...pointers].find(([id]) => id !== e.pointerId)?.[1];
    pointers.set(e.pointerId, now);
    moved += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (other) {
      pinch(hands, before, now, other);
      const degrees = turnOf(before, now, other);
      const begun = Math.abs(twisted) >= TWIST_DEG;
      twisted += degrees;
      if (begun) hands.turn(-degrees);
    } else if (e.shiftKey && moved > STILL_PX) hands.turn((before[0] - now[0]) * DRAG_DEG);
    else if (moved > STILL_PX) hands.pan(now[0] - before[0], now[1] - before[1]);
  }, { signal });

  element.addEventListener("pointerup", (e) => {
    if (pointers.delete(e.pointerId) && moved <= STILL_PX && !pointers.size) hands.pick(at(e));
  }, { signal });
  element.addEventListener("pointercancel", (e) => void pointers.delete(e.pointerId), { signal });
  element.addEventListener("pointerleave", () => hands.hover(null), { signal });

  element.addEventListener("wheel", (e) => {
    e.preventDefault();
    hands.zoom(Math.exp(-e.deltaY * (e.deltaMode ? 0.05 : 0.0015)), ...at(e));
  }, { signal, passive: false });

  element.addEventListener("keydown", (e) => {
    const act = KEYS[e.key];
    if (!act || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    act(hands, [element.clientWidth / 2 / enlarged, element.clientHeight / 2 / enlarged]);
  }, { signal });

  return () => ending.abort();
}

function pinch(hands: Hands, before: XY, now: XY, other: XY): void {
  const distance = (p: XY) => Math.max(1, Math.hypot(p[0] - other[0], p[1] - other[1]));
  const middle: XY = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2];
  hands.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
  hands.zoom(distance(now) / distance(before), ...middle);
}

/** How far a finger has gone round another one, degrees to the right. */
export function turnOf(before: XY, now: XY, other: XY): number {
  const angle = (p: XY) => Math.atan2(p[1] - other[1], p[0] - other[0]);
  const turned = ((angle(now) - angle(before)) * 180) / Math.PI;
  return turned > 180 ? turned - 360 : turned < -180 ? turned + 360 : turned;
}
