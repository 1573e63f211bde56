/** Run something once the page has nothing else to do; returns what calls it off. */
export function whenIdle(run, timeout = 1000) {
  if (!globalThis.requestIdleCallback) {
    const timer = setTimeout(run, 50);
    return () => clearTimeout(timer);
  }
  const waiting = requestIdleCallback(run, { timeout });
  return () => cancelIdleCallback(waiting);
}
