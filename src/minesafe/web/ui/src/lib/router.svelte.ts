/** Pages as addresses: a second screen or a phone opens any of them. */

export type Page =
  | { page: "overview" }
  | { page: "alarms" }
  | { page: "evac"; order: string | null }
  | { page: "sensor"; point: string }
  | { page: "roster" }
  | { page: "health" }
  | { page: "none" };

/** Which page an address means. */
export function pageOf(path: string): Page {
  const [first = "", second = "", ...rest] = path.split("/").slice(1).map(decodeURIComponent);
  if (rest.length) return { page: "none" };
  if (first === "" && !second) return { page: "overview" };
  if (first === "alarms" && !second) return { page: "alarms" };
  if (first === "evac") return { page: "evac", order: second || null };
  if (first === "sensor" && second) return { page: "sensor", point: second };
  if (first === "roster" && !second) return { page: "roster" };
  if (first === "health" && !second) return { page: "health" };
  return { page: "none" };
}

class Router {
  path = $state(location.pathname);
  at = $derived(pageOf(this.path));

  constructor() {
    addEventListener("popstate", () => (this.path = location.pathname));
    document.addEventListener("click", (event) => this.#follow(event));
  }

  go(path: string): void {
    if (path === this.path) return;
    history.pushState(null, "", path);
    this.path = path;
    scrollTo(0, 0);
  }

  /** Plain links stay plain links; only an ordinary click on our own pages is taken over. */
  #follow(event: MouseEvent): void {
    const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (event.defaultPrevented || event.button !== 0 || modified) return;
    const link = (event.target as Element).closest("a");
    if (!link || link.target || link.origin !== location.origin) return;
    if (pageOf(link.pathname).page === "none") return;
    event.preventDefault();
    this.go(link.pathname);
  }
}

export const router = new Router();
