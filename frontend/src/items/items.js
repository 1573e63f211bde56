import { Arrangement, ranked } from "../model/arrangement.js";
import { itemOf } from "./item.js";

/** What the inputs of an item are called, after the gallery's name. */
const TEXTS = ["alt", "caption", "decorative"];

/** The inputs of one item. */
function inputs(item) {
  const input = (part) => item.querySelector(`[name*="-${part}-"]`);
  const found = { order: input("order"), remove: item.querySelector('input[name$="-remove"]') };
  for (const each of TEXTS)
    found[each] = item.querySelector(`[name*="-${each}-"]:not([type="hidden"])`);
  return found;
}

/** The images as the page shows them, by key, and the inputs that are sent. */
export class Items {
  #gallery;
  #items = new Map();
  #base = new Map();
  #first;

  constructor(gallery) {
    this.#gallery = gallery;
    this.list = gallery.querySelector(":scope > ol.gallery-items");
    for (const item of this.list.querySelectorAll(":scope > li[data-key]"))
      this.#items.set(item.dataset.key, item);
    for (const [key, item] of this.#items) this.#base.set(key, inputs(item).order?.value);
  }

  /** Return the arrangement that the inputs ask for, as the server understands them. */
  arrangement() {
    const entries = [...this.#items].map(([key, item]) => {
      const place = Number.parseInt(inputs(item).order?.value, 10);
      const at = Number.parseInt(item.dataset.order, 10);
      return {
        key,
        at: Number.isNaN(at) ? undefined : at,
        place: Number.isNaN(place) ? undefined : place,
      };
    });
    const removed = new Set(
      entries.map(({ key }) => key).filter((key) => inputs(this.of(key)).remove?.checked),
    );
    this.#first = new Arrangement(ranked(entries), { removed });
    return this.#first;
  }

  /** The element of an image. */
  of(key) {
    return this.#items.get(key);
  }

  nameOf(key) {
    return this.of(key)?.dataset.name ?? key;
  }

  /** Have an element for an image that came in, and return its key. */
  hold(image) {
    const key = String(image.id);
    if (!this.#items.has(key)) this.#items.set(key, itemOf(this.#gallery, image));
    return key;
  }

  /** Show an arrangement, and write it into the inputs. */
  show(arrangement) {
    this.#order(arrangement.order);
    const [places, moved] = [
      numbered(arrangement.order, this),
      !sameOrder(arrangement, this.#first),
    ];
    for (const [key, item] of this.#items) {
      const { order, remove, ...texts } = inputs(item);
      const isRemoved = arrangement.removed.has(key);
      item.hidden = isRemoved;
      if (remove) remove.checked = isRemoved;
      if (order)
        order.value = moved ? (places.get(key) ?? order.value) : (this.#base.get(key) ?? "");
      for (const [kind, input] of Object.entries(texts))
        write(input, arrangement.texts[`${kind}:${key}`]);
    }
    const empty = this.#gallery.querySelector(":scope > .gallery-empty");
    if (empty) empty.hidden = arrangement.kept.length > 0;
  }

  /** Move as few elements as can be: one that stands behind its successor waits for its turn. */
  #order(keys) {
    const wanted = new Set(keys);
    for (const [key, item] of this.#items) if (!wanted.has(key)) item.remove();
    let next = this.list.firstElementChild;
    for (const key of keys) {
      const item = this.of(key);
      if (item === next) next = next.nextElementSibling;
      else if (next && item === next.nextElementSibling) next = item.nextElementSibling;
      else this.list.insertBefore(item, next);
    }
  }
}

/** Places counted from 1; what somebody else has put in meanwhile is not counted: it has none here. */
function numbered(order, items) {
  const counted = order.filter((key) => !items.of(key).classList.contains("gallery-item-theirs"));
  return new Map(counted.map((key, at) => [key, String(at + 1)]));
}

function sameOrder({ order }, first) {
  return order.length === first.order.length && order.every((key, at) => key === first.order[at]);
}

/** Have an input say what was typed, or what it said first. */
function write(input, value) {
  if (!input) return;
  if (input.type === "checkbox") input.checked = value ?? input.defaultChecked;
  else if (input.value !== (value ?? input.defaultValue)) input.value = value ?? input.defaultValue;
}
