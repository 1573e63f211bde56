import { UploadError } from "../uploading/errors.js";
import { Attempt } from "./attempt.js";

/** The latest attempt at what a signal ends: whoever cancels later ends it on the server too. */
const latest = new WeakMap();

/**
 * Send one file in parts, and return the image that the server made of it.
 *
 * What has arrived is not sent again: not after an error that is retryable, nor after a reload. The
 * pause before the next attempt is the caller's. Rejects with an UploadError; `advanced` tells
 * whether this attempt brought the file further.
 *
 * @param {File} file
 * @param {object} options
 * @param {string} options.url where uploads begin
 * @param {number} options.chunkBytes so much is sent at once, at most
 * @param {Record<string, string>} [options.headers] the token, above all
 * @param {AbortSignal} [options.signal] what has arrived is removed, unless its reason is "moved"
 * @param {(loaded: number, total: number) => void} [options.progress] in bytes of the file
 * @param {(offset: number) => void} [options.resumed] so much was there before
 * @param {?string} [options.hash] SHA-256 of the file, where it is known
 * @param {number} [options.patience] milliseconds in which something must move
 * @returns {Promise<object>}
 */
export async function send(file, { signal, ...options }) {
  if (signal?.aborted) throw new UploadError({ code: "cancelled" });
  const attempt = new Attempt(file, options);
  if (!signal) return attempt.run();
  if (!latest.has(signal)) {
    const end = () => latest.get(signal)?.end({ isWanted: signal.reason === "moved" });
    signal.addEventListener("abort", end, { once: true });
  }
  latest.set(signal, attempt);
  const image = await attempt.run();
  latest.set(signal, null);
  return image;
}
