import { expect, test, vi } from "vitest";

vi.stubGlobal("location", { pathname: "/", search: "" });
vi.stubGlobal("addEventListener", () => undefined);
vi.stubGlobal("document", { addEventListener: () => undefined });
const { pageOf } = await import("./router.svelte");

test.each([
  ["/", { page: "overview" }],
  ["/alarms", { page: "alarms" }],
  ["/evac", { page: "evac", order: null }],
  ["/evac/order%237", { page: "evac", order: "order#7" }],
  ["/sensor/T2", { page: "sensor", point: "T2" }],
  ["/zone/1-N4", { page: "zone", zone: "1-N4" }],
  ["/tracks/P74", { page: "tracks", person: "P74" }],
  ["/people", { page: "people" }],
  ["/wall", { page: "wall" }],
  ["/sensor", { page: "none" }],
  ["/alarms/7", { page: "none" }],
  ["/zone/a/b", { page: "none" }],
  ["/toString", { page: "none" }],
])("%s", (path, page) => expect(pageOf(path)).toEqual(page));
