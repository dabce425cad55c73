/** Words of the page of log-ins, and of choosing a password. */

import type { Widened } from "./speech.svelte";
import type { usersZh } from "./users.zh";

export const usersEn: Widened<typeof usersZh> = {
  mustChange: "This password is for one log-in: choose your own first.",
  now: "Password now",
  fresh: "New password (10 characters or more)",
  again: "New password again",
  differ: "The new passwords are not the same",
  change: "Set the new password",
  changed: "The new password is set: log in by it.",
  roles: "Roles",
  password: "Password",
  passwordIs: { own: "own", once: "for one log-in, not changed yet", barred: "barred: cannot log in", none: "none: cannot log in" },
  sessions: "Sessions",
  used: "Last used",
  give: "Give a one-time password…",
  giveTitle: (who) => `Give ${who} a one-time password`,
  giveConsequence:
    "The password there is no longer counts and every session ends at once. The one-time password allows nothing but choosing an own one.",
  given: "One-time password (shown this once: tell it in person)",
  act: { bar: "Bar…", let_in: "Let in again…", end_sessions: "End sessions…" },
  actTitle: {
    bar: (who) => `Bar the log-in of ${who}`,
    let_in: (who) => `Let ${who} log in again`,
    end_sessions: (who) => `End every session of ${who}`,
  },
  actNote: {
    bar: "At once, whatever the files say; sessions and open pages end. Ordering an evacuation needs no log-in and is not touched.",
    let_in: "The password is the one there was.",
    end_sessions: "Open pages end; one logs in anew.",
  },
  why: "Reason",
};
