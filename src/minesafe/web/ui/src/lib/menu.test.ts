import { describe, expect, test, vi } from "vitest";
import { en } from "./i18n/en";
import { zh } from "./i18n/zh";
import { ENTRIES, entriesOf } from "./menu";

vi.stubGlobal("location", { pathname: "/", search: "" });
vi.stubGlobal("addEventListener", () => undefined);
vi.stubGlobal("document", { addEventListener: () => undefined });
const { pageOf } = await import("./router.svelte");

describe("the pages by name", () => {
  test("every address is the page it is named after, and no name stands twice", () => {
    for (const { path, page } of ENTRIES) expect(pageOf(path).page).toBe(page);
    for (const w of [zh, en]) expect(new Set(ENTRIES.map((e) => e.name(w))).size).toBe(ENTRIES.length);
  });

  test("a display on the wall is not shown the past, nor who may log in", () => {
    const seen = (role: "viewer" | "admin") => entriesOf([role]).map((e) => e.page);
    expect(seen("viewer")).not.toContain("replay");
    expect(seen("viewer")).not.toContain("users");
    expect(seen("admin")).toContain("users");
  });

  test("what saves lives stands in the header on the smallest screen", () => {
    const always = ENTRIES.filter((e) => e.stands === "always").map((e) => e.page);
    expect(always).toEqual(["overview", "alarms", "evac"]);
  });
});
