/** Whom a dispatcher means by what was typed: a name, its initials, a card, a crew. */

import type { Person } from "./wire";

/** How well somebody fits; smaller is better, null not at all. */
export function fits(person: Person, typed: string): number | null {
  const asked = typed.trim().toLowerCase();
  if (!asked) return 0;
  const name = person.name.toLowerCase();
  if ([person.tag, person.id].some((one) => one.toLowerCase() === asked)) return 0;
  if (name.startsWith(asked)) return 1;
  if (name.includes(asked)) return 2;
  const at = begins(person.initials, asked);
  if (at !== null) return 3 + at;
  if (person.tag.toLowerCase().endsWith(asked)) return 20;
  if (person.tag.toLowerCase().includes(asked)) return 21;
  if ([person.crew, person.trade].some((one) => one.toLowerCase().includes(asked))) return 30;
  return null;
}

/** At which character the initials begin to be those typed: "w" is 1 in 张伟, "zw" 0. */
function begins(initials: readonly string[], typed: string): number | null {
  for (let at = 0; at + typed.length <= initials.length; at++) {
    if ([...typed].every((letter, i) => initials[at + i]!.includes(letter))) return at;
  }
  return null;
}

/** Those who fit, the best first; of those who fit as well, as the mine lists them. */
export function found(people: readonly Person[], typed: string): readonly Person[] {
  return people
    .map((person, i) => ({ person, i, fit: fits(person, typed) }))
    .filter((one) => one.fit !== null)
    .sort((a, b) => a.fit! - b.fit! || a.i - b.i)
    .map((one) => one.person);
}
