/**
 * Pages that are not needed to see, acknowledge and evacuate: they come when they are asked for, and
 * all of them are fetched once the first picture is shown, so that they are there when the server is
 * not.
 */

export const later = {
  sensor: () => import("./Sensor.svelte"),
  zone: () => import("./Zone.svelte"),
  people: () => import("./People.svelte"),
  wall: () => import("./Wall.svelte"),
  replay: () => import("./Replay.svelte"),
  roster: () => import("./Duty.svelte"),
  outputs: () => import("./Outputs.svelte"),
  users: () => import("./Users.svelte"),
  account: () => import("./ChoosePassword.svelte"),
  reports: () => import("./Reports.svelte"),
  health: () => import("./Health.svelte"),
} as const;

/** Fetch them all. One that fails is asked for again when it is opened. */
export function fetchLater(): void {
  for (const load of Object.values(later)) load().catch(() => undefined);
}
