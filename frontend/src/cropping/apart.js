/* What happens in the dialog is nobody else's: it stands in a form that watches its inputs, keys and drops. */

const KEPT = [
  "input",
  "change",
  "keydown",
  "keyup",
  "paste",
  "dragover",
  "drop",
  "pointerdown",
  "click",
];

/** Let nobody outside hear of what happens in an element. */
export function setApart(element) {
  for (const each of KEPT) element.addEventListener(each, (event) => event.stopPropagation());
}
