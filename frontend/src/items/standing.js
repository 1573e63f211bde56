/** Where images stand: in the numbers that the server wrote, and on the page. */

import { Arrangement, ranked } from "../model/arrangement.js";

const whole = (text) => {
  const number = Number.parseInt(text, 10);
  return Number.isNaN(number) ? undefined : number;
};

/**
 * Return the arrangement that inputs ask for, as the server understands them.
 *
 * @param {Map<string, HTMLElement>} items the images on the page, by key
 * @param {Map<string, object>} inputs theirs
 * @param {object[]} rest the images that came as data
 */
export function asked({ items, inputs, rest }) {
  const entries = [...items].map(([key, item]) => {
    const { order, remove } = inputs.get(key);
    const [at, place] = [whole(item.dataset.order), whole(order?.value)];
    return { key, at, place, removed: remove?.checked };
  });
  for (const { id, order, place, removed } of rest)
    entries.push({ key: String(id), at: order, place: whole(place ?? order), removed });
  const removed = entries.filter((each) => each.removed).map(({ key }) => key);
  return new Arrangement(ranked(entries), { removed: new Set(removed) });
}

/** Return places counted from 1; what somebody else has put in meanwhile is in no list of this form. */
export function places(order, items) {
  const counted = order.filter((key) => !items.get(key)?.matches(".gallery-item-theirs"));
  return new Map(counted.map((key, at) => [key, String(at + 1)]));
}

/**
 * Return the places of additions alone: each that of the image of the gallery that it stands before.
 * One that stands behind all of them comes to the end, wherever that is.
 */
export function placesBefore(order, items) {
  const found = new Map();
  let before;
  for (const key of order.toReversed()) {
    const at = items.get(key)?.dataset.order;
    if (at !== undefined) before = at;
    else if (before !== undefined) found.set(key, before);
  }
  return found;
}

/** Have a list show these items in this order, and no others; as few as can be are moved. */
export function stand(list, { items, order }) {
  const wanted = new Set(order);
  for (const [key, item] of items) if (!wanted.has(key)) item.remove();
  let next = list.firstElementChild;
  for (const key of order) {
    const item = items.get(key);
    if (!item) continue;
    if (item === next) next = next.nextElementSibling;
    // One that stands before its place waits for its turn.
    else if (next && item === next.nextElementSibling) next = item.nextElementSibling;
    else list.insertBefore(item, next);
  }
}
