import { cloned } from "./making.js";
import { openBeside } from "./menus.js";

/** Where the way to show the images is kept, for all galleries of a site. */
const VIEW = "gallery-events:view";
const VIEWS = ["grid", "list"];

/** What stands above the images: how many, what is selected, undo, sort, grid or list. */
export class Toolbar {
  #gallery;
  #selecting;

  constructor(gallery, selecting) {
    this.#gallery = gallery;
    this.#selecting = selecting;
    this.bar = cloned(gallery, "toolbar");
    if (!this.bar) return;
    gallery.items.list.before(this.bar);
    this.#view(remembered());
    const { signal } = gallery;
    this.bar.addEventListener("click", ({ target }) => this.#clicked(target.closest("[data-do]")), {
      signal,
    });
    this.#part("select-all").addEventListener(
      "click",
      ({ target }) => (target.checked ? selecting.all() : selecting.none()),
      { signal },
    );
  }

  show() {
    if (!this.bar) return;
    const gallery = this.#gallery;
    const [chosen, count] = [this.#selecting.keys.length, gallery.arrangement.kept.length];
    this.bar.classList.toggle("gallery-toolbar-empty", !count);
    // What was taken away last can be had back here too.
    this.bar.hidden = !count && !gallery.canUndo && !gallery.canRedo;
    this.#part("count").textContent = chosen
      ? gallery.say("arranging.chosen", { count: chosen })
      : gallery.say("arranging.count", { count });
    this.#part("chosen").hidden = !chosen;
    const all = this.#part("select-all");
    [all.checked, all.indeterminate] = [
      chosen > 0 && chosen === count,
      chosen > 0 && chosen < count,
    ];
    // Not disabled: a button that is loses the focus.
    for (const [deed, can] of [
      ["undo", gallery.canUndo],
      ["redo", gallery.canRedo],
    ]) {
      this.#button(deed)?.setAttribute("aria-disabled", String(!can));
    }
  }

  close() {
    this.#part("menu")?.hidePopover();
  }

  #part(name) {
    return this.bar.querySelector(`.gallery-${name}`);
  }

  #button(deed) {
    return this.bar.querySelector(`[data-do="${deed}"]`);
  }

  #clicked(button) {
    const deed = button?.dataset.do;
    if (deed === "sorts") openBeside(this.#part("menu"), button);
    if (VIEWS.includes(deed)) this.#view(deed, { keep: true });
  }

  #view(view, { keep = false } = {}) {
    for (const each of VIEWS) {
      this.#gallery.classList.toggle(`gallery-as-${each}`, each === view);
      this.#button(each)?.setAttribute("aria-pressed", String(each === view));
    }
    if (keep) keepView(view);
  }
}

function remembered() {
  try {
    const view = localStorage.getItem(VIEW);
    return VIEWS.includes(view) ? view : VIEWS[0];
  } catch {
    // A browser may refuse to keep anything.
    return VIEWS[0];
  }
}

function keepView(view) {
  try {
    localStorage.setItem(VIEW, view);
  } catch {
    // It is only forgotten.
  }
}
