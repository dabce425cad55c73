/*
 * Keeps the shell, so that the page opens while the server is away and says so. It keeps no answer of
 * the API, no phone page, no word of the live wire: a number that was stored is never shown as one
 * that holds. Whatever is not named below goes past it as if it were not there.
 */

const SHELL = "minesafe-shell";

/** The files a build names by their contents; what they hold can never be another. */
const isBuilt = (path) => path.startsWith("/assets/");

/** Files of the shell that keep their name: the newest is asked for, the stored one stands in. */
const isKept = (path) => path === "/favicon.svg" || path === "/manifest.json" || path.startsWith("/icons/");

/** Addresses of their own: a page of the server, not a view of the shell. */
const isElsewhere = (path) => /^\/(a|api|docs|page|openapi\.json|healthz|readyz|metrics)(\/|$)/.test(path);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(["/", "/favicon.svg", "/manifest.json"])));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || isElsewhere(pathname)) return;
  if (request.mode === "navigate") event.respondWith(shell(request));
  else if (isBuilt(pathname)) event.respondWith(stored(request));
  else if (isKept(pathname)) event.respondWith(newest(request));
});

/** Every view is the same page: what the server says, else the one that is stored. */
async function shell(request) {
  const cache = await caches.open(SHELL);
  try {
    const answer = await fetch(request);
    if (answer.ok) await renew(cache, answer.clone());
    return answer;
  } catch {
    return (await cache.match("/")) ?? Response.error();
  }
}

/** Another build: the files of the one before it are let go. */
async function renew(cache, answer) {
  const [before, now] = [await cache.match("/"), await answer.text()];
  if (before && (await before.text()) === now) return;
  for (const one of await cache.keys()) if (isBuilt(new URL(one.url).pathname)) await cache.delete(one);
  await cache.put("/", new Response(now, { headers: answer.headers }));
}

async function stored(request) {
  const cache = await caches.open(SHELL);
  const known = await cache.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

async function newest(request) {
  const cache = await caches.open(SHELL);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch {
    return (await cache.match(request)) ?? Response.error();
  }
}
