/**
 * The service worker, where the browser trusts the connection: then the page can be installed and
 * opens while the server is away. Without one everything works as it does with it.
 */

const BUILT = `${location.origin}/assets/`;

export async function install(): Promise<void> {
  if (!isSecureContext || !("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  try {
    const first = serviceWorker.controller === null;
    const controlled = new Promise((resolve) => {
      serviceWorker.addEventListener("controllerchange", resolve, { once: true });
    });
    await serviceWorker.register("/sw.js");
    if (!first) return;
    await controlled;
    await keepAll();
  } catch (trouble) {
    console.warn("not installable:", trouble);
  }
}

/** What this page was made of came before there was a worker: it goes past it once more, to be kept. */
async function keepAll(): Promise<void> {
  const files = performance.getEntriesByType("resource").map((one) => one.name);
  await Promise.all(files.filter((name) => name.startsWith(BUILT)).map((name) => fetch(name)));
}
