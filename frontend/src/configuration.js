/** Read a script element of JSON; undefined where there is none. */
function json(element, name) {
  const text = element.querySelector(`:scope > script.gallery-${name}`)?.textContent;
  return text ? JSON.parse(text) : undefined;
}

const number = (text) => (text ? Number(text) : undefined);
const numbers = (text, between) => text?.split(between).map(Number);

/**
 * Return what the server says of a gallery: limits, addresses, words.
 *
 * Sizes are in bytes and pixels; what is undefined is not limited, or not to be had.
 */
export function configurationOf(element) {
  const { dataset } = element;
  const rest = json(element, "rest") ?? [];
  return Object.freeze({
    name: dataset.name,
    editable: "editable" in dataset,
    // Of a gallery that is shown in part, only the numbers beside its images can be typed.
    arranged:
      "editable" in dataset && (!element.querySelector(".gallery-pages") || rest.length > 0),
    multiple: "multiple" in dataset,
    texts: "texts" in dataset,
    uploadUrl: dataset.uploadUrl,
    field: dataset.field,
    editUrl: dataset.editUrl,
    imageUrl: dataset.imageUrl,
    owner: dataset.owner,
    maxImages: number(dataset.maxImages),
    minImages: number(dataset.minImages),
    count: number(dataset.count) ?? 0,
    maxBytes: number(dataset.maxBytes),
    maxPixels: number(dataset.maxPixels),
    accepted: dataset.accepted,
    formats: dataset.formats?.split(",") ?? [],
    minSize: numbers(dataset.minSize, "x"),
    aspect: numbers(dataset.aspect, ","),
    shapes: dataset.shapes?.split(","),
    aspects: JSON.parse(dataset.aspects ?? "[]"),
    csrfHeader: dataset.csrfHeader,
    resumeUrl: dataset.resumeUrl,
    chunkBytes: number(dataset.chunkBytes),
    loginUrl: dataset.loginUrl,
    parts: Object.freeze({
      arranging: dataset.partArranging,
      cropping: dataset.partCropping,
      resuming: dataset.partResuming,
      uploading: dataset.partUploading,
    }),
    styles: Object.freeze({ cropping: dataset.styleCropping }),
    words: json(element, "words"),
    rest,
  });
}
