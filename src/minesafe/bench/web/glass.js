// What the bench asks a page; see glass.py. Times are milliseconds, of the page or of the wall.
window.glass = {
  /** When the mine was first on the glass. */
  pictured: 0,
  /** What a head-count said, and the wall's time at which it was on the glass. */
  seen: [],
  heard: 0,
  frames: [],
  long: 0,

  /** Settles with the first picture. */
  first: () =>
    new Promise((done) => {
      const look = () => (glass.pictured ? done() : setTimeout(look, 20));
      look();
    }),

  painted: () => performance.getEntriesByName("first-paint")[0]?.startTime ?? 0,

  /** Call back in the first turn after the frame that shows what was just changed. */
  shown(done) {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = done;
      port2.postMessage(0);
    });
  },

  watch(name) {
    const row = [...document.querySelectorAll("li button")].find(
      (one) => one.querySelector(".name")?.textContent.trim() === name,
    );
    const count = row.querySelector(".count");
    new MutationObserver(() => {
      const told = count.textContent.trim();
      glass.shown(() => glass.seen.push([told, performance.timeOrigin + performance.now()]));
    }).observe(count, { childList: true, characterData: true, subtree: true });
  },

  begin() {
    [glass.frames, glass.long, glass.heard] = [[], 0, 0];
    let before = performance.now();
    const frame = (now) => {
      glass.frames.push(now - before);
      before = now;
      glass.next = requestAnimationFrame(frame);
    };
    glass.next = requestAnimationFrame(frame);
  },

  end() {
    cancelAnimationFrame(glass.next);
    const sorted = glass.frames.slice(1).sort((a, b) => a - b);
    const sum = sorted.reduce((a, b) => a + b, 0);
    return {
      fps: Math.round((10_000 * sorted.length) / sum) / 10,
      frame_ms_p99: Math.round(10 * sorted[Math.floor(0.99 * sorted.length)]) / 10,
      long_tasks: glass.long,
      heard: glass.heard,
    };
  },
};

new PerformanceObserver((list) => (glass.long += list.getEntries().length)).observe({
  type: "longtask",
});

new MutationObserver((_, watching) => {
  if (!document.querySelector("canvas.hand")) return;
  watching.disconnect();
  glass.shown(() => (glass.pictured = performance.now()));
}).observe(document, { childList: true, subtree: true });

window.WebSocket = class extends WebSocket {
  constructor(...address) {
    super(...address);
    this.addEventListener("message", () => glass.heard++);
  }
};
