import { MANY } from "./pruning.js";

/** What is said of single images: a long gallery has more of it than a server reads of a form. */
const PART = /^(?:(?:order|alt|caption|decorative)-.*|remove|decorative)$/s;

/**
 * Send what a long gallery changes as one entry, written as the query of an address; that of a
 * short one too, when much is added to it.
 *
 * @param {FormData} sent what is left once nothing is sent that says nothing new
 * @param {import("../element.js").GalleryInput} gallery
 */
export function bundle(sent, gallery) {
  const { name, rest } = gallery.configuration;
  if (!rest.length && [...sent.keys()].length <= MANY) return;
  const parts = [...sent]
    .filter(([entry, value]) => entry.startsWith(`${name}-`) && typeof value === "string")
    .map(([entry, value]) => [entry.slice(name.length + 1), value])
    .filter(([part]) => PART.test(part));
  parts.push(...gallery.items.unmade(gallery.arrangement));
  if (!parts.length) return;
  for (const [part] of parts) sent.delete(`${name}-${part}`);
  sent.set(`${name}-bundle`, new URLSearchParams(parts).toString());
  const shown = digests(rest, new Set(parts.map(([part]) => part)));
  if (shown.length)
    sent.set(`${name}-shown`, [sent.get(`${name}-shown`) ?? "", ...shown].join(" "));
}

/** What tells the server which texts were shown, of the images whose texts are sent. */
function digests(rest, parts) {
  const isSent = (id) =>
    ["alt", "caption", "decorative"].some((kind) => parts.has(`${kind}-${id}`));
  const ticked = parts.has("decorative");
  return rest
    .filter(({ id, digest }) => digest && (ticked || isSent(id)))
    .map(({ digest }) => digest);
}
