/** Attributes by which inputs, labels and descriptions find each other. */
const NAMES = ["name", "id", "for", "popovertarget", "data-name"];
const named = (attribute) => NAMES.includes(attribute) || attribute.startsWith("aria-");

/** The input that a gallery is known by: formsets rename inputs, and little else. */
export function knownBy(element) {
  return element.querySelector("input[name$='-base'], input[name$='-upload']");
}

/** The name of the gallery as its inputs have it now. */
export function nameOf(element) {
  return knownBy(element)?.name.replace(/-(base|upload)$/, "") ?? element.dataset.name;
}

/**
 * Have all go by the name that the inputs have now: templates, descriptions, and items that are
 * not on the page. Whoever copies or renumbers forms forgets them. False when nothing was to be done.
 *
 * @param {HTMLElement} element the gallery
 * @param {Iterable<Element>} others what belongs to it, wherever it is
 */
export function rename(element, others = []) {
  const [from, to] = [element.dataset.name, nameOf(element)];
  if (from === to) return false;
  // The new name may hold the old one: what has it already is left as it is.
  const isOld = (value) => value.includes(from) && !(to.includes(from) && value.includes(to));
  const templates = [...element.querySelectorAll("template")].map(({ content }) => content);
  for (const root of [element, ...templates, ...others])
    for (const each of [root, ...root.querySelectorAll("*")])
      for (const attribute of each.attributes ?? [])
        if (named(attribute.name) && isOld(attribute.value))
          attribute.value = attribute.value.replaceAll(from, to);
  return true;
}
