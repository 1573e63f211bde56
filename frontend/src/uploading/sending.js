import { read } from "./answers.js";
import { UploadError } from "./errors.js";

export { UploadError };

/** So long may nothing move: neither a byte go nor, once all have gone, an answer come. */
const PATIENCE = 90_000;

/**
 * Send one file as a form does, and return the image that the server made of it.
 *
 * Rejects with an UploadError. Requests are those of XMLHttpRequest: it alone tells how far it is.
 *
 * @param {File} file
 * @param {object} options
 * @param {string} options.url
 * @param {Record<string, string>} [options.fields] sent beside the file, as the token of the form
 * @param {Record<string, string>} [options.headers]
 * @param {AbortSignal} [options.signal]
 * @param {(loaded: number, total: number) => void} [options.progress] in bytes of the file
 * @param {number} [options.patience] milliseconds
 * @returns {Promise<object>}
 */
export function send(
  file,
  { url, fields = {}, headers = {}, signal, progress, patience = PATIENCE },
) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let stalled;
    const fail = (code, retryable = true) => reject(new UploadError({ code, retryable }));
    const abort = () => request.abort();
    const wait = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => {
        fail("timeout");
        abort();
      }, patience);
    };

    request.upload.onprogress = ({ loaded, total }) => {
      wait();
      // What goes is the whole form; what people know is the size of the file.
      progress?.(total ? (file.size * loaded) / total : 0, file.size);
    };
    request.onerror = () => fail("network");
    request.onabort = () => fail("cancelled", false);
    request.onload = () => {
      try {
        resolve(answer(request, url));
      } catch (error) {
        reject(error);
      }
    };
    request.onloadend = () => {
      clearTimeout(stalled);
      signal?.removeEventListener("abort", abort);
    };
    if (signal?.aborted) return fail("cancelled", false);
    signal?.addEventListener("abort", abort);
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    wait();
    request.send(form(file, fields));
  });
}

function form(file, fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file, file.name);
  return form;
}

function answer(request, url) {
  return read({
    status: request.status,
    body: request.responseText,
    asked: new URL(url, document.baseURI).href,
    url: request.responseURL,
    after: request.getResponseHeader("Retry-After"),
  });
}
