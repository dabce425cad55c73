/** The oldest number on the screen: whoever trusts the picture trusts it no further than this. */

import type { Micros, Value } from "./wire";

export interface Oldest {
  readonly point: string;
  readonly sampled: Micros;
}

/** The value that was sampled first; null while none was ever heard. */
export function oldestOf(values: Iterable<Value>): Oldest | null {
  let oldest: Oldest | null = null;
  for (const { point, sampled } of values) {
    if (sampled && (!oldest || sampled < oldest.sampled)) oldest = { point, sampled };
  }
  return oldest;
}
