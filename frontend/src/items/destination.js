import { move } from "../arranging/acts.js";
import { cloned } from "./making.js";
import { openBeside } from "./menus.js";

/** Where images are to go: to the start, to the end, to a position that is typed. */
export class Destination {
  #gallery;
  #keys = [];
  #opener;

  constructor(gallery) {
    this.#gallery = gallery;
    this.menu = cloned(gallery, "destination");
    if (!this.menu) return;
    gallery.append(this.menu);
    const { signal } = gallery;
    this.menu.addEventListener(
      "click",
      ({ target }) => this.#clicked(target.closest("[data-do]")),
      { signal },
    );
    this.menu.addEventListener("keydown", (event) => this.#key(event), { signal });
    // It is no part of the form: nobody is told that it changed.
    for (const type of ["input", "change"]) {
      this.menu.addEventListener(type, (event) => event.stopPropagation(), { signal });
    }
  }

  open(button, keys) {
    if (!this.menu || !keys.length) return;
    const { items, arrangement } = this.#gallery;
    this.#keys = keys;
    this.#opener = button;
    const what =
      keys.length > 1
        ? this.#gallery.say("arranging.these", { count: keys.length })
        : items.nameOf(keys[0]);
    this.#part("destination-what").textContent = what;
    this.#part("to").value = arrangement.placeOf(keys[0]);
    this.#part("of").textContent = this.#gallery.say("arranging.of", {
      count: arrangement.kept.length,
    });
    openBeside(this.menu, button);
  }

  #part(name) {
    return this.menu.querySelector(`.gallery-${name}`);
  }

  #key(event) {
    if (event.key !== "Enter" || event.target !== this.#part("to")) return;
    // Not the form's.
    event.preventDefault();
    this.#typed();
  }

  #clicked(button) {
    const deed = button?.dataset.do;
    if (deed === "to-start") this.#go(1);
    if (deed === "to-end") this.#go(this.#gallery.arrangement.kept.length);
    if (deed === "to-place") this.#typed();
  }

  #typed() {
    const total = this.#gallery.arrangement.kept.length;
    const to = Number(this.#part("to").value);
    if (Number.isInteger(to) && to >= 1) return this.#go(Math.min(to, total));
    this.#gallery.announce(this.#gallery.say("arranging.no_place", { total }));
    this.#part("to").select();
  }

  #go(to) {
    this.menu.hidePopover();
    move(this.#gallery, this.#keys, to);
    this.#opener.focus({ preventScroll: true });
    this.#opener.closest("li")?.scrollIntoView({ block: "nearest" });
  }
}
