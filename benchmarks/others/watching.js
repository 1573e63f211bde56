/*
 * Runs before a page: notes when it can be used, how long the thread that people wait for was
 * blocked, and when files that were chosen had all been taken in. Both pages say it by events.
 */
const seen = { ready: 0, blocked: 0, chosen: 0, uploaded: 0, last: 0, failed: [], pressed: 0 };
globalThis.seen = seen;

/** What is drawn is what counts: the time of the frame after. */
const drawn = (note) => requestAnimationFrame(() => setTimeout(() => note(performance.now())));

function on(names, note) {
  for (const name of names) document.addEventListener(name, note);
}

on(["gallery:ready", "measured:ready"], () => {
  drawn((now) => {
    seen.ready = now;
  });
});
on(["gallery:add", "measured:chosen"], () => {
  seen.chosen = performance.now();
});
on(["gallery:uploaded", "measured:uploaded"], () => {
  seen.uploaded += 1;
  seen.last = performance.now();
});
on(["gallery:failed", "measured:failed"], ({ detail }) => seen.failed.push(detail.message));

// What takes longer than 50 ms keeps a click waiting for the rest.
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) seen.blocked += duration - 50;
}).observe({ type: "longtask", buffered: true });
// The browser itself tells only of clicks that took long.
document.addEventListener(
  "click",
  ({ timeStamp }) => {
    drawn((now) => {
      seen.pressed = Math.max(seen.pressed, now - timeStamp);
    });
  },
  { capture: true },
);
