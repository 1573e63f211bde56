/*
 * Rectangles and turns, in whole pixels: what the server's `domain/edits.py` says, said again for a browser.
 *
 * An edit is `{rotate, flip, crop}`: first turned clockwise, then left and right exchanged, then cut to
 * `[left, top, width, height]`, or to nothing less when that is null. `tests/cropping/edits.json` holds
 * examples that both sides must agree on.
 */

/** @typedef {[number, number]} Size width and height */
/** @typedef {[number, number, number, number]} Box left, top, width and height */
/** @typedef {{rotate: number, flip: boolean, crop: Box | null}} Edit */
/**
 * What a box must keep to: it lies inside of *bounds*, is no smaller than *smallest* where the picture
 * has room for that, and its width to its height is from *lowest* to *highest*.
 * @typedef {{bounds: Size, smallest: Size, lowest: number, highest: number}} Limits
 */

/** So much may a shape differ from the one that is asked for, as on the server: pixels are whole. */
const TOLERANCE = 0.01;
/** What numbers may be off by that are whole on paper. */
const TINY = 1e-9;

const between = (value, least, most) => Math.min(most, Math.max(least, value));

/** Tell whether two lists of numbers are the same. */
export const same = (one, other) => one.every((each, at) => each === other[at]);

/** Return what size a picture has once it is turned, before anything is cut off. */
export const turnedSize = ({ rotate }, [width, height]) =>
  rotate % 180 ? [height, width] : [width, height];

/** Return the size of what an edit makes of a picture. */
export const resultSize = (edit, size) => (edit.crop ? edit.crop.slice(2) : turnedSize(edit, size));

/** Return an edit without a crop that leaves all in. */
export function fitted(edit, size) {
  const whole = edit.crop && same(edit.crop, [0, 0, ...turnedSize(edit, size)]);
  return whole ? { ...edit, crop: null } : edit;
}

/** Tell whether a fitted edit leaves a picture as it is. */
export const changesNothing = ({ rotate, flip, crop }) => !(rotate || flip || crop);

/** Tell whether two fitted edits are the same. */
export const isSameEdit = (one, other) =>
  one.rotate === other.rotate && one.flip === other.flip && String(one.crop) === String(other.crop);

/** Return where a box of a picture of *size* is after a turn and a flip. */
export function mapped([left, top, width, height], { rotate, flip }, size) {
  let [across, down] = size;
  for (let turn = rotate; turn > 0; turn -= 90) {
    [left, top, width, height] = [down - top - height, left, height, width];
    [across, down] = [down, across];
  }
  return [flip ? across - left - width : left, top, width, height];
}

/** Return the one edit that does both, one after the other, to a picture of *size*. */
export function compose(first, second, size) {
  // A flip turns the sense of what comes after it.
  const turn = first.flip ? -second.rotate : second.rotate;
  const both = { rotate: (first.rotate + turn + 360) % 360, flip: first.flip !== second.flip };
  const middle = turnedSize(first, size);
  let crop = mapped(first.crop ?? [0, 0, ...middle], second, middle);
  if (second.crop) {
    const [left, top, ...cut] = second.crop;
    crop = [crop[0] + left, crop[1] + top, ...cut];
  }
  return fitted({ ...both, crop }, size);
}

/** Tell whether a size has a shape from *lowest* to *highest*, give or take one percent. */
export const hasShape = ([width, height], { lowest, highest }) =>
  lowest * (1 - TOLERANCE) <= width / height && width / height <= highest * (1 + TOLERANCE);

/** Return a box at another place: as far as the picture goes. */
export const moved = ([left, top, width, height], [across, down], [most, deepest]) => [
  between(Math.round(left + across), 0, most - width),
  between(Math.round(top + down), 0, deepest - height),
  width,
  height,
];

/**
 * Return a box one of whose edges or corners was pulled *by* so much; the opposite one stays.
 *
 * *edges* is -1 for left and top, 1 for right and bottom, 0 where that side is not pulled. Where the
 * shape asks for it the other side follows: outwards at a corner, around the middle at an edge.
 */
export function resized(box, { edges, by, limits }) {
  const wanted = [0, 1].map((axis) => box[axis + 2] + edges[axis] * by[axis]);
  const [width, height] = limits.smallest;
  const least = [Math.max(width, height * limits.lowest), Math.max(height, width / limits.highest)];
  const room = [0, 1].map((axis) => {
    if (!edges[axis]) return limits.bounds[axis];
    const reach = edges[axis] < 0 ? box[axis] + box[axis + 2] : limits.bounds[axis] - box[axis];
    // Drawn from near the edge, the smallest box begins further in.
    return between(Math.ceil(least[axis]), Math.max(1, reach), limits.bounds[axis]);
  });
  const lead = edges[0] && edges[1] ? outer(wanted, limits) : edges[0] ? 0 : 1;
  return anchored(box, {
    edges,
    cut: shaped(wanted, { lead, room, limits }),
    bounds: limits.bounds,
  });
}

/** Return the box that is drawn from one point to another. */
export function drawn(from, to, limits) {
  const by = [to[0] - from[0], to[1] - from[1]];
  const start = [0, 1].map((axis) => between(Math.round(from[axis]), 0, limits.bounds[axis]));
  return resized([...start, 0, 0], { edges: by.map((each) => (each < 0 ? -1 : 1)), by, limits });
}

/** Return the largest box of a shape in a box, around its middle; larger where it would be too small. */
export function reshaped(box, limits) {
  const wanted = box.slice(2);
  const cut = shaped(wanted, { lead: 1 - outer(wanted, limits), room: limits.bounds, limits });
  return anchored(box, { edges: [0, 0], cut, bounds: limits.bounds });
}

/** The side that leads when the other one is to grow: 0 the width, 1 the height. */
const outer = ([width, height], { lowest }) => (width < height * lowest ? 1 : 0);

/**
 * Return the width and height nearest to those *wanted* that keep to the limits, in whole pixels.
 * The side that leads goes where it is wanted if it can, the other one follows.
 */
function shaped(wanted, { lead, room, limits }) {
  const { smallest, lowest, highest } = limits;
  // Seen from the side that leads: how long it may be for one pixel of the other.
  const [least, most] = lead ? [1 / highest, 1 / lowest] : [lowest, highest];
  const other = 1 - lead;
  const length = wholeBetween(
    wanted[lead],
    Math.max(smallest[lead], smallest[other] * least),
    Math.min(room[lead], room[other] * most),
  );
  const follows = wholeBetween(
    wanted[other],
    Math.max(smallest[other], length / most),
    Math.min(room[other], length / least),
  );
  return lead ? [follows, length] : [length, follows];
}

/** Return the whole number, at least 1, nearest to a value between two; where none is, one beside them. */
function wholeBetween(value, least, most) {
  const [first, last] = [Math.ceil(least - TINY), Math.floor(most + TINY)];
  return Math.max(1, Math.round(first <= last ? between(value, first, last) : most));
}

/** Return a box of another size, of which the edge opposite to the pulled one, or the middle, stays. */
function anchored(box, { edges, cut, bounds }) {
  const place = [0, 1].map((axis) => {
    const more = box[axis + 2] - cut[axis];
    const at = box[axis] + (edges[axis] > 0 ? 0 : edges[axis] < 0 ? more : more / 2);
    return between(Math.round(at), 0, bounds[axis] - cut[axis]);
  });
  return [...place, ...cut];
}
