/** Pages as addresses: a second screen or a phone opens any of them. */

export type Page =
  | { page: "overview" }
  | { page: "alarms" }
  | { page: "evac"; order: string | null }
  | { page: "sensor"; point: string }
  | { page: "zone"; zone: string }
  | { page: "people" }
  | { page: "roster" }
  | { page: "reports" }
  | { page: "replay" }
  | { page: "health" }
  | { page: "wall" }
  | { page: "users" }
  | { page: "account" }
  | { page: "outputs" }
  | { page: "revisions" }
  | { page: "none" };

const NONE: Page = { page: "none" };

/** By the first word of the address; what stands behind it, or nothing. */
const PAGES: Readonly<Record<string, (second: string) => Page>> = {
  "": (second) => (second ? NONE : { page: "overview" }),
  alarms: (second) => (second ? NONE : { page: "alarms" }),
  evac: (second) => ({ page: "evac", order: second || null }),
  sensor: (second) => (second ? { page: "sensor", point: second } : NONE),
  zone: (second) => (second ? { page: "zone", zone: second } : NONE),
  people: (second) => (second ? NONE : { page: "people" }),
  roster: (second) => (second ? NONE : { page: "roster" }),
  reports: (second) => (second ? NONE : { page: "reports" }),
  replay: (second) => (second ? NONE : { page: "replay" }),
  health: (second) => (second ? NONE : { page: "health" }),
  outputs: (second) => (second ? NONE : { page: "outputs" }),
  revisions: (second) => (second ? NONE : { page: "revisions" }),
  users: (second) => (second ? NONE : { page: "users" }),
  account: (second) => (second ? NONE : { page: "account" }),
  wall: (second) => (second ? NONE : { page: "wall" }),
};

/** Which page an address means. */
export function pageOf(path: string): Page {
  const [first = "", second = "", ...rest] = path.split("/").slice(1).map(decodeURIComponent);
  const means = Object.hasOwn(PAGES, first) ? PAGES[first] : undefined;
  return means && !rest.length ? means(second) : NONE;
}

class Router {
  path = $state(location.pathname);
  #search = $state(location.search);
  at = $derived(pageOf(this.path));
  /** What the address asks beside its page: `?q=` of people. */
  query = $derived(new URLSearchParams(this.#search));

  constructor() {
    addEventListener("popstate", () => this.#read());
    document.addEventListener("click", (event) => this.#follow(event));
  }

  go(address: string): void {
    if (address === this.path + this.#search) return;
    history.pushState(null, "", address);
    this.#read();
    scrollTo(0, 0);
  }

  /** The same page asked otherwise: nobody wants to go back a letter at a time. */
  ask(query: Record<string, string>): void {
    const asked = new URLSearchParams(query).toString();
    history.replaceState(null, "", asked ? `${this.path}?${asked}` : this.path);
    this.#read();
  }

  #read(): void {
    [this.path, this.#search] = [location.pathname, location.search];
  }

  /** Plain links stay plain links; only an ordinary click on our own pages is taken over. */
  #follow(event: MouseEvent): void {
    const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (event.defaultPrevented || event.button !== 0 || modified) return;
    const link = (event.target as Element).closest("a");
    if (!link || link.target || link.origin !== location.origin) return;
    if (pageOf(link.pathname).page === "none") return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}

export const router = new Router();
