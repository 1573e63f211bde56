import { tell } from "../events.js";
import { Selection } from "../model/selecting.js";

/** The selected images, and the boxes that show them. */
export class Selecting {
  #gallery;
  #selection = new Selection();

  constructor(gallery) {
    this.#gallery = gallery;
    gallery.items.list.addEventListener(
      "click",
      (event) => {
        if (!event.target.matches?.("input.gallery-select")) return;
        const key = gallery.items.keyOf(event.target);
        if (event.shiftKey) this.upTo(key);
        else this.#choose(this.#selection.toggled(key));
      },
      { signal: gallery.signal },
    );
  }

  /** Keys in the order of the gallery. */
  get keys() {
    return this.#gallery.arrangement.kept.filter((key) => this.#selection.has(key));
  }

  /** What a deed at one image is about: all that is selected, if that one is. */
  with(key) {
    return this.#selection.has(key) ? this.keys : [key];
  }

  has(key) {
    return this.#selection.has(key);
  }

  /** Go on with the selection up to an image; from another one, when nothing was chosen yet. */
  upTo(key, from = key) {
    const { kept } = this.#gallery.arrangement;
    const begun =
      this.#selection.anchor === undefined ? this.#selection.toggled(from) : this.#selection;
    this.#choose(begun.upTo(key, kept));
  }

  all() {
    this.#choose(new Selection(this.#gallery.arrangement.kept));
  }

  none() {
    if (this.#selection.size) this.#choose(new Selection());
  }

  /** After a change: what was removed is not selected any more. */
  show() {
    const { items, arrangement } = this.#gallery;
    this.#selection = this.#selection.among(arrangement.kept);
    for (const item of items.list.children) this.#mark(item);
  }

  #choose(selection) {
    this.#selection = selection;
    for (const item of this.#gallery.items.list.children) this.#mark(item);
    const { keys } = this;
    tell(this.#gallery, "gallery:select", { keys });
    this.#gallery.announce(this.#gallery.say("arranging.chosen_said", { count: keys.length }));
    this.#gallery.shown();
  }

  #mark(item) {
    const is = this.#selection.has(item.dataset.key);
    const box = item.querySelector("input.gallery-select");
    if (box && box.checked !== is) box.checked = is;
    if (item.classList.contains("gallery-item-selected") !== is)
      item.classList.toggle("gallery-item-selected", is);
  }
}
