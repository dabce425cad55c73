/** The pages by name, in the order a shift needs them: which stand in the header, which behind "more". */

import type { Page } from "./router.svelte";
import type { Dictionary } from "./i18n/speech.svelte";
import type { Role } from "./wire";

export interface Entry {
  readonly page: Page["page"];
  readonly path: string;
  readonly name: (w: Dictionary) => string;
  /** always in the header; in it where the screen is wide; else behind "more". */
  readonly stands: "always" | "wide" | "more";
  /** Whose page it is; left out: everybody's. A hint for the eye: the server decides who may. */
  readonly whose?: readonly Role[];
}

const ALL_BUT_VIEWER: readonly Role[] = ["dispatcher", "leader", "engineer", "admin", "inspector"];

/** Who may ask for a horn or a cut, or stand for one. */
const SWITCHES: readonly Role[] = ["dispatcher", "leader", "engineer"];

/** A page of its own has its line here. */
export const ENTRIES: readonly Entry[] = [
  { page: "overview", path: "/", name: (w) => w.overview, stands: "always" },
  { page: "alarms", path: "/alarms", name: (w) => w.alarms, stands: "always" },
  { page: "evac", path: "/evac", name: (w) => w.evacuation, stands: "always" },
  { page: "people", path: "/people", name: (w) => w.nav.people, stands: "wide" },
  { page: "replay", path: "/replay", name: (w) => w.nav.replay, stands: "wide", whose: ALL_BUT_VIEWER },
  { page: "health", path: "/health", name: (w) => w.health, stands: "wide" },
  { page: "roster", path: "/roster", name: (w) => w.nav.roster, stands: "more" },
  { page: "notifications", path: "/notifications", name: (w) => w.nav.notifications, stands: "more", whose: ALL_BUT_VIEWER },
  { page: "reports", path: "/reports", name: (w) => w.nav.reports, stands: "more" },
  { page: "outputs", path: "/outputs", name: (w) => w.nav.outputs, stands: "more", whose: SWITCHES },
  { page: "revisions", path: "/revisions", name: (w) => w.nav.revisions, stands: "more", whose: ALL_BUT_VIEWER },
  { page: "audit", path: "/audit", name: (w) => w.nav.audit, stands: "more", whose: ["admin", "inspector"] },
  { page: "users", path: "/users", name: (w) => w.nav.users, stands: "more", whose: ["admin", "inspector"] },
  { page: "wall", path: "/wall", name: (w) => w.wall, stands: "more" },
];

/** What somebody with these roles is shown. */
export const entriesOf = (roles: readonly Role[]): Entry[] =>
  ENTRIES.filter(({ whose }) => !whose || whose.some((role) => roles.includes(role)));
