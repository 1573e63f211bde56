/* Which picture is edited: the original where it may be, with what was done to it so far. */

import { look } from "./asking.js";

/** What is done to a picture that was not edited. */
const NOTHING = { rotate: 0, flip: false, crop: null };

/**
 * Return what is edited: `{image, base, present, hasWayBack}`.
 *
 * *image* is the one that stands in the gallery, *base* the one that edits are made of, *present* what
 * the first shows of the second, and *hasWayBack* tells whether the second may stand in its place.
 * Rejects with the sentence to show where there is nothing to be seen.
 */
export async function subject(known, asked) {
  const image = (await look(known.id, asked)) ?? known;
  const first = image.original && image.edit ? await look(image.original, asked) : null;
  const found = first?.may_edit
    ? { base: first, present: { ...NOTHING, ...image.edit }, hasWayBack: first.may_use }
    : { base: image, present: NOTHING, hasWayBack: false };
  if (!found.base.shown) throw new Error(asked.say("cropping.gone"));
  return { image, ...found };
}
