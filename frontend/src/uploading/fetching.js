/** Return an image by its key, as the server describes it; null where that is not to be had now. */
export async function fetched(key, { imageUrl, field }) {
  if (!imageUrl) return null;
  try {
    const url = new URL(imageUrl.replace("__key__", encodeURIComponent(key)), document.baseURI);
    // Whether a gallery has it already is told to who names one.
    if (field) url.searchParams.set("field", field);
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
