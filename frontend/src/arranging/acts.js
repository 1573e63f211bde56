import { sorted } from "../model/sorting.js";

/** What people do to a gallery: each one step, told to the page and announced. */

const first = (gallery, keys) => ({ name: gallery.items.nameOf(keys[0]), count: keys.length });

/** Return the sentence about one image or several, after it is done. */
function sentence(gallery, word, keys) {
  return (now) =>
    gallery.say(`arranging.${word}${keys.length > 1 ? "_several" : ""}`, {
      ...first(gallery, keys),
      place: now.placeOf(keys[0]),
      total: now.kept.length,
    });
}

/** Move images, in the order they stand, so that the first is at a place counted from 1. */
export function move(gallery, keys, to) {
  const moving = gallery.arrangement.kept.filter((key) => keys.includes(key));
  if (!moving.length) return;
  const done = gallery.change("move", (now) => now.moved(moving, to), {
    detail: { keys: moving, to },
    says: sentence(gallery, "moved", moving),
  });
  if (!done && moving.length === 1)
    gallery.announce(sentence(gallery, "stays", moving)(gallery.arrangement));
}

/** Move one image by so many places; Infinity is the end. */
export function shift(gallery, key, by) {
  const { kept } = gallery.arrangement;
  move(gallery, [key], Math.min(Math.max(kept.indexOf(key) + 1 + by, 1), kept.length));
}

export function remove(gallery, keys) {
  const removing = gallery.arrangement.kept.filter((key) => keys.includes(key));
  if (!removing.length) return;
  gallery.change("remove", (now) => now.removing(removing), {
    detail: { keys: removing },
    says: sentence(gallery, "removed", removing),
  });
}

export function restore(gallery, keys) {
  gallery.change("restore", (now) => now.restoring(keys), {
    detail: { keys },
    says: sentence(gallery, "restored", keys),
  });
}

/** Sort all images: by "name", "taken", "uploaded", or "reverse". */
export function sort(gallery, by) {
  gallery.change(
    "sort",
    (now) => {
      const entries = now.kept.map((key) => ({ ...gallery.items.traits(key), key }));
      return now.arranged(sorted(entries, by, gallery.words.language));
    },
    { detail: { by }, says: () => gallery.say("arranging.sorted") },
  );
}
