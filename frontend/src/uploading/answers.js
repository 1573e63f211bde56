import { UploadError } from "./errors.js";
import { retryAfter } from "./retrying.js";

/** Statuses that speak of the moment, not of the file. */
const PASSING = new Set([408, 425, 429]);
/** What each status means when the answer itself does not say it. */
const CODES = {
  401: "login",
  403: "csrf",
  404: "missing",
  408: "timeout",
  413: "server_limit",
  425: "busy",
  429: "busy",
  503: "busy",
};

/**
 * Return the image that an answer describes; throw an UploadError for any other answer.
 *
 * @param {object} answer
 * @param {number} answer.status
 * @param {string} answer.body
 * @param {string} answer.asked the address that was asked
 * @param {string} answer.url the address that answered, after redirects
 * @param {?string} [answer.after] the header Retry-After
 */
export function read({ status, body, asked, url, after = null }) {
  const told = parsed(body);
  if (status >= 200 && status < 300) {
    if (told?.id != null) return told;
    throw new UploadError({ code: isElsewhere(asked, url) ? "login" : "answer", status });
  }
  throw refused({ status, body, after });
}

/** Return the UploadError that an answer is which is no success. */
export function refused({ status, body, after = null }) {
  const told = parsed(body);
  return new UploadError({
    code: (status !== 401 && told?.code) || CODES[status] || (status >= 500 ? "server" : "answer"),
    message: told?.message,
    retryable: status >= 500 || PASSING.has(status),
    status,
    after: retryAfter(after),
  });
}

/** A page, as a proxy or a login form sends it, says nothing that a program could read. */
function parsed(body) {
  try {
    const told = JSON.parse(body);
    return typeof told === "object" ? told : null;
  } catch {
    return null;
  }
}

/** Whoever is not logged in any more is often led to another page, without a word. */
export function isElsewhere(asked, url) {
  return Boolean(url) && new URL(url).pathname !== new URL(asked, url).pathname;
}
