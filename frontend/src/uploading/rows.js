import { make } from "../items/making.js";
import { why } from "./explaining.js";
import { Row } from "./row.js";
import { Summary } from "./summary.js";

/** Milliseconds between two looks at what changes by itself as time goes by. */
const TICK = 250;

/** The files of a gallery on their way, as people see them: one by one, and all together. */
export class Rows {
  #gallery;
  #acts;
  #list;
  #summary;
  #rows = new Map();
  #remark = make("p", { className: "gallery-limits", hidden: true });
  #frame;
  #tick;
  #shown = { uploads: [], batch: [] };

  /** @param {object} acts what buttons do, each with an upload; `all` those of the summary */
  constructor(gallery, { all, ...acts }) {
    this.#gallery = gallery;
    this.#acts = acts;
    this.#summary = new Summary(gallery, all);
    this.#list = gallery.querySelector(":scope > ol.gallery-uploads");
    if (!this.#list) {
      this.#list = make("ol", { className: "gallery-uploads" });
      gallery.append(this.#list);
    }
    this.#list.setAttribute("aria-label", gallery.say("uploading.rows"));
    this.#list.before(this.#summary.element);
    this.#list.after(this.#remark);
  }

  add(upload) {
    const row = new Row(upload, { gallery: this.#gallery, acts: this.#acts });
    this.#rows.set(upload, row);
    this.#list.append(row.element);
  }

  /** Return the upright size of a picture, where the browser knows it. */
  sizeOf(upload) {
    return this.#rows.get(upload)?.preview.size();
  }

  /** Return why a file came to nothing, in words. */
  why(upload) {
    return why(upload, this.#gallery);
  }

  /** Say something about what was brought last, beside its rows; nothing takes it back. */
  remark(text) {
    this.#remark.textContent = text;
    this.#remark.hidden = !text;
    if (text) this.#gallery.announce(text);
  }

  /** Note that so many bytes more have gone. */
  note(gone) {
    this.#summary.note(gone);
  }

  remove(upload) {
    const input = this.#gallery.querySelector(".gallery-upload input[type=file]");
    this.#rows.get(upload)?.remove(input);
    this.#rows.delete(upload);
  }

  /** Lead people to a row: it may be far away on the page. */
  focus(upload) {
    this.#draw();
    this.#rows.get(upload)?.focus();
  }

  /** Show how it stands, as soon as the page is drawn anew. */
  show(shown) {
    this.#shown = shown;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#draw();
    });
  }

  disconnect() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#tick);
    for (const upload of [...this.#rows.keys()]) this.remove(upload);
  }

  #draw() {
    for (const row of this.#rows.values()) row.show();
    this.#summary.show(this.#shown);
    clearTimeout(this.#tick);
    // Clocks run down, and a speed falls where nothing moves.
    if (this.#shown.uploads.some(({ state }) => state === "pausing" || state === "sending"))
      this.#tick = setTimeout(() => this.#draw(), TICK);
  }
}
