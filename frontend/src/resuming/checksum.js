/** A larger part is not read into memory to be summed. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Return what `Upload-Checksum` says of a part; null where the browser has no SHA-256, as without HTTPS.
 *
 * @param {Blob} part
 */
export async function checksumOf(part) {
  if (!globalThis.crypto?.subtle || part.size > MOST_BYTES) return null;
  const digest = await crypto.subtle.digest("SHA-256", await part.arrayBuffer());
  return `sha256 ${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
