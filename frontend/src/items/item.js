import { canEdit } from "../editing/editing.js";
import { inputsOf, TEXTS } from "./inputs.js";
import { cloned, filled, MADE } from "./making.js";
import { picture } from "./picture.js";

/** Return the traits of an image that stand at its item, as the server writes them for its own. */
function traits(image) {
  return {
    order: image.order,
    name: image.name,
    original: image.original,
    edit: image.edit ? JSON.stringify(image.edit) : undefined,
    width: image.width,
    height: image.height,
    uploaded: image.uploaded ?? (image.state === "added" ? new Date().toISOString() : undefined),
    taken: image.taken,
    animated: image.animated || image.frames > 1 ? "" : undefined,
    readonly: image.editable === false ? "" : undefined,
  };
}

/**
 * Return the item of an image, made from the template of the form.
 *
 * It stays when the element leaves the page: its inputs are part of what is sent.
 */
export function itemOf(gallery, image) {
  const item = filled(cloned(gallery, "item"), {
    __key__: String(image.id),
    __name__: image.name || String(image.id),
  });
  item.removeAttribute(MADE);
  for (const [trait, value] of Object.entries(traits(image)))
    if (value != null) item.dataset[trait] = value;
  if (image.state) state(gallery, item, image);
  if (image.gone) item.classList.add("gallery-item-gone");
  picture(gallery, item, image);
  texts(item, image);
  const { order } = inputsOf(item);
  if (order) order.defaultValue = image.place ?? image.order ?? "";
  return item;
}

/** Put the script's own buttons beside an image. */
export function dressed(gallery, item) {
  if (item.querySelector(`[${MADE}]`) || item.classList.contains("gallery-item-gone")) return item;
  const controls = cloned(gallery, "controls");
  if (controls) {
    const name =
      item.dataset.name ?? item.querySelector(".gallery-name bdi")?.textContent ?? item.dataset.key;
    const edit = controls.querySelector('[data-do="edit"]');
    if (edit) edit.hidden = !canEdit(gallery, item);
    if (!gallery.configuration.arranged) only(edit, controls);
    item.prepend(filled(controls, { __name__: name }));
  }
  return item;
}

/** Of a gallery that is shown in part, images can be edited, and nothing else be done with buttons. */
function only(edit, controls) {
  controls.replaceChildren(edit ?? "");
  if (edit) edit.tabIndex = 0;
}

function state(gallery, item, { state }) {
  item.classList.add(`gallery-item-${state}`);
  const mark = document.createElement("strong");
  Object.assign(mark, {
    className: "gallery-mark",
    textContent: gallery.say(`arranging.${state}_mark`),
  });
  item.querySelector(".gallery-name")?.append(" ", mark);
}

/** Fill in the texts; where they may not be changed they are only shown. */
function texts(item, image) {
  const inputs = inputsOf(item);
  for (const kind of TEXTS) {
    const input = inputs[kind];
    if (!input) continue;
    const field = input.closest("p");
    if (image.gone || image.editable === false) {
      field.textContent = kind === "decorative" ? "" : (image[kind] ?? "");
      field.className = "gallery-text";
      field.hidden = !field.textContent;
    } else if (kind === "decorative") {
      if (!image.decorative && !image.unticked) continue;
      input.defaultChecked = Boolean(image.decorative);
      // A browser sends no box that is not ticked: what was ticked says so beside it.
      const was = Object.assign(document.createElement("input"), {
        type: "hidden",
        value: String(image.id),
      });
      was.name = input.name.slice(0, -String(image.id).length - 1);
      field.append(was);
    } else {
      input.defaultValue = image[kind] ?? "";
    }
  }
}
