/**
 * The service worker, where the browser trusts the connection: then the page can be installed and
 * opens while the server is away. Without one everything works as it does with it.
 */

export async function install(): Promise<void> {
  if (!isSecureContext || !("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/sw.js");
  } catch (trouble) {
    console.warn("not installable:", trouble);
  }
}
