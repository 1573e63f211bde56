import { cloned, filled, MADE } from "./making.js";

/** Traits of an image that stand at its item, as the server writes them for its own. */
function traits(image) {
  return {
    name: image.name,
    original: image.original,
    edit: image.edit ? JSON.stringify(image.edit) : undefined,
    width: image.width,
    height: image.height,
    uploaded: image.uploaded,
    taken: image.taken,
    animated: image.frames > 1 ? "" : undefined,
  };
}

/**
 * Return the item of an image, made from the template of the form.
 *
 * It stays when the element leaves the page: its inputs are part of what is sent.
 */
export function itemOf(gallery, image) {
  const { name, written } = gallery.configuration;
  const item = filled(cloned(gallery, "item"), {
    ...(written === name ? {} : { [written]: name }),
    __key__: String(image.id),
    __name__: image.name || String(image.id),
  });
  item.removeAttribute(MADE);
  item.classList.add("gallery-item-added");
  for (const [trait, value] of Object.entries(traits(image)))
    if (value != null) item.dataset[trait] = value;
  picture(item, image);
  for (const kind of ["alt", "caption"]) {
    const input = item.querySelector(`[name*="-${kind}-"]`);
    if (input) input.defaultValue = image[kind] ?? "";
  }
  const box = item.querySelector('input[name*="-decorative-"]');
  if (box) box.defaultChecked = Boolean(image.decorative);
  return item;
}

function picture(item, image) {
  const img = item.querySelector("img");
  if (img) Object.assign(img, { src: image.thumbnail, alt: image.alt ?? "" });
  const link = item.querySelector("a.gallery-link");
  if (!link) return;
  link.href = image.shown ?? image.url;
  Object.assign(link.dataset, {
    width: image.width,
    height: image.height,
    caption: image.caption ?? "",
  });
}
