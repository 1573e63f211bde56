/* What the dialog shows of its state: picture, box, preview and numbers. */

import { make } from "./making.js";
import { show } from "./numbers.js";
import { lay } from "./picture.js";
import { limitsOf } from "./state.js";

/** The preview is as large as this, and small pictures are not shown larger than so many times. */
const PREVIEW = [220, 160];
const LARGEST = 8;
/** A box that is smaller, in CSS pixels, has its handles outside. */
const SMALL = 72;

/** Let one of these shapes be chosen; where there is but one, there is no choice. */
export function offer({ shape, shaping }, { shapes, say }) {
  const named = ({ key, label }) => make("option", { value: key }, label ?? say(`cropping.${key}`));
  shape.replaceChildren(...shapes.map(named));
  shaping.hidden = shapes.length < 2;
}

/** Draw all as it is now in a *room* of so many CSS pixels; return how large the picture is shown. */
export function draw(parts, { state, room, say }) {
  const { bounds } = limitsOf(state);
  const scale = Math.min(room[0] / bounds[0], room[1] / bounds[1], LARGEST);
  extend(parts.picture, bounds, scale);
  lay(parts.image, { state, scale });
  frame(parts, { box: state.box, scale });
  preview(parts, { state, scale });
  const [width, height] = state.box.slice(2);
  parts.told.textContent = say("cropping.result", { width, height });
  parts.shape.value = state.shape.key;
  show(parts.numbers, state);
  return scale;
}

function frame({ shade, box }, { box: [left, top, ...size], scale }) {
  for (const each of [shade, box]) {
    extend(each, size, scale);
    each.style.left = `${left * scale}px`;
    each.style.top = `${top * scale}px`;
  }
  box.classList.toggle("gallery-cropping-small", Math.min(...size) * scale < SMALL);
}

function preview({ cut, outcome }, { state, scale }) {
  const size = state.box.slice(2);
  const little = Math.min(PREVIEW[0] / size[0], PREVIEW[1] / size[1], Math.max(1, scale));
  extend(cut, size, little);
  lay(outcome, { state, box: state.box, scale: little });
}

/** Make an element as large as a size is at a scale. */
function extend(element, [width, height], scale) {
  element.style.width = `${width * scale}px`;
  element.style.height = `${height * scale}px`;
}
