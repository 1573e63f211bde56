/** A larger file is not read into memory to be compared; the server compares it anyway. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Return the SHA-256 of a file as text; null where the browser has none, or it cannot be read. */
export async function digest(file) {
  // Without HTTPS there is no crypto.subtle.
  if (!globalThis.crypto?.subtle || file.size > MOST_BYTES) return null;
  try {
    const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch {
    return null;
  }
}

/** Which files a gallery has met on this page, by what is in them. */
export class Met {
  #first = new Map();

  /** Return the earlier upload of the same bytes; from now on *upload* is it where there is none. */
  meet(hash, upload) {
    if (!hash) return null;
    const first = this.#first.get(hash);
    if (first && first !== upload) return first;
    this.#first.set(hash, upload);
    return null;
  }

  /** Forget an upload that came to nothing: the next of the same bytes is the first. */
  forget(upload) {
    for (const [hash, first] of this.#first) if (first === upload) this.#first.delete(hash);
  }
}
