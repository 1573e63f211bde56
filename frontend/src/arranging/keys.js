import { move, shift } from "./acts.js";

/** What the browser undoes by itself, and where letters are typed. */
const TYPED =
  "textarea, select, [contenteditable], input:not([type='checkbox'], [type='radio'], [type='button'])";

/** So many images stand beside each other. */
const columns = ({ items }) => getComputedStyle(items.list).gridTemplateColumns.split(" ").length;

/** How far a key goes; undefined for any other. Where writing runs to the left, so do the arrows. */
function step(gallery, key) {
  const forward = getComputedStyle(gallery).direction === "rtl" ? -1 : 1;
  const steps = {
    ArrowLeft: () => -forward,
    ArrowRight: () => forward,
    ArrowUp: () => -columns(gallery),
    ArrowDown: () => columns(gallery),
    Home: () => -Infinity,
    End: () => Infinity,
  };
  return steps[key]?.();
}

/** The keyboard, for whoever uses no pointer. */
export class Keys {
  constructor(gallery, arranging) {
    const { selecting, roving } = arranging;
    Object.assign(this, { gallery, arranging, selecting, roving });
    const { signal } = gallery;
    gallery.items.list.addEventListener("keydown", (event) => this.#inList(event), { signal });
    document.addEventListener("keydown", (event) => this.#history(event), { signal });
    gallery.addEventListener("pointerdown", () => this.#touched(), { signal });
    gallery.addEventListener("focusin", () => this.#touched(), { signal });
  }

  /** Where nothing has the focus, keys mean the gallery that was used last. */
  static last;

  #touched() {
    Keys.last = this.gallery;
  }

  #inList(event) {
    const { target, key, shiftKey, altKey } = event;
    const image = this.gallery.items.keyOf(target);
    const command = event.ctrlKey || event.metaKey;
    if (!image || target.matches(TYPED) || altKey) return;
    if (command) {
      if (key.toLowerCase() !== "a") return;
      this.selecting.all();
    } else if (key === "Escape") {
      this.selecting.none();
      return;
    } else if (key === "Delete") {
      this.arranging.without(this.selecting.with(image));
    } else if (target.matches(".gallery-handle") && step(this.gallery, key)) {
      this.#move(image, step(this.gallery, key));
    } else if (target.matches(".gallery-controls *") && step(this.gallery, key)) {
      this.#go(image, { by: step(this.gallery, key), target, extend: shiftKey });
    } else {
      return;
    }
    event.preventDefault();
  }

  #move(image, by) {
    const keys = this.selecting.with(image);
    if (keys.length === 1) shift(this.gallery, image, by);
    else {
      const { kept } = this.gallery.arrangement;
      const others = kept.filter((key) => !keys.includes(key));
      const at = kept.slice(0, kept.indexOf(keys[0])).filter((key) => others.includes(key)).length;
      move(this.gallery, keys, Math.min(Math.max(at + 1 + by, 1), others.length + 1));
    }
  }

  #go(image, { by, target, extend }) {
    const { kept } = this.gallery.arrangement;
    const at = Math.min(Math.max(kept.indexOf(image) + by, 0), kept.length - 1);
    if (extend) this.selecting.upTo(kept[at], image);
    this.roving.focus(kept[at], target.dataset.do);
  }

  #history(event) {
    const { gallery } = this;
    const { target } = event;
    const here = gallery.contains(target) || (target === document.body && Keys.last === gallery);
    if (!here || !(event.ctrlKey || event.metaKey) || event.altKey || target.matches(TYPED)) return;
    const key = event.key.toLowerCase();
    if (key === "z") gallery[event.shiftKey ? "redo" : "undo"]();
    else if (key === "y") gallery.redo();
    else return;
    event.preventDefault();
  }
}
