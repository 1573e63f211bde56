import { whenIdle } from "../items/idle.js";
import { move } from "./acts.js";

/** Loads what drags, when a pointer comes near or the page has nothing else to do. */
export class Dragging {
  #gallery;
  #selecting;
  #loading;
  #dragged;

  constructor(gallery, selecting) {
    this.#gallery = gallery;
    this.#selecting = selecting;
    if (!gallery.configuration.parts.arranging) return;
    const { signal } = gallery;
    gallery.addEventListener("pointerover", () => this.load(), { signal, once: true });
    whenIdle(() => signal.aborted || this.load(), 5000);
  }

  /** Load it once; without it there are buttons and keys. */
  load() {
    this.#loading ??= import(this.#gallery.configuration.parts.arranging).then(
      ({ draggable }) => {
        if (!this.#gallery.isConnected) return;
        const { items } = this.#gallery;
        this.#dragged = draggable(items.list, {
          with: (key) => {
            items.complete();
            return this.#selecting.with(key);
          },
          dropped: (keys, before) => this.#drop(keys, before),
        });
      },
      () => {},
    );
    return this.#loading;
  }

  disconnect() {
    this.#dragged?.destroy();
  }

  /** Images were let go before another one; null is the end, undefined nowhere. */
  #drop(keys, before) {
    const { arrangement } = this.#gallery;
    const others = arrangement.kept.filter((key) => !keys.includes(key));
    if (before !== undefined)
      move(this.#gallery, keys, before === null ? others.length + 1 : others.indexOf(before) + 1);
    // Also where a listener forbade it: the page shows what is so.
    this.#gallery.items.show(this.#gallery.arrangement);
  }
}
