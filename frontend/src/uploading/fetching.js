/** The address of an image in a pattern of the server's; quoted twice, as a key that is text may hold slashes. */
const address = (pattern, key) =>
  pattern.replace("__key__", encodeURIComponent(encodeURIComponent(key)));

/**
 * Return an image by its key, as the server describes it; null where there is none, or none to be
 * seen, and undefined where nobody can tell now.
 */
export async function fetched(key, { imageUrl, field }) {
  if (!imageUrl) return null;
  try {
    const url = new URL(address(imageUrl, key), document.baseURI);
    // Whether a gallery has it already is told to who names one.
    if (field) url.searchParams.set("field", field);
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (response.ok) return await response.json();
    return response.status === 404 ? null : undefined;
  } catch {
    return undefined;
  }
}
