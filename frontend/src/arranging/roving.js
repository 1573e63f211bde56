/** The one image whose buttons the Tab key stops at; arrow keys go on to the others. */
export class Roving {
  #gallery;
  #current;

  constructor(gallery) {
    this.#gallery = gallery;
    gallery.items.list.addEventListener(
      "focusin",
      ({ target }) => this.#go(gallery.items.keyOf(target)),
      {
        signal: gallery.signal,
      },
    );
  }

  /** After a change: what has gone hands on to the first. */
  show() {
    const { kept } = this.#gallery.arrangement;
    if (!kept.includes(this.#current)) this.#go(kept[0]);
    else this.#tabbable(this.#current, 0);
  }

  /** Put the focus on a part of an image. */
  focus(key, part = "select") {
    this.#go(key);
    const item = this.#gallery.items.of(key);
    item?.querySelector(`[data-do="${part}"]`)?.focus({ preventScroll: true });
    item?.scrollIntoView({ block: "nearest" });
  }

  #go(key) {
    if (key === this.#current || key === undefined) return;
    if (this.#current !== undefined) this.#tabbable(this.#current, -1);
    this.#current = key;
    this.#tabbable(key, 0);
  }

  #tabbable(key, tabIndex) {
    const controls = this.#gallery.items
      .of(key)
      ?.querySelectorAll(".gallery-controls :is(input, button)");
    for (const each of controls ?? []) each.tabIndex = tabIndex;
  }
}
