/*
 * What the dialog is about, as a value: each step returns another one, and the old ones stay.
 *
 * `box` is always there and always in the picture, in whole pixels of the picture as it is turned;
 * `edit()` says what of it is an edit. `made` is the box as somebody last made it by hand: each shape
 * is cut out of that one, so that trying several shapes makes nothing smaller.
 */

import {
  compose,
  fitted,
  hasShape,
  isSameEdit,
  mapped,
  moved,
  reshaped,
  resized,
  drawn as spanned,
  turnedSize,
} from "./geometry.js";

/** Turns and mirrorings as edits of what is seen. */
export const TURNS = {
  left: { rotate: 270, flip: false, crop: null },
  right: { rotate: 90, flip: false, crop: null },
  mirror: { rotate: 0, flip: true, crop: null },
  over: { rotate: 180, flip: true, crop: null },
};
const NOTHING = { rotate: 0, flip: false, crop: null };

/**
 * Return the state to begin with.
 *
 * *size* is that of the picture, *edit* what is done to it so far, *shapes* what may be chosen, the
 * first of them chosen; *smallest* and *range* are the limits of the gallery. A picture that breaks
 * them begins with the part that does not.
 */
export function begin({ size, edit = {}, shapes = [{ key: "free" }], smallest = [1, 1], range }) {
  const { rotate = 0, flip = false, crop = null } = edit;
  const turned = turnedSize({ rotate }, size);
  const state = {
    size,
    rotate,
    flip,
    shapes,
    smallest,
    range: range ?? { lowest: 0, highest: Infinity },
    shape: shapes[0],
    box: crop ?? [0, 0, ...turned],
  };
  const limits = limitsOf(state);
  const fits = hasShape(state.box.slice(2), limits);
  return by(fits ? state : { ...state, box: reshaped(state.box, limits) });
}

/** Return the limits of the box as things are: inside the picture, large enough, of the chosen shape. */
export function limitsOf(state) {
  const bounds = turnedSize(state, state.size);
  const { ratio } = state.shape;
  const own = bounds[0] / bounds[1];
  const exact = Number.isNaN(ratio) ? own : ratio;
  const range = exact === undefined ? state.range : { lowest: exact, highest: exact };
  return { bounds, smallest: state.smallest, lowest: range.lowest, highest: range.highest };
}

/** Return what a state does to the picture, as the server takes it. */
export const editOf = ({ rotate, flip, box, size }) => fitted({ rotate, flip, crop: box }, size);

/** Tell whether two states make the same of the picture. */
export const isSame = (one, other) => isSameEdit(editOf(one), editOf(other));

/** Turn or mirror what is seen; the box goes with it, and keeps to its shape. */
export function turn(state, name) {
  const both = compose(
    { ...NOTHING, rotate: state.rotate, flip: state.flip },
    TURNS[name],
    state.size,
  );
  const bounds = turnedSize(state, state.size);
  const next = {
    ...state,
    rotate: both.rotate,
    flip: both.flip,
    box: mapped(state.box, TURNS[name], bounds),
    made: mapped(state.made, TURNS[name], bounds),
  };
  const limits = limitsOf(next);
  return hasShape(next.box.slice(2), limits) ? next : { ...next, box: reshaped(next.made, limits) };
}

/** Choose a shape by its key. */
export function choose(state, key) {
  const next = { ...state, shape: state.shapes.find((each) => each.key === key) ?? state.shape };
  return { ...next, box: reshaped(state.made, limitsOf(next)) };
}

/** Move the box by so many pixels; from where it was when that began, if *from* says where. */
export const move = (state, across, from = state.box) =>
  by({ ...state, box: moved(from, across, limitsOf(state).bounds) });

/** Pull edges of the box by so many pixels. */
export const pull = (state, edges, across, from = state.box) =>
  by({ ...state, box: resized(from, { edges, by: across, limits: limitsOf(state) }) });

/** Draw the box anew, from one point to another. */
export const draw = (state, from, to) => by({ ...state, box: spanned(from, to, limitsOf(state)) });

/** Set one of the four numbers of the box: 0 left, 1 top, 2 width, 3 height; what is too much is cut. */
export function number(state, at, value) {
  const across = [0, 0];
  across[at % 2] = value - state.box[at];
  if (at < 2) return move(state, across);
  const edges = at === 2 ? [1, 0] : [0, 1];
  const next = pull(state, edges, across);
  // Wider than what is left of the picture there: then it goes to the other side, as the number was meant.
  if (next.box[at] >= value) return next;
  const room = limitsOf(state).bounds[at - 2];
  const from = [...state.box];
  from[at - 2] = Math.max(0, Math.min(from[at - 2], room - value));
  return pull(state, edges, across, from);
}

/** Back to the whole picture, as it lies, in the shape that is chosen. */
export const whole = (state) => {
  const limits = limitsOf(state);
  return by({ ...state, box: reshaped([0, 0, ...limits.bounds], limits) });
};

/** A state whose box was made by hand. */
const by = (state) => ({ ...state, made: state.box });
