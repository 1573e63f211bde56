import { FAMILY } from "./family.js";

/**
 * Finished uploads outlive a reload: their keys are kept in the session storage of the tab.
 *
 * A list belongs to an address, a gallery of the form, and the version that the form is based on.
 * What was sent with the form is marked: it may have been saved. Where nobody can tell, it is shown
 * again only to whoever comes back to the very same page, which is what one does when a save failed.
 */
export class Kept {
  #storage;
  #family;
  #key;

  /** @param {{ storage: Storage, address: string, field: string, version: string }} options */
  constructor({ storage, address, field, version }) {
    this.#storage = storage;
    this.#family = `${FAMILY}${address} ${field} `;
    this.#key = this.#family + version;
  }

  /** Return the keys that are to be shown again, and forget those of other versions. */
  read({ cameBack }) {
    this.#forgetOthers();
    const { keys = [], sent = false } = this.#stored();
    if (!sent || cameBack) return keys;
    this.write([]);
    return [];
  }

  /** Keep these keys, in their order; none is as if nothing had ever been kept. */
  write(keys) {
    this.#try(() => {
      if (keys.length) this.#storage.setItem(this.#key, JSON.stringify({ keys }));
      else this.#storage.removeItem(this.#key);
    });
  }

  /** Note that the form with what is kept is being sent. */
  markSent() {
    const { keys } = this.#stored();
    if (keys)
      this.#try(() => this.#storage.setItem(this.#key, JSON.stringify({ keys, sent: true })));
  }

  #stored() {
    return this.#try(() => JSON.parse(this.#storage.getItem(this.#key))) ?? {};
  }

  #forgetOthers() {
    this.#try(() => {
      for (const key of Object.keys(this.#storage))
        if (key.startsWith(this.#family) && key !== this.#key) this.#storage.removeItem(key);
    });
  }

  /** A storage that is full, forbidden or of another hand costs a convenience, not the upload. */
  #try(action) {
    try {
      return action();
    } catch {
      return undefined;
    }
  }
}

/** Tell whether this page was loaded again, or gone back to, and not newly asked for. */
export function cameBack({ performance = globalThis.performance } = {}) {
  const [{ type } = {}] = performance.getEntriesByType("navigation");
  return type === "reload" || type === "back_forward";
}
