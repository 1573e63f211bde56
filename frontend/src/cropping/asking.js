/* What the dialog asks the server, and what it says when there is no answer that helps. */

import { renewToken } from "../uploading/token.js";

/** What the server, or the way to it, said no to; *code* is one of the server's or of `cropping.*`. */
export class EditError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** Statuses that have words of their own when something before our server answers; others share one. */
const WORDS = {
  401: "login",
  403: "denied",
  404: "gone",
  409: "conflict",
  413: "too_much",
  429: "busy",
};

/** The address of an image in a pattern of the server's; quoted twice, as a key that is text may hold slashes. */
const address = (pattern, key) =>
  pattern.replace("__key__", encodeURIComponent(encodeURIComponent(key)));

/** Ask, and return the answer as JSON; throw an EditError in words for anything else. */
async function ask(url, { say, ...options }) {
  let answer;
  try {
    answer = await fetch(url, {
      credentials: "same-origin",
      headers: { Accept: "application/json" },
      ...options,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new EditError("offline", say("cropping.offline"));
  }
  // A login page comes with 200, and proxies write pages of their own.
  const told = await answer.json().catch(() => null);
  if (answer.ok && told) return told;
  const { code, message } = told ?? {};
  if (message) throw new EditError(code, message);
  throw new EditError(
    answer.status === 403 ? "forged" : "failed",
    say(answer.redirected ? "cropping.login" : `cropping.${WORDS[answer.status] ?? "failed"}`),
  );
}

/**
 * Return an image as the server tells of it, and what may be done with it in this gallery; null where
 * it is not to be seen.
 */
export async function look(key, { configuration, say, signal }) {
  const url = new URL(address(configuration.imageUrl, key), document.baseURI);
  // Empty for a form without an owner: then, too, it is told what may be done.
  url.searchParams.set("field", configuration.field ?? "");
  if (configuration.owner) url.searchParams.set("owner", configuration.owner);
  try {
    return await ask(url, { say, signal });
  } catch (error) {
    if (error.code === "unknown") return null;
    throw error;
  }
}

/** Have an edit of an image made; return the image that came of it. *token* gives the form's. */
export async function derive(key, { token, configuration, say, signal, ...wanted }) {
  const url = address(configuration.editUrl, key);
  const send = () =>
    ask(url, { say, signal, method: "POST", body: body({ ...wanted, configuration, token }) });
  try {
    return await send();
  } catch (error) {
    // Who has logged in in another window meanwhile has another token.
    if (error.code !== "forged" || (await renewToken())) throw error;
    return send();
  }
}

/** What the server is to know of an edit. */
function body({ edit, size, configuration, token }) {
  const sent = new FormData();
  const proof = token();
  if (proof) sent.set("csrfmiddlewaretoken", proof);
  if (configuration.field) sent.set("field", configuration.field);
  if (edit) {
    sent.set("rotate", edit.rotate);
    sent.set("flip", Number(edit.flip));
    sent.set("size", size.join());
    if (edit.crop) sent.set("crop", edit.crop.join());
  }
  return sent;
}
