import { Destination } from "../items/destination.js";
import { Toolbar } from "../items/toolbar.js";
import { Tray } from "../items/tray.js";
import { remove, restore, shift, sort } from "./acts.js";
import { Dragging } from "./dragging.js";
import { Keys } from "./keys.js";
import { Roving } from "./roving.js";
import { Selecting } from "./selecting.js";

/** Everything by which images are moved, selected, removed and put back. */
export class Arranging {
  #parts = [];

  constructor(gallery) {
    this.gallery = gallery;
    if (!gallery.configuration.arranged) return;
    this.selecting = new Selecting(gallery);
    this.roving = new Roving(gallery);
    this.toolbar = new Toolbar(gallery, this.selecting);
    this.tray = new Tray(gallery);
    this.destination = new Destination(gallery, this.selecting);
    this.keys = new Keys(gallery, this);
    this.dragging = new Dragging(gallery, this.selecting);
    this.#parts = [this.selecting, this.roving, this.toolbar, this.tray];
    const { signal } = gallery;
    gallery.addEventListener("click", (event) => this.#clicked(event), { signal });
    gallery.addEventListener("change", (event) => this.#typed(event), { signal });
  }

  show() {
    for (const part of this.#parts) part.show();
  }

  disconnect() {
    this.dragging?.disconnect();
  }

  /** Take images out; the focus goes on to what stands in their place. */
  without(keys) {
    const { gallery, roving, tray } = this;
    const next = after(gallery.arrangement.kept, keys);
    remove(gallery, keys);
    if (gallery.arrangement.removed.has(keys[0])) next ? roving.focus(next) : tray.focus();
  }

  #clicked({ target }) {
    const button = target.closest?.("button[data-do]");
    const deed = button && this.#deeds(button, this.gallery.items.keyOf(button))[button.dataset.do];
    deed?.();
  }

  #deeds(button, key) {
    const { gallery, selecting, destination, roving, toolbar } = this;
    const without = (keys) => this.without(keys);
    const isRemoved = (each) => gallery.arrangement.removed.has(each);
    const back = (keys) => {
      restore(gallery, keys);
      roving.focus(keys[0]);
    };
    return {
      earlier: () => shift(gallery, key, -1),
      later: () => shift(gallery, key, 1),
      remove: () => without([key]),
      "remove-chosen": () => without(selecting.keys),
      restore: () => back([button.dataset.key]),
      "restore-all": () => back(gallery.arrangement.order.filter(isRemoved)),
      place: () => destination.open(button, key ? [key] : selecting.keys),
      sort: () => {
        toolbar.close();
        sort(gallery, button.dataset.by);
      },
      undo: () => gallery.undo(),
      redo: () => gallery.redo(),
    };
  }

  /** A text that was changed is a step, too. */
  #typed({ target }) {
    const { gallery } = this;
    const key = gallery.items.keyOf(target);
    const inputs = key && gallery.items.inputs(key);
    const kind = inputs && Object.keys(inputs).find((each) => inputs[each] === target);
    if (!kind || kind === "order" || kind === "remove") return;
    const value = target.type === "checkbox" ? target.checked : target.value;
    gallery.change("text", (now) => now.texting({ [`${kind}:${key}`]: value }), { native: false });
  }
}

/** The image after these, else the one before them. */
function after(kept, keys) {
  const at = kept.indexOf(keys.at(-1));
  const others = (each) => !keys.includes(each);
  return kept.slice(at).find(others) ?? kept.slice(0, at).findLast(others);
}
