/**
 * Tell whether a gallery holds what would be lost with the page: files on their way, and changes.
 *
 * @param {HTMLElement} gallery
 */
export function hasUnsaved(gallery) {
  const { running = 0, asking = 0 } = gallery.uploads ?? {};
  return running + asking > 0 || isChanged(gallery);
}

/** Images that the gallery does not hold yet, and inputs that say something else than at first. */
function isChanged(gallery) {
  const added = gallery.querySelectorAll(".gallery-items > .gallery-item-added:not([hidden])");
  if (added.length) return true;
  return [...gallery.querySelectorAll("input[name], textarea[name]")].some(differs);
}

function differs(input) {
  if (input.type === "hidden" || input.type === "file") return false;
  if (input.type === "checkbox" || input.type === "radio")
    return input.checked !== input.defaultChecked;
  return input.value !== input.defaultValue;
}
