/** What becomes of files on their journeys: the gallery, the rows and the page learn of it. */
export class Outcomes {
  #traffic;

  /** @param {import("./traffic.js").Traffic} traffic */
  constructor(traffic) {
    this.#traffic = traffic;
  }

  /** Show that something changed. */
  changed() {
    this.#traffic.changed();
  }

  /** Return the upright size of a picture, where the browser knows it. */
  sizeOf(upload) {
    return this.#traffic.rows.sizeOf(upload);
  }

  /** The upload of the same bytes that was first, while its image is here or may come to be. */
  first(upload) {
    const { met, gallery } = this.#traffic;
    const first = met.meet(upload.hash, upload);
    if (!first || first.isRunning || first.state === "asking") return first;
    if (gallery.arrangement.has(first.key)) return first;
    met.forget(first);
    return met.meet(upload.hash, upload);
  }

  /** Tell whether a file may go; one that a listener forbids is dropped. */
  allows(upload) {
    const traffic = this.#traffic;
    if (traffic.tell("upload", { file: upload.file }, { cancelable: true })) return true;
    traffic.leave(upload);
    traffic.tell("cancelled", { file: upload.file });
    traffic.settle();
    return false;
  }

  /** Note how many bytes of a file have gone. */
  progress(upload, loaded) {
    this.#traffic.rows.note(Math.max(0, loaded - upload.loaded));
    upload.loaded = loaded;
    this.#traffic.tell("progress", { file: upload.file, loaded, total: upload.size });
    this.changed();
  }

  /** Send it later: at once when it is its turn, after a pause, or when there is a connection. */
  postpone(upload, { state, error, wait }) {
    if (state === "waiting") return this.#traffic.wait(upload, { first: true });
    upload.become(state, { error, until: wait === undefined ? null : Date.now() + wait });
    const resume = () => this.#traffic.wait(upload, { first: true });
    if (wait !== undefined) upload.timer = setTimeout(resume, wait);
    return this.changed();
  }

  /** Ask whether the same picture is wanted twice; meanwhile all others go on. */
  ask(upload, twin) {
    const { arrangement } = this.#traffic.gallery;
    const isHere = !twin.key || arrangement.has(twin.key);
    upload.twin = { ...twin, isHere, isRemoved: arrangement.removed.has(twin.key) };
    upload.become("asking");
    this.#traffic.announce(isHere ? "twice_chosen" : "twice_sent", { other: twin.name });
    this.#traffic.settle();
  }

  /** Say why a file came to nothing. */
  fail(upload, error) {
    const traffic = this.#traffic;
    upload.become("failed", { error });
    traffic.met.forget(upload);
    traffic.underway.lose(upload);
    const said = traffic.rows.why(upload);
    const { code, message } = error;
    traffic.tell("failed", { code, message: message || said, file: upload.file });
    traffic.announce("failed", { name: upload.name, why: said });
    traffic.settle();
  }

  /** Put the image that a file has become into the gallery, where it was meant to be. */
  finish(upload) {
    const traffic = this.#traffic;
    const { image, file } = upload;
    const at = traffic.place(upload);
    upload.become("done");
    upload.key = String(image.id);
    traffic.brought.add(upload.key);
    traffic.rows.remove(upload);
    traffic.gallery.add(image, { at, says: false });
    traffic.tell("uploaded", { image, file });
    traffic.settle();
  }
}
