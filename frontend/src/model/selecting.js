/**
 * Which images are selected, and from which one a range goes. Nothing changes it: each choice is
 * another selection.
 */
export class Selection {
  /** @param {Iterable<string>} keys @param {string} [anchor] where a range begins */
  constructor(keys = [], anchor = undefined) {
    this.keys = new Set(keys);
    this.anchor = anchor;
    Object.freeze(this);
  }

  get size() {
    return this.keys.size;
  }

  has(key) {
    return this.keys.has(key);
  }

  /** Select one, or no longer; ranges begin there from now on. */
  toggled(key) {
    const keys = new Set(this.keys);
    if (!keys.delete(key)) keys.add(key);
    return new Selection(keys, key);
  }

  /** Select all from where the last choice was up to here, in the order of the gallery. */
  upTo(key, order) {
    const [from, to] = [order.indexOf(this.anchor), order.indexOf(key)];
    if (from < 0) return this.toggled(key);
    const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
    return new Selection([...this.keys, ...range], this.anchor);
  }

  /** Leave out what is not there any more. */
  among(order) {
    const there = new Set(order);
    return new Selection(
      [...this.keys].filter((key) => there.has(key)),
      this.anchor,
    );
  }
}
