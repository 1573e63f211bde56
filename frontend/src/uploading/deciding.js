import { UploadError } from "./errors.js";
import { fetched } from "./fetching.js";

/** What people decide about single files, and about all of a kind. */
export class Deciding {
  #traffic;
  #outcomes;
  #admit;

  /**
   * @param {import("./traffic.js").Traffic} traffic
   * @param {object} parts
   * @param {import("./outcomes.js").Outcomes} parts.outcomes
   * @param {(upload: object, options: object) => void} parts.admit lets a file begin
   */
  constructor(traffic, { outcomes, admit }) {
    this.#traffic = traffic;
    this.#outcomes = outcomes;
    this.#admit = admit;
  }

  /** What the buttons do: each with an upload, and `all` with those that it is about. */
  get acts() {
    const acts = {};
    for (const act of ["drop", "retry", "keep", "use"]) acts[act] = (upload) => this[act](upload);
    const { underway } = this.#traffic;
    const each = (which, act) => () => {
      for (const upload of which()) this[act](upload);
    };
    const all = {
      cancelAll: each(() => underway.running, "drop"),
      retryAll: each(() => underway.in("failed"), "retry"),
      keepAll: each(() => underway.in("asking"), "keep"),
      leaveAll: each(() => underway.in("asking"), "drop"),
    };
    return { ...acts, all };
  }

  /** Take a file out, whatever has become of it: it is not wanted. */
  drop(upload) {
    const wasWanted = upload.state !== "failed";
    this.#traffic.leave(upload);
    if (wasWanted) this.#traffic.tell("cancelled", { file: upload.file });
    this.#traffic.settle();
  }

  /** Send a file that failed, or pauses, now. */
  retry(upload) {
    upload.attempt = 0;
    upload.hasRenewed = false;
    this.#admit(upload, { first: true });
  }

  /** Have the same picture twice. */
  keep(upload) {
    upload.isMeant = true;
    if (!upload.image) this.#admit(upload, { first: true });
    else if (this.#traffic.room() < 1) this.#fail(upload, "too_many");
    else this.#outcomes.finish(upload);
  }

  /** Have the picture that was here before in the place of the one that came. */
  async use(upload) {
    const { key } = upload.twin;
    const { gallery, brought } = this.#traffic;
    const isRemoved = gallery.arrangement.removed.has(key);
    const isNew = isRemoved || !gallery.arrangement.has(key);
    if (isNew && this.#traffic.room() < 1) return this.#fail(upload, "too_many");
    if (isRemoved)
      gallery.change("restore", (now) => now.restoring([key]), { detail: { keys: [key] } });
    else if (isNew) {
      const image = await fetched(key, gallery.configuration);
      if (upload.state !== "asking") return undefined;
      if (!image) return this.#fail(upload, "network");
      brought.add(key);
      gallery.add(image, { at: this.#traffic.place(upload) });
    }
    upload.key = key;
    this.#traffic.leave(upload);
    return this.#traffic.settle();
  }

  #fail(upload, code) {
    this.#outcomes.fail(upload, new UploadError({ code }));
  }
}
