/**
 * What is not needed to see where something is wrong, to acknowledge it and to order people out: it
 * comes when it is asked for, and all of it is fetched once the first picture is shown, so that it
 * is there when the server is not.
 */

import type { Component } from "svelte";
import { speech } from "../lib/i18n/speech.svelte";
import type { Picture } from "../lib/live/picture";
import type { Lookup } from "../lib/lookup";
import type { Page } from "../lib/router.svelte";

/** What every page is shown with; each takes what it needs. */
export type Seen = {
  readonly look: Lookup;
  readonly picture: Picture;
  readonly timezone: string;
  /** Of the point, zone or person the page is of; else empty. */
  readonly id: string;
  /** The order somebody opened; null: the one that is open. */
  readonly wanted: string | null;
};

type LaterPage = Exclude<Page["page"], "overview" | "account" | "none">;

/** By their page of the router, in the order they are fetched: what an evacuation needs first. */
export const pages: Readonly<Record<LaterPage, () => Promise<{ default: Component<Seen> }>>> = {
  evac: () => import("./Evac.svelte"),
  alarms: () => import("./Alarms.svelte"),
  sensor: () => import("./Sensor.svelte"),
  zone: () => import("./Zone.svelte"),
  people: () => import("./People.svelte"),
  tracks: () => import("./Tracks.svelte"),
  wall: () => import("./Wall.svelte"),
  replay: () => import("./Replay.svelte"),
  roster: () => import("./Duty.svelte"),
  outputs: () => import("./Outputs.svelte"),
  revisions: () => import("./Revisions.svelte"),
  notifications: () => import("./Notifications.svelte"),
  audit: () => import("./Audit.svelte"),
  users: () => import("./Users.svelte"),
  reports: () => import("./Reports.svelte"),
  health: () => import("./Health.svelte"),
};

/** What is part of a page, and the one page that is shown without a mine. */
export const later = {
  reach: () => import("../parts/Reach.svelte"),
  shelf: () => import("../parts/header/Shelf.svelte"),
  order: () => import("../parts/OrderDialog.svelte"),
  acknowledge: () => import("../parts/alarms/AckDialog.svelte"),
  map: () => import("../parts/MapView.svelte"),
  drawer: () => import("../parts/Drawer.svelte"),
  account: () => import("./ChoosePassword.svelte"),
  reachability: () => import("../parts/Reachability.svelte"),
  systemWhy: () => import("../parts/SystemWhy.svelte"),
  cannotAlarm: () => import("../parts/CannotAlarm.svelte"),
  sound: () => import("../parts/sound/Sound.svelte"),
  soundTested: () => import("../parts/sound/Tested.svelte"),
  scenarios: () => import("../parts/ScenarioDialog.svelte"),
  legend: () => import("../parts/map/MapLegend.svelte"),
} as const;

/** Fetch them all, what an evacuation needs first. One that fails is asked for again when opened. */
export function fetchLater(): void {
  const words = [() => speech.learnLater(), () => speech.learnOther()];
  const all = [later.map, ...Object.values(pages), ...Object.values(later), ...words];
  for (const load of all) load().catch(() => undefined);
}
