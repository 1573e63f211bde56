import { make } from "../items/making.js";
import { button } from "./buttons.js";
import { kinds } from "./checks.js";
import { byName, dropped, isHidden } from "./folders.js";

/** Fields whose own drop and paste are left to them. */
const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";

/** Something that began on this page is dragged: a picture of it is no file that anybody brings. */
let isOurs = false;
document.addEventListener("dragstart", () => {
  isOurs = true;
});
document.addEventListener("dragend", () => {
  isOurs = false;
});

const brings = ({ dataTransfer }) => !isOurs && dataTransfer?.types.includes("Files");

/** A file that misses every zone would be opened in the place of the page, and all that was typed be lost. */
function refuseStray(event) {
  if (event.defaultPrevented || !brings(event) || event.target.closest?.("input[type=file]"))
    return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "none";
}

/** All ways by which files come to a gallery: chosen, dropped, pasted, whole folders, the camera. */
export class Choosing {
  #gallery;
  #take;
  #isUnder = false;

  /** @param {{ take: (files: File[]) => void }} options */
  constructor(gallery, { take }) {
    this.#gallery = gallery;
    this.#take = take;
    const zone = gallery.querySelector(".gallery-upload");
    const input = zone?.querySelector("input[type=file]");
    if (!input) return;
    this.#listenTo(input);
    zone.append(this.#offer(input));
    const on = (target, type, listener) =>
      target.addEventListener(type, listener, { signal: gallery.signal });
    on(gallery, "dragenter", (event) => this.#over(event));
    on(gallery, "dragover", (event) => this.#over(event));
    on(gallery, "dragleave", ({ relatedTarget }) => {
      if (!gallery.contains(relatedTarget)) this.#mark(false);
    });
    on(gallery, "drop", (event) => this.#drop(event));
    on(gallery, "pointerenter", () => {
      this.#isUnder = true;
    });
    on(gallery, "pointerleave", () => {
      this.#isUnder = false;
    });
    on(document, "paste", (event) => this.#paste(event));
    // One and the same function, so that many galleries listen once.
    window.addEventListener("dragover", refuseStray);
    window.addEventListener("drop", refuseStray);
  }

  /** Take the files out of an input: they are sent by us, and the same one can be chosen again. */
  #listenTo(input, chosen = (files) => files) {
    input.addEventListener(
      "change",
      (event) => {
        // The gallery has not changed yet.
        event.stopPropagation();
        const files = chosen([...input.files]);
        input.value = "";
        if (files.length) this.#take(files);
      },
      { signal: this.#gallery.signal },
    );
  }

  #offer(input) {
    const offered = make("div", { className: "gallery-upload-ways" });
    const touch = matchMedia("(any-pointer: coarse)").matches;
    const { multiple } = this.#gallery.configuration;
    const way = (word, properties, chosen) => {
      const own = make("input", { type: "file", hidden: true, ...properties });
      this.#listenTo(own, chosen);
      const press = () => own.click();
      offered.append(button(this.#gallery.say(`uploading.${word}`), { press }), own);
    };
    if (touch && "capture" in input) way("camera", { accept: "image/*", capture: "environment" });
    if (multiple && "webkitdirectory" in input && !matchMedia("(hover: none)").matches)
      way("folder", { webkitdirectory: true }, (files) => this.#pictures(byName(files)));
    const hint = this.#gallery.say("uploading.drop");
    offered.append(make("p", { className: "gallery-limits", textContent: hint }));
    return offered;
  }

  #over(event) {
    if (!brings(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    this.#mark(true);
  }

  async #drop(event) {
    this.#mark(false);
    if (event.defaultPrevented || !brings(event)) return;
    event.preventDefault();
    const { files, unreadable, fromFolder } = await dropped(event.dataTransfer);
    if (!this.#gallery.isConnected) return;
    // What cannot be read becomes a file that fails, with a row that says so.
    const lost = unreadable.map((name) =>
      Object.assign(new File([], name), { isUnreadable: true }),
    );
    this.#take([...(fromFolder ? this.#pictures(files) : files), ...lost]);
  }

  /** A paste is meant for the gallery that has the focus; where none has, for the one under the pointer. */
  #paste(event) {
    const { clipboardData: clipboard, defaultPrevented } = event;
    if (defaultPrevented || !clipboard?.files.length) return;
    const focused = document.activeElement?.closest("gallery-input");
    if (focused ? focused !== this.#gallery : !this.#isUnder) return;
    const inField = document.activeElement?.closest(FIELDS);
    // Where text can be typed, a text that came along is what is meant.
    if (inField && clipboard.types.includes("text/plain")) return;
    event.preventDefault();
    this.#take([...clipboard.files]);
  }

  /** The pictures among the files of a folder: nobody chose the others. */
  #pictures(files) {
    const { formats } = this.#gallery.configuration;
    const seen = files.filter((file) => !isHidden(file));
    const found = seen.filter((file) => kinds(file).some((kind) => formats.includes(kind)));
    const count = seen.length - found.length;
    if (count) this.#gallery.announce(this.#gallery.say("uploading.left_out", { count }));
    return found;
  }

  #mark(isOver) {
    this.#gallery.classList.toggle("gallery-dropping", isOver);
  }
}
