/** Words of the replay. */

import type { replayZh } from "./replay.zh";

export const replayEn: typeof replayZh = {
  notNow: "This is the past and not now; nothing can be done here",
  back: "Back to live",
  liveAbove: "Live alarms are above",
  play: "Play",
  pause: "Pause",
  speed: "Speed",
  when: "Moment",
  span: "Time line",
  spans: { h1: "1 h", h8: "8 h", d1: "24 h", d7: "7 d", d90: "90 d" },
  slider: "Draw to a moment",
  previous: "Alarm before",
  next: "Alarm after",
  second: (n) => `${n} s`,
  minute: (n) => `${n} min`,
  keys: "Space plays and pauses, ← → a second, Shift+← → a minute, PageUp and PageDown the alarm before and after, Esc back to live",
  recorded: (first, last) => `Recorded: ${first} — ${last}`,
  nothing: "Nothing had been recorded by then: all is unknown",
  gap: (age) => `Nothing had been heard for ${age}; this is what was known last`,
  lacking: "Names and limits are not those of that day",
  revision: "Configuration",
  loading: "Reading…",
  noOrders: "No order was open",
  noAlarms: "There was no alarm",
  more: (n) => `${n} more`,
  refused: "To see the past takes a dispatcher, leader, engineer, administrator or inspector",
  end: {
    present: "This is the present",
    other_revision: "Another configuration came into force here",
    too_many_players: "Too many screens are playing now; try again in a moment",
    history_unavailable: "History cannot be read now",
    not_logged_in: "The session has ended",
    long: "It has played for an hour",
  },
};
