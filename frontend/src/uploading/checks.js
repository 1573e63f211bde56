/** What file names end in, by content type; names are believed beside what the system calls a file. */
const ENDINGS = {
  "image/jpeg": ["jpg", "jpeg", "jpe", "jfif"],
  "image/png": ["png", "apng"],
  "image/gif": ["gif"],
  "image/webp": ["webp"],
  "image/avif": ["avif"],
  "image/bmp": ["bmp", "dib"],
  "image/tiff": ["tif", "tiff"],
  "image/heic": ["heic", "heif", "hif"],
  "image/svg+xml": ["svg"],
};
/** Other names that systems give the same thing. */
const ALIASES = {
  "image/jpg": "image/jpeg",
  "image/pjpeg": "image/jpeg",
  "image/apng": "image/png",
  "image/x-png": "image/png",
  "image/x-bmp": "image/bmp",
  "image/x-ms-bmp": "image/bmp",
  "image/heif": "image/heic",
  "image/tif": "image/tiff",
};
/** Pixels are whole: so much may a shape differ, as on the server. */
const TOLERANCE = 0.01;

/** Return what a name ends in, in small letters; nothing where it has no ending. */
export function ending(name) {
  return /[^.]\.([^./\\]+)$/.exec(name)?.[1].toLowerCase() ?? "";
}

/** Return the content types that a file may be of, by its own word and by its name. */
export function kinds({ type = "", name }) {
  const said = type.toLowerCase();
  const end = ending(name);
  const named = Object.keys(ENDINGS).find((each) => ENDINGS[each].includes(end));
  return [...new Set([ALIASES[said] ?? said, named])].filter(Boolean);
}

/**
 * Return the code of what is wrong with a file, before any of it is read; null for nothing.
 *
 * Whether it is what it says is for the server to find out: a file that says nothing is sent.
 */
export function refused(file, { formats, maxBytes }) {
  if (file.size === 0) return "empty";
  if (maxBytes && file.size > maxBytes) return "bytes";
  const found = kinds(file);
  const saysNothing = !found.length && !ending(file.name);
  return saysNothing || !formats?.length || found.some((each) => formats.includes(each))
    ? null
    : "format";
}

/** Return the code of what is wrong with a picture of this size; null for nothing. */
export function unfit({ width, height }, { maxPixels, minSize, aspect }) {
  if (maxPixels && width * height > maxPixels) return "pixels";
  if (minSize && (width < minSize[0] || height < minSize[1])) return "too_small";
  const shape = width / height;
  if (aspect && (shape < aspect[0] * (1 - TOLERANCE) || shape > aspect[1] * (1 + TOLERANCE)))
    return "aspect";
  return null;
}
