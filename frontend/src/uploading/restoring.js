import { fetched } from "./fetching.js";
import { cameBack, Kept } from "./keeping.js";

/** Has uploads outlive a reload: they are on the server, and only this page knows what they are for. */
export class Restoring {
  #gallery;
  #brought;
  #kept;
  /** Keys that are still being asked for. */
  #awaited;

  /** @param {Set<string>} brought keys of the images that were brought on this page */
  constructor(gallery, brought) {
    this.#gallery = gallery;
    this.#brought = brought;
    if (!gallery.configuration.imageUrl) return;
    this.#kept = new Kept({
      storage: storage(),
      address: location.pathname + location.search,
      field: gallery.configuration.name,
      version: gallery.querySelector(":scope > input[name$='-base']")?.value ?? "new",
    });
    // Where a gallery is of a model, the server knows whether what was sent has arrived.
    this.#awaited = this.#kept
      .read({ cameBack: Boolean(gallery.configuration.field) || cameBack() })
      .filter((key) => !gallery.arrangement.has(key));
    gallery.addEventListener(
      "gallery:edited",
      ({ detail: { key, image } }) => {
        if (brought.has(key)) brought.add(String(image.id));
      },
      { signal: gallery.signal },
    );
    this.#restore();
  }

  /** Note that the form is being sent: what is kept is needed no more, if it arrives. */
  markSent() {
    this.#kept?.markSent();
  }

  /** Called after each change of the gallery. */
  show() {
    const here = this.#gallery.arrangement.kept.filter((key) => this.#brought.has(key));
    this.#kept?.write([...here, ...this.#awaited]);
  }

  async #restore() {
    const { signal, configuration } = this.#gallery;
    let count = 0;
    for (const key of [...this.#awaited]) {
      const image = await fetched(key, configuration);
      if (signal.aborted) return;
      // It stays kept: the next time the page is loaded it is asked for again.
      if (image === undefined) continue;
      this.#awaited = this.#awaited.filter((each) => each !== key);
      // Whatever a gallery holds already was saved.
      if (!image || image.used) continue;
      count += 1;
      this.#brought.add(key);
      this.#gallery.add(image, { says: false });
    }
    if (count) this.#gallery.announce(this.#gallery.say("uploading.restored", { count }));
    this.show();
  }
}

/** The storage of the tab; none where the browser forbids it. */
function storage() {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
