import { read } from "../uploading/answers.js";
import { judge } from "./judging.js";

/**
 * Return the image that an upload has become; where the server was stopped before it was made,
 * this makes it. Throws an UploadError, or what `fetch` does.
 *
 * @param {string} address of the upload
 * @param {{ headers: Record<string, string>, signal: AbortSignal }} options
 */
export async function imageOf(address, { headers, signal }) {
  const response = await fetch(address, { method: "POST", headers, signal });
  const answer = {
    status: response.status,
    body: await response.text(),
    asked: address,
    url: response.url,
    after: response.headers.get("Retry-After"),
  };
  const error = judge({ method: "POST", isBegun: true, ...answer });
  if (error) throw error;
  return read(answer);
}
