/** No part is made smaller than this: each costs a request. */
const SMALLEST = 64 * 1024;
/** The server takes no file in more parts than twice as many. */
const MOST_PARTS = 1000;

/**
 * Return how many bytes of a file to send at once.
 *
 * A line that breaks before a part is through, or a proxy that lets none so large pass, gets
 * smaller ones: each time half of it.
 *
 * @param {{ most: number, size: number, halvings: number }} options
 */
export function partBytes({ most, size, halvings }) {
  const smallest = Math.max(SMALLEST, Math.ceil(size / MOST_PARTS));
  return Math.min(most, Math.max(smallest, Math.floor(most / 2 ** halvings)));
}

/** How often the parts of each file were made smaller: that outlasts the attempts. */
const halvings = new WeakMap();

/** The parts of a file, whose size changes with what the line lets through. */
export class Parts {
  #file;
  #most;

  /** @param {File} file @param {{ most: number }} options so many bytes at once, as the server says */
  constructor(file, { most }) {
    this.#file = file;
    this.#most = most;
  }

  /** How many bytes go at once. */
  get bytes() {
    const { size } = this.#file;
    return partBytes({ most: this.#most, size, halvings: halvings.get(this.#file) ?? 0 });
  }

  /** Make them smaller; false where they are as small as can be. */
  shrink() {
    const before = this.bytes;
    halvings.set(this.#file, (halvings.get(this.#file) ?? 0) + 1);
    return this.bytes < before;
  }
}
