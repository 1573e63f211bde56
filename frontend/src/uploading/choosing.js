import { make } from "../items/making.js";
import { button } from "./buttons.js";

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
  #approach;
  #isUnder = false;

  /**
   * @param {object} options
   * @param {(brought: object) => void} options.take gets files, and entries where folders may be among them
   * @param {() => void} options.approach is called when somebody comes near, perhaps to bring files
   */
  constructor(gallery, { take, approach }) {
    this.#gallery = gallery;
    this.#take = take;
    this.#approach = approach;
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
    on(gallery, "focusin", approach);
    on(gallery, "pointerenter", () => {
      this.#isUnder = true;
      approach();
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
  #listenTo(input, { isFolder = false } = {}) {
    const chosen = (event) => {
      // The gallery has not changed yet.
      event.stopPropagation();
      const files = [...input.files];
      input.value = "";
      if (files.length) this.#take({ files, isFolder });
    };
    input.addEventListener("change", chosen, { signal: this.#gallery.signal });
  }

  #offer(input) {
    const offered = make("div", { className: "gallery-upload-ways" });
    const touch = matchMedia("(any-pointer: coarse)").matches;
    const onlyTouch = matchMedia("(hover: none)").matches;
    const { multiple } = this.#gallery.configuration;
    const way = (word, properties, options) => {
      const own = make("input", { type: "file", hidden: true });
      // Browsers without a camera know no such property, and any may have the attribute.
      for (const [name, value] of Object.entries(properties)) own.setAttribute(name, value);
      this.#listenTo(own, options);
      const press = () => own.click();
      offered.append(button(this.#gallery.say(`uploading.${word}`), { press }), own);
    };
    if (touch) way("camera", { accept: "image/*", capture: "environment" });
    if (multiple && "webkitdirectory" in input && !onlyTouch)
      way("folder", { webkitdirectory: "" }, { isFolder: true });
    // A finger neither drops files nor has any that it could paste.
    const hint = this.#gallery.say("uploading.drop");
    if (!onlyTouch) offered.append(make("p", { className: "gallery-limits", textContent: hint }));
    return offered;
  }

  #over(event) {
    if (!brings(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    this.#approach();
    this.#mark(true);
  }

  #drop(event) {
    this.#mark(false);
    if (event.defaultPrevented || !brings(event)) return;
    event.preventDefault();
    const { files, items } = event.dataTransfer;
    // Entries are there only while the event is being handled.
    const entries = [...items]
      .filter(({ kind }) => kind === "file")
      .map((item) => item.webkitGetAsEntry?.());
    this.#take({ files: [...files], entries });
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
    this.#take({ files: [...clipboard.files] });
  }

  #mark(isOver) {
    this.#gallery.classList.toggle("gallery-dropping", isOver);
  }
}
