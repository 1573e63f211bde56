import Sortable, { AutoScroll } from "sortablejs/modular/sortable.core.esm.js";

Sortable.mount(new AutoScroll());

const ITEM = "li.gallery-item:not([hidden])";

/**
 * Let the items of a list be dragged by their handles, by mouse, pen and finger.
 *
 * @param {HTMLElement} list
 * @param {{with: (key: string) => string[], dropped: (keys: string[], before?: string|null) => void}} options
 *   `with` tells which images go along, `dropped` where they were let go: before which one, null
 *   for the end, undefined where the drag was given up
 */
export function draggable(list, { with: along, dropped }) {
  let keys = [];
  let given = false;
  const mark = (on) => {
    for (const item of list.children) {
      item.classList.toggle("gallery-item-dragged", on && keys.includes(item.dataset.key));
    }
  };
  const giveUp = (event) => {
    if (event.key !== "Escape") return;
    given = true;
    document.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
    document.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
  };
  // A handle that looks as if it could be taken can be.
  list.classList.add("gallery-draggable");
  return Sortable.create(list, {
    handle: ".gallery-handle",
    draggable: ITEM,
    // The browser's own dragging is for files, and knows no fingers.
    forceFallback: true,
    fallbackTolerance: 4,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
    scroll: true,
    scrollSensitivity: 80,
    scrollSpeed: 16,
    bubbleScroll: true,
    ghostClass: "gallery-item-gap",
    fallbackClass: "gallery-item-flying",
    onStart({ item }) {
      given = false;
      keys = along(item.dataset.key);
      mark(true);
      list.closest("gallery-input").classList.add("gallery-dragging");
      const flying = Sortable.ghost;
      if (flying && keys.length > 1) flying.dataset.count = keys.length;
      document.addEventListener("keydown", giveUp);
    },
    onEnd({ item }) {
      document.removeEventListener("keydown", giveUp);
      mark(false);
      list.closest("gallery-input")?.classList.remove("gallery-dragging");
      let next = item.nextElementSibling;
      while (next && (!next.matches(ITEM) || keys.includes(next.dataset.key)))
        next = next.nextElementSibling;
      dropped(keys, given ? undefined : (next?.dataset.key ?? null));
    },
  });
}
