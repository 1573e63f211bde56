import { tell } from "../events.js";
import { held, room } from "./counting.js";
import { Met } from "./duplicates.js";
import { Underway } from "./underway.js";

/** What everything that carries files shares: which there are, how they are shown, who hears of them. */
export class Traffic {
  /** Keys of the images that were brought on this page. */
  brought = new Set();
  met = new Met();
  underway = new Underway();
  gallery;
  /** Of this connection: an element that was put in again elsewhere has another. */
  signal;
  rows;
  queue;
  #waiters = [];
  #show;

  constructor(gallery) {
    this.gallery = gallery;
    this.signal = gallery.signal;
  }

  /**
   * Begin.
   *
   * @param {object} parts
   * @param {import("./rows.js").Rows} parts.rows
   * @param {import("./queue.js").Queue} parts.queue
   * @param {() => void} parts.show has all be shown that depends on which files there are
   */
  open({ rows, queue, show }) {
    Object.assign(this, { rows, queue });
    this.#show = show;
  }

  /** How many images more may come; *most* in all. */
  room({ most = this.gallery.configuration.maxImages } = {}) {
    return room({ most, held: held(this.gallery), running: this.underway.running.length });
  }

  /** Return the place of a finished image, counted from 1; undefined for the end. */
  place(upload) {
    return this.underway.place(upload, this.gallery.arrangement.kept);
  }

  /** Have a file wait for its turn; *first* puts it before all others: it has waited already. */
  wait(upload, { first = false } = {}) {
    upload.become("waiting");
    this.underway.begin(upload);
    this.queue.add(upload, { first });
    this.changed();
  }

  /** Take a file out, whatever has become of it. */
  leave(upload) {
    upload.drop();
    this.queue.drop(upload);
    this.met.forget(upload);
    this.underway.drop(upload);
    this.rows.remove(upload);
  }

  /** Show how it stands with the files. */
  changed() {
    if (this.signal.aborted) return;
    const { all, batch } = this.underway;
    this.rows.show({ uploads: all, batch });
  }

  /** Look whether all is done, after any of it was. */
  settle() {
    if (this.signal.aborted) return;
    this.#show();
    if (this.underway.running.length) return;
    const count = this.underway.end();
    if (count) this.announce("finished", { count });
    this.resolve();
  }

  /** Wait until no file is on its way. */
  settled() {
    if (!this.underway.running.length) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Have nobody wait any longer. */
  resolve() {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  announce(word, params) {
    this.gallery.announce(this.gallery.say(`uploading.${word}`, params));
  }

  /** Tell the page; false when a listener forbids it. */
  tell(type, detail, options) {
    return tell(this.gallery, `gallery:${type}`, detail, options);
  }
}
