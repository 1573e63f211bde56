import { Arranging } from "./arranging/arranging.js";

/**
 * What makes up a gallery, in the order in which it is put together: each is made with the element,
 * listens with `{ signal: element.signal }`, and may have `show()`, called after each change, and `disconnect()`.
 */
export const PARTS = [Arranging];
