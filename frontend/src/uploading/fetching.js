/** Return an image by its key, as the server describes it; null where that is not to be had now. */
export async function fetched(key, { imageUrl }) {
  if (!imageUrl) return null;
  try {
    const address = imageUrl.replace("__key__", encodeURIComponent(key));
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
