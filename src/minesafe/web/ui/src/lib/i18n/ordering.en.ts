/** Words of ordering by hand. */

import type { orderingZh } from "./ordering.zh";
import type { Widened } from "./speech.svelte";

export const orderingEn: Widened<typeof orderingZh> = {
  orderTitle: "Order to stop work and evacuate",
  orderKindLabel: "Order",
  orderZones: "Scope",
  orderGround: "Ground",
  orderBy: "Your name",
  orderNoLogIn: "No log-in is needed to order; your name goes into the record.",
  orderConsequence: (kind, zones, people) =>
    `${kind} at once: ${zones}, ${people}. Horns, broadcast, SMS and calls go out together and are recorded for good; only two people together can end it.`,
  orderPress: (kind) => `Give the order: ${kind}`,
  orderPeople: (n) => `${n} ${n === 1 ? "person" : "people"} located`,
  orderWhole: "Whole mine",
  orderOffline: "The mine's data is not loaded (not logged in): the order is for the whole mine.",
  asDrill: "As a drill: the same path, stamped DRILL",
};
