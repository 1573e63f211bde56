/* In the place of js-base64, which brings what each browser has: see the aliases in build.mjs. */

/** Texts in base 64, by their UTF-8. */
export const Base64 = {
  /** @param {string} text */
  encode: (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text))),
};
