import { afterEach, beforeEach, expect, test, vi } from "vitest";

const pressedOn: string[] = [];
const elements = new Map<string, { click(): void; focus(): void }>();
const named = (name: string) => ({
  click: () => void pressedOn.push(`click ${name}`),
  focus: () => void pressedOn.push(`focus ${name}`),
});
const page = {
  activeElement: null as unknown,
  querySelector: (what: string) => elements.get(what) ?? null,
  querySelectorAll: () => [],
  addEventListener: () => undefined,
};

vi.stubGlobal("location", { pathname: "/", search: "" });
vi.stubGlobal("localStorage", { getItem: () => null });
vi.stubGlobal("addEventListener", () => undefined);
vi.stubGlobal("document", page);
vi.mock("./room.svelte", () => ({ room: { silence: () => void pressedOn.push("silence") } }));
vi.stubGlobal("CSS", { escape: (text: string) => text });
const { pressed } = await import("./keys");
const { selection } = await import("./selection.svelte");
const { router } = await import("./router.svelte");

const BANNER = ".banner [data-ack] button";
const inside = (typed: boolean) => ({ closest: () => (typed ? {} : null) }) as unknown as Element;
const key = (name: string, more: object = {}) => {
  const event = { key: name, target: inside(false), preventDefault: vi.fn(), ...more };
  pressed(event as unknown as KeyboardEvent);
  return event;
};

beforeEach(() => {
  pressedOn.length = 0;
  elements.clear();
  page.activeElement = null;
});
afterEach(() => void (selection.alarm = null));

test("A acknowledges the row that is open, by its own button", () => {
  selection.alarm = "high:CH4#1";
  elements.set('[data-ack="high:CH4#1"] button', named("row"));
  elements.set(BANNER, named("banner"));
  key("A");
  expect(pressedOn).toEqual(["click row"]);
});

test("where no row is open A first offers the most urgent, and a second press takes it", () => {
  const foremost = named("banner");
  elements.set(BANNER, foremost);
  key("a");
  page.activeElement = foremost;
  key("a");
  expect(pressedOn).toEqual(["focus banner", "click banner"]);
});

test("what is typed into a field, and what lies above the page, is no command", () => {
  elements.set(BANNER, named("banner"));
  key("a", { target: inside(true) });
  elements.set("dialog[open]", named("dialog"));
  key("a");
  key("a", { ctrlKey: true });
  expect(pressedOn).toEqual([]);
});

test("M silences, which acknowledges nothing", () => {
  elements.set(BANNER, named("banner"));
  key("m");
  expect(pressedOn).toEqual(["silence"]);
});

test("the slash goes to this page's box, else to the search for people", () => {
  const go = vi.spyOn(router, "go").mockImplementation(() => undefined);
  expect(key("/").preventDefault).toHaveBeenCalled();
  expect(go).toHaveBeenCalledWith("/people");
  elements.set("main input[type=search]", named("box"));
  key("/");
  expect(pressedOn).toEqual(["focus box"]);
});
