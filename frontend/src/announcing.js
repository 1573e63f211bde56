/**
 * Return what says a sentence to screen readers: the last one counts, and the same one twice is said twice.
 *
 * @param {(tag: string, properties: object) => HTMLElement} make makes an element of the gallery
 */
export function announcer(make) {
  const region = make("p", { className: "gallery-hidden gallery-announcement", role: "status" });
  return {
    region,
    announce(text) {
      // A region that says the same again would be silent.
      region.textContent = region.textContent === text ? `${text}\u00a0` : text;
    },
  };
}
