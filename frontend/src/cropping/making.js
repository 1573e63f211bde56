/* Elements of the dialog, made one by one: nothing here is parsed, so nothing of a stranger's can be. */

const DRAWING = "http://www.w3.org/2000/svg";

/** Make an element with attributes (true stands for an empty one, false for none), and children in it. */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined)
      made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** Make a button that sends no form. */
export const button = (attributes, ...children) =>
  make("button", { type: "button", ...attributes }, ...children);

/** Make an icon of lines, to be seen only: *path* is drawn on 24 by 24. */
export function icon(path) {
  const drawing = document.createElementNS(DRAWING, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(DRAWING, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}
