/** Words of sound and voice. */

import type { soundZh } from "./sound.zh";

export const soundEn: typeof soundZh = {
  title: "Sound",
  blockedNow: "An alarm waits and the sound is blocked: nobody hears it!",
  testedAt: (at) => `tested ${at}`,
  untested: "Sound untested",
  pcClock: (by, fast) => `PC clock ${by} ${fast ? "fast" : "slow"}`,
  test: "Test sound",
  ask: "The sound of this screen was not tested this shift",
  play: "Play the test",
  again: "Play it again",
  question: "Did you hear it?",
  heard: "I heard it",
  unheard: "I did not",
  later: "Ask in half an hour",
  close: "Close",
  screen: "Name of this screen",
  recorded: "recorded",
  afterUnheard: "See to loudspeaker, volume and browser, then try again. It is recorded as a fault.",
  voice: "Spoken alarms",
  voiceThere: "this machine has a voice",
  voiceNone: "this machine has no voice for English: only the tone sounds",
  state: { blocked: "blocked by the browser", silenced: "silenced", on: "on" },
  tests: "Tests of each screen",
  noTests: "No test is recorded",
  this: "this screen",
  byWhom: "Tested by",
  result: "Result",
  expired: "of an earlier shift",

  say: {
    test: "Sound test",
    lost: "Data lost. Ask underground by telephone",
    cannot: "This system cannot raise an alarm now. Have somebody look at the server",
    order: (kind, zones) => `${kind}. ${zones}. Acknowledge`,
    level: { I: "Level one", II: "Level two", III: "Level three", IV: "Level four" },
    alarm: (level, parts) => `${level}. ${parts}`,
    more: (n) => `${n} more alarm${n === 1 ? "" : "s"}`,
    comma: ", ",
  },
};
