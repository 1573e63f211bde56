import { Arranging } from "./arranging/arranging.js";
import { Editing } from "./editing/editing.js";
import { Leaving } from "./leaving/leaving.js";
import { Uploads } from "./uploading/uploads.js";

/**
 * What makes up a gallery, in the order in which it is put together: each is made with the element,
 * listens with `{ signal: element.signal }`, and may have `show()`, called after each change, and `disconnect()`.
 */
export const PARTS = [Arranging, Uploads, Editing, Leaving];
