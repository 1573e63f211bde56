import { cloned, filled } from "./making.js";

/** What is removed lies here until the form is saved: its inputs stay in the form. */
export class Tray {
  #gallery;

  constructor(gallery) {
    this.#gallery = gallery;
    this.tray = cloned(gallery, "tray");
    if (this.tray) gallery.items.list.after(this.tray);
  }

  show() {
    if (!this.tray) return;
    const { arrangement } = this.#gallery;
    const removed = arrangement.order.filter((key) => arrangement.removed.has(key));
    this.tray.hidden = !removed.length;
    const list = this.tray.querySelector("ul");
    const there = new Map([...list.children].map((each) => [each.dataset.key, each]));
    // Who stands at a button in it keeps the focus while nothing here changes.
    if (removed.length === there.size && removed.every((key) => there.has(key))) return;
    list.replaceChildren(...removed.map((key) => there.get(key) ?? this.#item(key)));
  }

  focus() {
    this.tray?.querySelector("button")?.focus();
  }

  #item(key) {
    const { items } = this.#gallery;
    const item = filled(cloned(this.#gallery, "tray-item"), {
      __key__: key,
      __name__: items.nameOf(key),
    });
    item.dataset.key = key;
    // Whoever takes out a thousand images waits for none of them to be made.
    const src = items.pictureOf(key);
    if (src) {
      const img = Object.assign(document.createElement("img"), { loading: "lazy", src, alt: "" });
      item.querySelector(".gallery-tray-picture")?.append(img);
    }
    return item;
  }
}
