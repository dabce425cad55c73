/** The words of the page of notifications. */

import type { notifyZh } from "./notify.zh";
import type { Widened } from "./speech.svelte";

export const notifyEn: Widened<typeof notifyZh> = {
  page: "Notifications",
  channels: "Channels",
  well: "well",
  down: "down",
  ladder: "The ladder",
  after: (span) => `after ${span}`,
  atOnce: "at once",
  nobody: "nobody now",
  people: "Who may be asked within a day",
  person: "Person",
  phone: "Number ends in",
  noPhone: "no number",
  provenAt: "Number proven last",
  never: "never",
  nightly: "Nightly test",
  answered: (at) => `answered ${at}`,
  notAnswered: "not answered",
  notAsked: "not asked",
  wrong: "cannot be relied on",
  fine: "can be reached",
  send: "Send a test",
  sendTo: (who, channel) => `Send ${who} a test by ${channel}`,
  sendNote: "The message says that it is a test; an answer from the number proves the number.",
  tests: "Tests and their receipts",
  none: "No test has been sent yet",
  sent: "Sent",
  waiting: "waiting for a receipt…",
  took: (span) => `after ${span}`,
  reply: "Answer",
  noReply: "none yet",
  by: "By",
};
