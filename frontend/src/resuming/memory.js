/** What the names begin with of all that is kept here. */
const FAMILY = "gallery-input upload ";
/** Nobody goes on with what is older: the server has given it up long before. */
const OLDEST = 30 * 24 * 60 * 60 * 1000;

/**
 * Where files go on that have arrived in part: kept in the storage of the browser, so that whoever
 * chooses a file again goes on with it after a reload, or another day.
 *
 * It is found by what the file is. The server alone tells what has become of it.
 */
export class Memory {
  #storage;
  #family;
  #key;

  /**
   * @param {object} options
   * @param {?Storage} options.storage none where the browser forbids it
   * @param {string} options.endpoint where such uploads begin
   * @param {{name: string, type: string, size: number, lastModified: number}} options.file
   * @param {?string} [options.hash] of its bytes; more sure than its name and time
   * @param {number} [options.now] milliseconds, as `Date.now` counts
   */
  constructor({ storage, endpoint, file, hash = null, now = Date.now() }) {
    this.#storage = storage;
    const { name, size, type, lastModified } = file;
    this.#family = FAMILY + JSON.stringify([endpoint, name, size, hash ?? [type, lastModified]]);
    this.#prune(now);
  }

  /** Return where the file goes on; undefined where it is new. @param {Set<string>} busy is left out */
  find(busy) {
    for (const key of this.#keys(this.#family)) {
      const { address } = this.#read(key);
      if (!address || busy.has(address)) continue;
      this.#key = key;
      return address;
    }
    return undefined;
  }

  /** Keep where the file goes on. */
  keep(address, { now = Date.now() } = {}) {
    this.#key ??= `${this.#family} ${address}`;
    this.#try(() => this.#storage.setItem(this.#key, JSON.stringify({ address, now })));
  }

  /** Forget it: it is an image, or not wanted. */
  forget() {
    if (this.#key) this.#try(() => this.#storage.removeItem(this.#key));
    this.#key = undefined;
  }

  #prune(now) {
    for (const key of this.#keys(FAMILY))
      if (!(this.#read(key).now > now - OLDEST)) this.#try(() => this.#storage.removeItem(key));
  }

  #keys(family) {
    const keys = this.#try(() => Object.keys(this.#storage)) ?? [];
    return keys.filter((key) => key.startsWith(family));
  }

  #read(key) {
    return this.#try(() => JSON.parse(this.#storage.getItem(key))) ?? {};
  }

  /** A storage that is full or forbidden costs going on, not the upload. */
  #try(action) {
    try {
      return action();
    } catch {
      return undefined;
    }
  }
}
