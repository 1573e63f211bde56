import { isElsewhere, refused } from "../uploading/answers.js";
import { UploadError } from "../uploading/errors.js";

/** By these an upload says that it is at another place by now, or nowhere: ask it, and go on. */
const MOVED = new Set([404, 409, 410, 423, 460]);
/** What these say is of the moment, or of people: what has arrived stays of use. */
const KEPT = new Set(["cancelled", "csrf", "denied", "login", "quota", "server_limit"]);

/**
 * Return the UploadError that an answer to a part of an upload is; null for one to go on with.
 *
 * @param {object} answer as in `uploading/answers.js`, and
 * @param {string} answer.method
 * @param {boolean} answer.isBegun whether it is of an upload that has begun
 */
export function judge({ method, isBegun, ...answer }) {
  const { status, asked, url } = answer;
  if (isElsewhere(asked, url)) return new UploadError({ code: "login", status });
  if (status >= 200 && status < 300) return null;
  // An upload that is not there is begun anew.
  if (method === "HEAD" && (status === 404 || status === 410)) return null;
  const error = refused(answer);
  if (isBegun && MOVED.has(status)) error.retryable = true;
  return error;
}

/** Tell whether to ask the upload where it is, and go on from there, at once. */
export const isMoved = ({ method, status }) => method === "PATCH" && MOVED.has(status);

/** Tell whether what has arrived is of use after an error. */
export const isKept = ({ code, retryable }) => retryable || KEPT.has(code);
