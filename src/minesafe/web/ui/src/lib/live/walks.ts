/** People who only walked on, as the server tells them in bytes (`web/walks.py` has the layout). */

import type { Lookup } from "../lookup";
import { SECOND, type Micros, type Place } from "../wire";
import { Gap, type Picture } from "./picture";

const HEAD_BYTES = 28;
const KIND = 1;
const ALONG = 65_535;
const AGE_STEP: Micros = SECOND / 4;

/**
 * The picture after one more of them.
 *
 * @throws Gap when it is not the next message, or of another revision than the one known here.
 */
export function walk(picture: Picture | null, look: Lookup, data: ArrayBuffer): Picture {
  const view = new DataView(data);
  const n = view.getUint32(0, true);
  if (view.getUint8(4) !== KIND) throw new Gap("unknown bytes");
  if (!picture || n !== picture.n + 1) throw new Gap(`walks ${n} after ${picture?.n}`);
  if (view.getUint32(16, true) !== look.revisionNumber) throw new Gap("another revision");
  const [now, people] = [view.getFloat64(8, true), view.getUint32(24, true)];
  const rows = rowsOf(new Uint8Array(data, HEAD_BYTES, Math.ceil(people / 8)));
  const parts = HEAD_BYTES + Math.ceil(people / 8);
  const ages = parts + 2 * rows.length;
  const places = new Map(picture.places);
  rows.forEach((row, i) => {
    const person = look.mine.people[row]!.id;
    const before = places.get(person);
    if (!before) return; // told in words with the next whole picture
    const age = (view.getUint8(ages + (i >> 1)) >> (i & 1 ? 4 : 0)) & 15;
    const share = view.getUint16(parts + 2 * i, true) / ALONG;
    places.set(person, walked(before, look, share, now - age * AGE_STEP));
  });
  return { ...picture, n, now, underground: view.getUint32(20, true), places };
}

/** Numbers of the bits that are set, lowest first. */
function rowsOf(bits: Uint8Array): number[] {
  const rows: number[] = [];
  bits.forEach((byte, at) => {
    for (let bit = 0; byte >> bit; bit++) if ((byte >> bit) & 1) rows.push(8 * at + bit);
  });
  return rows;
}

function walked(before: Place, look: Lookup, share: number, seen: Micros): Place {
  const path = look.path(before.roadway);
  if (!path) return { ...before, seen };
  const [x, y, z] = path.at(share);
  return { ...before, chainage_m: share * path.length_m, x, y, z, seen };
}
