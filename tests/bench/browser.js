// What the page is asked to tell while tests/bench/browser.py drives it. Injected before the page's own script.

const bench = {
  /** When all was joined and the notes of the board were last seen to change in number. */
  usable: null,
  frames: [],
  long: [],
  keys: [],
};
globalThis.bench = bench;

new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) bench.long.push(Math.round(entry.duration));
}).observe({ entryTypes: ["longtask"] });

let count = -1;
let changedAt = 0;
let calm = 0;
const settle = () => {
  const now = performance.now();
  const saved = document.querySelector(".status[data-state=saved]") !== null;
  const notes = document.querySelectorAll("li.note, li.ln").length;
  calm = saved && notes === count && notes > 0 ? calm + 1 : 0;
  if (!saved || notes !== count) changedAt = now;
  count = notes;
  // the first of ten frames in which nothing was missing any more
  if (calm < 10) requestAnimationFrame(settle);
  else {
    bench.usable = { at: changedAt, notes: count };
    document.documentElement.dataset.usable = "";
  }
};
requestAnimationFrame(settle);

/** Collect the times between frames until `bench.stop` is called. */
bench.start = () => {
  bench.frames = [];
  bench.long = [];
  bench.running = true;
  let last = 0;
  const frame = (now) => {
    if (!bench.running) return;
    if (last > 0) bench.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
};
bench.stop = () => {
  bench.running = false;
  return { frames: bench.frames, long: bench.long };
};

// from a key going down to the end of the frame that follows
let heard;
bench.firstKey = new Promise((then) => {
  heard = then;
});
addEventListener(
  "keydown",
  (event) => {
    const from = event.timeStamp;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        bench.keys.push(performance.now() - from);
        heard(bench.keys[0]);
      };
      port2.postMessage(null);
    });
  },
  true,
);
