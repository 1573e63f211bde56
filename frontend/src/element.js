import { announcer } from "./announcing.js";
import { configurationOf } from "./configuration.js";
import { tell } from "./events.js";
import { Items } from "./items/items.js";
import { cloned, MADE, make } from "./items/making.js";
import { Undoing } from "./model/undoing.js";
import { knownBy, rename } from "./naming.js";
import { PARTS } from "./parts.js";
import { keeper, settled } from "./swapping.js";
import { Words } from "./words.js";

/** Changes that a listener may forbid. */
const CANCELABLE = new Set(["move", "remove", "sort"]);

/**
 * A gallery in a form. The form is complete without it: its inputs stay what is sent, and the
 * script writes into them.
 */
export class GalleryInput extends HTMLElement {
  #connection;
  #parts = [];
  #undoing;
  #announce;
  #naming = new MutationObserver(() => this.#renamed());
  #keeper = keeper(this, {
    isWhole: () => this.#region?.parentElement === this,
    again: () => this.#again(),
  });
  #region;

  connectedCallback() {
    if (this.#connection) return;
    if (!settled(this, () => this.isConnected && this.connectedCallback())) return;
    rename(this);
    this.configuration = configurationOf(this);
    this.#connection = new AbortController();
    this.#clear();
    this.words = new Words(this.configuration.words);
    const { region, announce } = announcer(make);
    this.append(region, cloned(this, "help") ?? "");
    this.#region = region;
    this.#announce = announce;
    this.items = new Items(this);
    this.#undoing = new Undoing(this.items.first);
    this.classList.add("gallery-enhanced");
    this.classList.toggle("gallery-arranged", this.configuration.arranged);
    this.#parts = PARTS.map((Part) => new Part(this));
    this.#naming.observe(knownBy(this) ?? this, { attributeFilter: ["name"] });
    this.#show();
    this.#keeper.keep();
    tell(this, "gallery:ready");
  }

  disconnectedCallback() {
    if (!this.#connection) return;
    this.#connection.abort();
    this.#connection = undefined;
    this.#naming.disconnect();
    this.#keeper.disconnect();
    for (const part of [this.items, ...this.#parts]) part.disconnect?.();
    this.#parts = [];
    this.#clear();
  }

  /** Ends when the element leaves the page: pass it to every listener. */
  get signal() {
    return this.#connection.signal;
  }

  /** The gallery as it is now; it changes through {@link change} alone. */
  get arrangement() {
    return this.#undoing.present;
  }

  get canUndo() {
    return this.#undoing.canUndo;
  }

  get canRedo() {
    return this.#undoing.canRedo;
  }

  /** Say a sentence to screen readers. */
  announce(text) {
    this.#announce(text);
  }

  /** Return a sentence in the language of the page. */
  say(key, params) {
    return this.words.say(key, params);
  }

  /**
   * Change the gallery: one step that can be undone. False when nothing changes, or a listener forbids it.
   *
   * @param {string} kind what happens, the name of its event
   * @param {(now: import("./model/arrangement.js").Arrangement) => object} run returns what is to be
   * @param {{detail?: object, says?: (now: object) => string, native?: boolean}} options
   *   `says` what is announced; `native` false where the browser has sent its own event
   */
  change(kind, run, { detail, says, native = true } = {}) {
    const after = run(this.arrangement);
    if (after.equals(this.arrangement)) return false;
    if (detail && !tell(this, `gallery:${kind}`, detail, { cancelable: CANCELABLE.has(kind) }))
      return false;
    this.#undoing.go(after);
    this.#changed(kind, native);
    if (says) this.announce(says(after));
    return true;
  }

  /** Undo the last step; false when there is none. */
  undo() {
    return this.#undoing.undo() && this.#stepped("undo", "arranging.undone");
  }

  /** Do again what was undone last; false when nothing was. */
  redo() {
    return this.#undoing.redo() && this.#stepped("redo", "arranging.redone");
  }

  /**
   * Put an image into the gallery.
   *
   * @param {object} image as the upload view describes it
   * @param {{at?: number, says?: boolean}} options `at` a place counted from 1, else the end
   */
  add(image, { at, says = true } = {}) {
    const key = this.items.hold(image);
    const said = (now) => this.#placed("arranging.added", key, now);
    return this.change("added", (now) => now.adding(key, at), { says: says ? said : undefined });
  }

  /** Put an image in the place of another, which is removed, with the texts that it has now: one step. */
  replace(key, image) {
    const [old, other] = [String(key), this.items.hold(image)];
    const name = this.items.nameOf(old);
    const texts = this.items.carried(old, other);
    return this.change("edited", (now) => now.replacing(old, other).texting(texts), {
      detail: { key: old, image },
      says: () => this.say(image.edit ? "arranging.replaced" : "cropping.undone", { name }),
    });
  }

  /** Say where an image stands now. */
  #placed(word, key, now) {
    return this.say(word, {
      name: this.items.nameOf(key),
      place: now.placeOf(key),
      total: now.kept.length,
    });
  }

  #stepped(kind, word) {
    tell(this, `gallery:${kind}`);
    this.#changed(kind);
    this.announce(this.say(word));
    return true;
  }

  #changed(kind, native = true) {
    this.#show();
    tell(this, "gallery:change", { kind });
    if (native) this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Have every part show what is so: after a change, and when items were made. */
  shown() {
    for (const part of this.#parts) part.show?.();
  }

  #show() {
    let now;
    do {
      now = this.arrangement;
      // An input that is moved while somebody types in it says so: that is one more change.
      this.items.show(now);
    } while (now !== this.arrangement);
    this.shown();
  }

  /** Begin anew from what the inputs say now. */
  #again() {
    this.disconnectedCallback();
    this.connectedCallback();
  }

  /** Follow whoever has renumbered the forms of the page. */
  #renamed() {
    if (!rename(this, this.items.loose)) return;
    this.configuration = Object.freeze({ ...this.configuration, name: this.dataset.name });
  }

  /** Leave nothing of what a script has made: a page may be kept, copied and shown again. */
  #clear() {
    this.classList.remove("gallery-enhanced", "gallery-arranged");
    for (const each of this.querySelectorAll(`[${MADE}]`)) each.remove();
  }
}
