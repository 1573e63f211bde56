import { make } from "../items/making.js";
import { button } from "../uploading/buttons.js";

/** Says why a form is not sent yet, in sight wherever the page is scrolled to, and what can be done. */
export class Bar {
  #gallery;
  #element;

  /** @param {HTMLElement} gallery one of the form: its words are used, and the bar is in it */
  constructor(gallery) {
    this.#gallery = gallery;
  }

  /**
   * Show a sentence with buttons; the same bar again when it is there already.
   *
   * @param {string} text
   * @param {Record<string, () => void>} acts what buttons do, by the names of their words
   */
  show(text, acts) {
    if (this.#element?.firstChild.textContent === text) return;
    const bar = this.#element ?? make("div", { className: "gallery-waiting" });
    const made = Object.entries(acts).map(([word, press]) =>
      button(this.#gallery.say(`leaving.${word}`), { press }),
    );
    const said = make("p", { textContent: text });
    // A count that goes down does not take the button away that somebody is about to press.
    if (bar.childElementCount === made.length + 1) bar.firstChild.replaceWith(said);
    else bar.replaceChildren(said, ...made);
    if (this.#element) return;
    this.#element = bar;
    bar.popover = "manual";
    this.#gallery.append(bar);
    bar.showPopover?.();
    this.#gallery.announce(text);
  }

  hide() {
    this.#element?.remove();
    this.#element = undefined;
  }
}
