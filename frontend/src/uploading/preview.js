import { make } from "../items/making.js";
import { ending, kinds } from "./checks.js";

/** What browsers cannot show, or had better not draw before the server has looked at it. */
const UNSHOWN = new Set(["image/tiff", "image/heic", "image/svg+xml"]);
/** So long is waited for the size of a picture: the server measures it anyway. */
const PATIENCE = 3000;

/** The picture of a file, at once and without the server; a tile with its kind where that is not to be had. */
export class Preview {
  element = make("span", { className: "gallery-upload-preview" });
  #image;
  #address;
  #size;

  constructor(file) {
    if (kinds(file).some((kind) => UNSHOWN.has(kind))) {
      this.#tile(file);
      return;
    }
    this.#address = URL.createObjectURL(file);
    this.#image = make("img", { alt: "", loading: "lazy", decoding: "async", draggable: false });
    this.#size = new Promise((resolve) => {
      this.#image.onload = () => {
        const { naturalWidth: width, naturalHeight: height } = this.#image;
        this.#revoke();
        resolve({ width, height });
      };
      this.#image.onerror = () => {
        this.#revoke();
        this.#tile(file);
        resolve(null);
      };
    });
    this.#image.src = this.#address;
    this.element.append(this.#image);
  }

  /** Return the upright size of the picture; null where the browser does not know it. */
  async size() {
    if (!this.#image) return null;
    // Pictures far below are not loaded until people come to them, or their turn does.
    this.#image.loading = "eager";
    let late;
    const patience = new Promise((resolve) => {
      late = setTimeout(resolve, PATIENCE, null);
    });
    const size = await Promise.race([this.#size, patience]);
    clearTimeout(late);
    return size;
  }

  /** Let go of the file. */
  close() {
    this.#image?.removeAttribute("src");
    this.#revoke();
  }

  #revoke() {
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#address = undefined;
  }

  #tile(file) {
    this.#image = undefined;
    this.element.replaceChildren(ending(file.name).toUpperCase().slice(0, 5) || "?");
    this.element.classList.add("gallery-upload-tile");
    this.element.setAttribute("aria-hidden", "true");
  }
}
