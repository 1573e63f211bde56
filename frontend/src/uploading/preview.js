import { make } from "../items/making.js";
import { ending, kinds } from "./checks.js";

/** What browsers cannot show, or had better not draw before the server has looked at it. */
const UNSHOWN = new Set(["image/tiff", "image/heic", "image/svg+xml"]);
/** So long is waited for the size of a picture: the server measures it anyway. */
const PATIENCE = 3000;

/** The picture of a file, at once and without the server; a tile with its kind until the server has made one. */
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
    if (!this.#size) return null;
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

  /** Show the picture that the server has made, where the browser had none. */
  take(address) {
    if (this.#image) return;
    this.#image = make("img", { alt: "", src: address, decoding: "async", draggable: false });
    this.element.replaceChildren(this.#image);
    this.element.classList.remove("gallery-upload-tile");
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
