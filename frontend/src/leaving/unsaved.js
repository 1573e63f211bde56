/**
 * Tell whether a gallery holds what would be lost with the page: files on their way, and changes.
 *
 * @param {import("../element.js").GalleryInput} gallery
 */
export function hasUnsaved(gallery) {
  const { running = 0, asking = 0 } = gallery.uploads ?? {};
  return running + asking > 0 || isArranged(gallery) || isTyped(gallery);
}

/** Images came, went or were moved: on this page, or before the form was shown again with an error. */
function isArranged({ arrangement, items }) {
  const { first } = items;
  const added = items.list.querySelectorAll(":scope > .gallery-item-added:not([hidden])");
  return (
    added.length + first.removed.size > 0 ||
    first.kept.length !== arrangement.kept.length ||
    first.kept.some((key, at) => key !== arrangement.kept[at])
  );
}

/** Inputs say something else than at first; in a form that is shown again, a place that is not the image's. */
function isTyped(gallery) {
  const isAgain = "again" in gallery.dataset;
  return [...gallery.querySelectorAll("input[name], textarea[name]")].some((input) => {
    if (input.type === "hidden" || input.type === "file") return false;
    if (input.type === "checkbox" || input.type === "radio")
      return input.checked !== input.defaultChecked;
    const { order } = input.closest("li.gallery-item")?.dataset ?? {};
    const isPlace = isAgain && order !== undefined && input.name.includes("-order-");
    return input.value !== (isPlace ? order : input.defaultValue);
  });
}
