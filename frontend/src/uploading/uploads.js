import { make } from "../items/making.js";
import { again } from "./again.js";
import { Choosing } from "./choosing.js";
import { FAMILY } from "./family.js";

/** Milliseconds before a part that did not come is asked for again. */
const PAUSE = 4000;
/** Files of galleries that were taken out of the page: they may be put in again at another place. */
const unfinished = new WeakMap();

/** The files of a gallery that are to become images; what carries them is loaded when it is needed. */
export class Uploads {
  #gallery;
  #carrier;
  #loading;
  /** What was brought and is still being looked through, or came before what carries it. */
  #takings = new Set();
  #signal;

  constructor(gallery) {
    this.#gallery = gallery;
    this.#signal = gallery.signal;
    gallery.uploads = this;
    const { editable, uploadUrl, parts } = gallery.configuration;
    // Without them the form itself takes the files.
    if (!editable || !uploadUrl || !parts.uploading) return;
    new Choosing(gallery, { take: (brought) => this.take(brought), approach: () => this.#load() });
    const files = unfinished.get(gallery);
    unfinished.delete(gallery);
    if (files) this.take({ files });
    else if (isKeeping()) this.#load();
  }

  /** How many files are on their way. */
  get running() {
    return this.#takings.size + (this.#carrier?.running ?? 0);
  }

  /** How many wait for an answer of whoever chose them. */
  get asking() {
    return this.#carrier?.asking ?? 0;
  }

  /** How many came to nothing and are still shown. */
  get failed() {
    return this.#carrier?.failed ?? 0;
  }

  /** Take files. */
  add(files) {
    return this.take({ files: [...files] });
  }

  /**
   * Take what was brought.
   *
   * @param {{ files: File[], entries?: FileSystemEntry[], isFolder?: boolean }} brought
   */
  async take(brought) {
    const taking = this.#load().then((carrier) => carrier?.receive(brought));
    this.#takings.add(taking);
    try {
      await taking;
    } finally {
      this.#takings.delete(taking);
    }
  }

  /** Wait until no file is on its way. */
  async settled() {
    await Promise.allSettled(this.#takings);
    await this.#carrier?.settled();
  }

  /** Lead people to the first file in a state, where something is to be done. */
  focus(state) {
    this.#carrier?.focus(state);
  }

  /** Note that the form is being sent. */
  markSent() {
    this.#carrier?.markSent();
  }

  /** Called after each change of the gallery. */
  show() {
    this.#carrier?.show();
  }

  disconnect() {
    const files = this.#carrier?.disconnect() ?? [];
    if (files.length) unfinished.set(this.#gallery, files);
  }

  /** Load what carries files; nothing when the gallery leaves the page before it has come. */
  #load() {
    this.#loading ??= this.#loaded();
    return this.#loading;
  }

  async #loaded() {
    const { configuration } = this.#gallery;
    const signal = this.#signal;
    const notice = make("li", { className: "gallery-upload-row" });
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        const { Carrier } = await import(again(configuration.parts.uploading, attempt));
        notice.remove();
        if (signal.aborted) return undefined;
        this.#carrier = new Carrier(this.#gallery);
        this.#carrier.show();
        return this.#carrier;
      } catch (error) {
        // What is wrong in the part itself does not get better.
        if (!(error instanceof TypeError)) throw error;
      }
      if (this.#takings.size && !notice.isConnected) {
        notice.textContent = this.#gallery.say("uploading.offline");
        this.#gallery.querySelector(":scope > ol.gallery-uploads")?.append(notice);
        this.#gallery.announce(notice.textContent);
      }
      await new Promise((resolve) => {
        setTimeout(resolve, PAUSE);
        window.addEventListener("online", resolve, { once: true });
      });
    }
    return undefined;
  }
}

/** Tell whether this tab keeps uploads of any gallery, which may be this one's. */
function isKeeping() {
  try {
    return Object.keys(sessionStorage).some((key) => key.startsWith(FAMILY));
  } catch {
    return false;
  }
}
