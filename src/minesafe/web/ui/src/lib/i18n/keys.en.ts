/** Words of the list of keys, and of the head of what is printed. */

import type { keysZh } from "./keys.zh";
import type { Widened } from "./speech.svelte";

export const keysEn: Widened<typeof keysZh> = {
  title: "Keyboard",
  print: "Print",
  everywhere: "On every page",
  map: "On the map, once it has the focus",
  replay: "In a replay",
  keys: {
    search: "search people, or this page's search box",
    acknowledge: "acknowledge the open alarm; where none is open, first choose the most urgent one, then again",
    rows: "up and down a list of alarms; Enter opens a row",
    silence: "silence for 2 min (it acknowledges nothing)",
    level: "show that level alone; again shows all",
    escape: "close a row, a drawer, a dialog",
    help: "this list",
    tab: "go on; Enter or the space bar press",
    pan: "move",
    zoom: "nearer, further, the whole mine",
    play: "play, pause",
    step: "a second; with Shift a minute",
    mark: "event before, event after",
  },
  printed: (at) => `printed ${at}`,
  seen: (age) => `the picture is from ${age}`,
};
