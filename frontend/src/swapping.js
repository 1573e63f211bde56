import { nameOf } from "./naming.js";

/** What htmx marks while new parts have, for a moment, the attributes of those they replace. */
const UNSETTLED = ".htmx-added, .htmx-settling";

/**
 * Tell whether an element is whole, and what it says is its own; else `go` is called once it is.
 *
 * @param {HTMLElement} element the gallery
 * @param {() => void} go
 */
export function settled(element, go) {
  if (document.readyState === "loading") {
    // What the element holds is not parsed yet.
    document.addEventListener("DOMContentLoaded", go, { once: true });
    return false;
  }
  // A form that others are made from is left as it is: they connect by themselves.
  if (nameOf(element).includes("__prefix__")) return false;
  const part = element.closest(UNSETTLED);
  if (!part) return true;
  new MutationObserver((_changes, watch) => {
    if (part.matches(UNSETTLED)) return;
    watch.disconnect();
    go();
  }).observe(part, { attributeFilter: ["class"] });
  return false;
}

/**
 * Return what watches over the classes of the script: a library that puts back what the server
 * wrote, after a swap or by comparing, means no harm by it.
 *
 * @param {HTMLElement} element the gallery, to be observed by `keep`
 * @param {() => boolean} isWhole tells whether what the script has put in is still there
 * @param {() => void} again is called when it is not
 */
export function keeper(element, { isWhole, again }) {
  const watch = new MutationObserver((changes) => {
    if (!isWhole()) return again();
    const [first] = changes.filter(({ type }) => type === "attributes");
    const had = first?.oldValue?.split(/\s+/) ?? [];
    if (had.includes("gallery-enhanced") && !element.classList.contains("gallery-enhanced"))
      element.classList.add(...had.filter((each) => each.startsWith("gallery-")));
  });
  return {
    keep: () =>
      watch.observe(element, {
        attributeFilter: ["class"],
        attributeOldValue: true,
        childList: true,
      }),
    disconnect: () => watch.disconnect(),
  };
}
