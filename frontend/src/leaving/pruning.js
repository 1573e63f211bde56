import { inputsOf } from "../items/inputs.js";

/** A form that sends fewer entries is left as it is: every server takes them. */
export const MANY = 500;

/**
 * Leave out of what a form sends what says nothing new: a server counts the entries of a form, and a
 * long gallery has hundreds of them. What is not named stays as it is.
 *
 * @param {FormData} sent
 * @param {HTMLElement[]} galleries
 */
export function prune(sent, galleries) {
  if ([...sent.keys()].length > MANY) without(sent, galleries.flatMap(unchanged));
}

/** Take entries out, each by its name and its value: boxes share a name. */
export function without(sent, entries) {
  for (const [name, value] of entries) {
    const others = sent.getAll(name);
    const at = others.indexOf(value);
    if (at < 0) continue;
    others.splice(at, 1);
    sent.delete(name);
    for (const other of others) sent.append(name, other);
  }
}

/** The entries of a gallery's images that ask for nothing. */
function unchanged(gallery) {
  // A form that is shown again says what was typed before as if it had always been there.
  const isAgain = "again" in gallery.dataset;
  const items = [...gallery.querySelectorAll("li.gallery-item[data-order]")];
  return items.flatMap((item) => [...places(item), ...(isAgain ? [] : texts(item))]);
}

function places(item) {
  const { order } = inputsOf(item);
  return order?.value === item.dataset.order ? [[order.name, order.value]] : [];
}

function texts(item) {
  const found = [];
  const { alt, caption, decorative: box } = inputsOf(item);
  for (const each of [alt, caption])
    if (each && each.value === each.defaultValue) found.push([each.name, each.value]);
  const shownTicked = item.querySelector('input[type="hidden"][name$="-decorative"]');
  if (box?.checked && box.defaultChecked)
    found.push([box.name, box.value], [shownTicked.name, shownTicked.value]);
  return found;
}
