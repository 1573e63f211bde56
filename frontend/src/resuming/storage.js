/** Lasts as long as the page. */
const OF_THE_PAGE = Object.create({
  getItem(key) {
    return this[key] ?? null;
  },
  setItem(key, text) {
    this[key] = text;
  },
  removeItem(key) {
    delete this[key];
  },
});

/** Return the storage of the browser; where it is forbidden, one that lasts as long as the page. */
export function storage() {
  try {
    return localStorage ?? OF_THE_PAGE;
  } catch {
    return OF_THE_PAGE;
  }
}
