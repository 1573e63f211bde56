/* Shapes that a dialog offers: those of the field, the picture's own, and a free one where it may be. */

/** So much may a shape that the page tells differ from what was meant: it tells six digits. */
const ROUNDED = 1e-5;

/** Read "4:3" as how wide that is for its height. */
const ratio = (told) => {
  const [width, height] = told.split(":").map(Number);
  return width / height;
};

/**
 * Return what a gallery takes: `{lowest, highest, told}`.
 *
 * *told* is the narrowest and the widest shape as people write them, `["3:4", "16:9"]`, or nothing.
 */
export function accepted(told = []) {
  if (!told.length) return { lowest: 0, highest: Infinity, told };
  const [lowest, highest] = told.map(ratio);
  return { lowest, highest, told };
}

/**
 * Return the shapes to choose from, the one to begin with first: `{key, label, ratio}`.
 *
 * A free one has no ratio, the picture's own is NaN here: it is known once the picture lies as it will.
 */
export function offered({ aspects = [], lowest, highest, told }) {
  if (told.length && lowest === highest) return [{ key: told[0], label: told[0], ratio: lowest }];
  const fits = aspects.filter(
    ({ ratio: wide }) => lowest <= wide * (1 + ROUNDED) && wide * (1 - ROUNDED) <= highest,
  );
  return [
    { key: "free" },
    { key: "own", ratio: NaN },
    ...fits.map(({ label, ratio: wide }) => ({ key: label, label, ratio: wide })),
  ];
}
