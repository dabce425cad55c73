/** Pages as addresses: a second screen or a phone opens any of them. */

/** Pages that are one address and nothing more; a page of its own has its word here. */
const PLAIN = [
  "alarms",
  "people",
  "roster",
  "reports",
  "replay",
  "health",
  "wall",
  "users",
  "account",
  "outputs",
  "revisions",
  "audit",
  "notifications",
] as const;

type Plain = (typeof PLAIN)[number];

export type Page =
  | { page: "overview" }
  | { page: Plain }
  | { page: "evac"; order: string | null }
  | { page: "sensor"; point: string }
  | { page: "zone"; zone: string }
  | { page: "tracks"; person: string }
  | { page: "none" };

const NONE: Page = { page: "none" };

/** Those that are of something: by the first word of the address, what stands behind it. */
const OF_ONE: Readonly<Record<string, (second: string) => Page>> = {
  evac: (second) => ({ page: "evac", order: second || null }),
  sensor: (second) => (second ? { page: "sensor", point: second } : NONE),
  zone: (second) => (second ? { page: "zone", zone: second } : NONE),
  tracks: (second) => ({ page: "tracks", person: second }),
};

/** Which page an address means. */
export function pageOf(path: string): Page {
  const [first = "", second = "", ...rest] = path.split("/").slice(1).map(decodeURIComponent);
  if (rest.length) return NONE;
  if (Object.hasOwn(OF_ONE, first)) return OF_ONE[first]!(second);
  if (second) return NONE;
  const plain = PLAIN.find((page) => page === first);
  return plain ? { page: plain } : first ? NONE : { page: "overview" };
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
