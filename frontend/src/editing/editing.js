import { tell } from "../events.js";
import { make } from "../items/making.js";
import { load } from "../loading.js";
import { tokenOf } from "../uploading/token.js";

/** Opens the dialog in which a picture is cut and turned, and puts what comes of it in its place. */
export class Editing {
  #gallery;
  #isOpen = false;

  constructor(gallery) {
    this.#gallery = gallery;
    gallery.addEventListener("click", ({ target }) => this.#clicked(target), {
      signal: gallery.signal,
    });
  }

  #clicked(target) {
    const button = target.closest?.('button[data-do="edit"]');
    // Twice is once: the dialog may take a moment to come.
    if (button && !this.#isOpen) this.#edit(button);
  }

  async #edit(button) {
    const gallery = this.#gallery;
    const { signal } = gallery;
    const key = gallery.items.keyOf(button);
    if (!tell(gallery, "gallery:edit", { key }, { cancelable: true })) return;
    this.#isOpen = true;
    const part = await this.#part(button);
    const image = signal.aborted ? null : await part?.open(this.#about(key));
    this.#isOpen = false;
    if (signal.aborted || !part) return;
    if (image) gallery.replace(key, image);
    focus(gallery, image ? String(image.id) : key);
  }

  /** What the dialog is to know. */
  #about(key) {
    const gallery = this.#gallery;
    return {
      image: { id: key, name: gallery.items.nameOf(key) },
      configuration: gallery.configuration,
      say: (...asked) => gallery.say(...asked),
      token: () => tokenOf(gallery.closest("form")),
      host: gallery,
      signal: gallery.signal,
    };
  }

  /** The dialog with all that belongs to it; nothing where it does not come, which is said at the image. */
  async #part(button) {
    const { parts, styles } = this.#gallery.configuration;
    const item = button.closest("li");
    item.querySelector(".gallery-fault")?.remove();
    button.setAttribute("aria-busy", "true");
    try {
      const part = await load(parts.cropping);
      await part.styled(styles.cropping);
      return part;
    } catch {
      const textContent = this.#gallery.say("cropping.unloaded");
      const fault = make("p", { className: "gallery-fault", role: "alert", textContent });
      (item.querySelector(".gallery-fields") ?? item).append(fault);
      return undefined;
    } finally {
      button.removeAttribute("aria-busy");
    }
  }
}

/** Tell whether the picture of an item may be edited here, and can be. */
export function canEdit({ configuration }, item) {
  const { editUrl, imageUrl, parts } = configuration;
  const isOurs = !("readonly" in item.dataset) && item.querySelector("a.gallery-link");
  return Boolean(editUrl && imageUrl && parts.cropping && isOurs);
}

/** Go on where the dialog was opened: at the image, or at the one that stands there now. */
function focus({ items }, key) {
  const item = items.of(key);
  item?.querySelector('button[data-do="edit"]')?.focus({ preventScroll: true });
  item?.scrollIntoView({ block: "nearest" });
}
