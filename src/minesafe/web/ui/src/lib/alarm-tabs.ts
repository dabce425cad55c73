/** The tabs of the alarms page: which alarms stand under which. Pure. */

import { isAside } from "./alarms";
import { unacknowledged } from "./live/picture";
import type { Alarm } from "./wire";

export const TABS = ["active", "returned", "aside", "records", "history"] as const;
export type Tab = (typeof TABS)[number];

/** What an address says, or what stands. */
export const tabOf = (asked: string | null): Tab => TABS.find((tab) => tab === asked) ?? "active";

const UNDER: Partial<Record<Tab, (alarm: Alarm) => boolean>> = {
  active: (alarm) => !isAside(alarm) && alarm.state !== "returned_unacked",
  returned: (alarm) => alarm.state === "returned_unacked",
  aside: isAside,
};

/** Those of a tab; none of those that are asked for and not pushed. */
export const under = (tab: Tab, alarms: readonly Alarm[]): Alarm[] =>
  alarms.filter(UNDER[tab] ?? (() => false));

/** What may be acknowledged together: what is seen on this page, and nothing that asks for a note. */
export const together = (shown: readonly Alarm[]): Alarm[] =>
  shown.filter((alarm) => unacknowledged(alarm) && alarm.severity !== "I");

/** Rows of a page; a flood is read page by page, never acknowledged as a whole. */
export const A_PAGE = 20;
