/** Marks what the script has made, which goes when the element leaves the page. */
export const MADE = "data-gallery-made";

/** Return an element of the script's own. */
export function make(tag, { role, ...properties } = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  if (role) element.setAttribute("role", role);
  element.setAttribute(MADE, "");
  return element;
}

/** Return a copy of the first element in a template of the gallery, as the script's own. */
export function cloned(gallery, name) {
  const template = gallery.querySelector(`:scope > template.gallery-${name}-template`);
  const copy = template?.content.firstElementChild.cloneNode(true);
  copy?.setAttribute(MADE, "");
  return copy;
}

/**
 * Put values where an element and all it holds have their places: `{ __key__: "7" }`.
 *
 * Only attributes and texts are written, so that whatever a value says stays text.
 */
export function filled(element, values) {
  const places = new RegExp(Object.keys(values).join("|"), "g");
  const put = (text) => text.replace(places, (place) => values[place]);
  for (const each of [element, ...element.querySelectorAll("*")]) {
    for (const attribute of each.attributes) {
      const text = put(attribute.value);
      if (text !== attribute.value) attribute.value = text;
    }
    for (const node of each.childNodes) {
      if (node.nodeType === Node.TEXT_NODE && node.data.includes("__")) node.data = put(node.data);
    }
  }
  return element;
}
