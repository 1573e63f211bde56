/**
 * Tell the page what happens, as an event that bubbles; false when a listener forbade it.
 *
 * @param {Element} element the gallery
 * @param {string} type the name, "gallery:move" for instance
 * @param {object} detail what it is about
 * @param {{cancelable?: boolean}} options
 */
export function tell(element, type, detail = {}, { cancelable = false } = {}) {
  return element.dispatchEvent(new CustomEvent(type, { bubbles: true, cancelable, detail }));
}
