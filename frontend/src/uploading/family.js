/** What the names begin with of all that galleries keep in the storage of a tab. */
export const FAMILY = "gallery-input ";
