/** Words for codes that the first screen does not say. */

import type { laterCodesZh } from "./later-codes.zh";
import type { Widened } from "./speech.svelte";

export const laterCodesEn: Widened<typeof laterCodesZh> = {
  decision: {
    stop_work_suffices: "Stop work suffices",
    evacuate: "Evacuate",
    false_alarm: "False alarm",
  },

  whereaboutsOf: {
    unknown: "unknown",
    standing: "standing",
    wrong_way: "wrong way",
    moving: "moving",
    at_refuge: "at refuge",
    out: "out",
  },

  toldOf: {
    not_yet: "not yet",
    failed: "failed",
    notified: "sent",
    delivered: "delivered",
    acknowledged: "acknowledged",
  },

  post: {
    leader: "Leader",
    deputy: "Deputy",
    mine_head: "Mine head",
    dispatcher: "Dispatcher",
    engineer: "Engineer",
  },

  role: {
    viewer: "viewer",
    dispatcher: "dispatcher",
    leader: "leader",
    engineer: "engineer",
    admin: "admin",
    inspector: "inspector",
  },

  standingOf: {
    well: "well",
    troubled: "trouble",
    silent: "not heard",
    never_heard: "never heard",
    unknown: "says nothing by itself",
  },

  deviceKind: {
    substation: "substation",
    gateway: "gateway",
    station: "base station",
    reader: "reader",
    instrument: "instrument",
    output: "output",
    terminal: "terminal",
    broadcaster: "loudspeaker",
    telephone: "telephone",
  },

  placing: {
    unbelieved: "not taken: its quality is not believed",
    other_nearer: "not taken: another reader had it nearer",
    no_place: "not taken: no place of this mine",
    too_fast: "not taken: too far in that time",
  },
};
