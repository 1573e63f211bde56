/** So many steps can be undone; a step holds keys alone. */
const MOST = 200;

/** What a gallery was, is, and was before it was undone. */
export class Undoing {
  #past = [];
  #future = [];

  /** @param {import("./arrangement.js").Arrangement} present */
  constructor(present) {
    this.present = present;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** Go on to another arrangement, which can be undone; what was undone before is forgotten. */
  go(next) {
    this.#past = [...this.#past, this.present].slice(-MOST);
    this.#future = [];
    this.present = next;
  }

  /** Go back a step; false when there is none. */
  undo() {
    return this.#step(this.#past, this.#future);
  }

  /** Do again what was undone last; false when nothing was. */
  redo() {
    return this.#step(this.#future, this.#past);
  }

  #step(from, to) {
    if (!from.length) return false;
    to.push(this.present);
    this.present = from.pop();
    return true;
  }
}
