/**
 * What is not needed to see where something is wrong, to acknowledge it and to order people out: it
 * comes when it is asked for, and all of it is fetched once the first picture is shown, so that it
 * is there when the server is not.
 */

import { speech } from "../lib/i18n/speech.svelte";

export const later = {
  acknowledge: () => import("../parts/alarms/AckDialog.svelte"),
  map: () => import("../parts/MapView.svelte"),
  search: () => import("../parts/map/MapSearch.svelte"),
  drawer: () => import("../parts/Drawer.svelte"),
  evac: () => import("./Evac.svelte"),
  alarms: () => import("./Alarms.svelte"),
  sensor: () => import("./Sensor.svelte"),
  zone: () => import("./Zone.svelte"),
  people: () => import("./People.svelte"),
  wall: () => import("./Wall.svelte"),
  replay: () => import("./Replay.svelte"),
  roster: () => import("./Duty.svelte"),
  outputs: () => import("./Outputs.svelte"),
  revisions: () => import("./Revisions.svelte"),
  users: () => import("./Users.svelte"),
  account: () => import("./ChoosePassword.svelte"),
  reports: () => import("./Reports.svelte"),
  scenarios: () => import("../parts/ScenarioDialog.svelte"),
  legend: () => import("../parts/map/MapLegend.svelte"),
  health: () => import("./Health.svelte"),
} as const;

/** Fetch them all, what an evacuation needs first. One that fails is asked for again when opened. */
export function fetchLater(): void {
  const words = [() => speech.learnLater(), () => speech.learnOther()];
  for (const load of [...Object.values(later), ...words]) load().catch(() => undefined);
}
