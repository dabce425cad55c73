/** What a key does on every page. The map, the replay and open dialogs have keys of their own. */

import { help } from "./help.svelte";
import { room } from "./room.svelte";
import { router } from "./router.svelte";
import { selection } from "./selection.svelte";

/** Where letters are text, and what lies open above the page. */
const TYPED_INTO = "input, textarea, select, [contenteditable]";
const ABOVE = "dialog[open]";

const first = (what: string): HTMLElement | null => document.querySelector<HTMLElement>(what);

/** To the box that searches: of this page where it has one, else of people. */
function search(): void {
  const box = first("main input[type=search]");
  if (box) box.focus();
  else router.go("/people");
}

/**
 * Press the button of the row that is open: what it waits for and what is refused is then seen at
 * it. Where no row is open the most urgent one is offered, and a second press takes it.
 */
function acknowledge(): void {
  const row = selection.alarm && first(`[data-ack="${CSS.escape(selection.alarm)}"] button`);
  const foremost = first(".banner [data-ack] button");
  if (row) row.click();
  else if (document.activeElement === foremost) foremost?.click();
  else foremost?.focus();
}

/** A row up or down, where the focus is in a list of rows. */
function move(step: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  rows[at + step]?.focus();
  return at >= 0;
}

/** By the key; true where the browser shall do nothing more with it. */
const ACTS: Readonly<Record<string, () => boolean | void>> = {
  "/": () => (search(), true),
  a: () => acknowledge(),
  m: () => room.silence(),
  "?": () => void (help.open = true),
  Escape: () => void (selection.alarm = null),
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
};

/** Do what a key asks for, unless it is typed into something, or something lies above the page. */
export function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if ((event.target as Element).closest(TYPED_INTO) || first(ABOVE)) return;
  const act = ACTS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act?.()) event.preventDefault();
}
