/* Pictures as they lie after an edit: made by the browser out of what it can show, to look at. */

import { turnedSize } from "./geometry.js";

/** What every browser shows that runs this. */
const SHOWN = ["image/jpeg", "image/png", "image/webp"];

/**
 * Return the address of what to show: the smallest copy that is as wide as *wanted*, else the whole.
 * What moves is shown moving, as only the whole is sure to do; but not to whoever asked for less motion.
 */
function source({ shown, renditions = [], frames }, wanted) {
  const copies = renditions.filter((each) => SHOWN.includes(each.content_type));
  const enough = copies.find((each) => each.width >= wanted);
  if (frames <= 1) return enough?.url ?? shown;
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return (isStill && (enough ?? copies.at(-1))?.url) || shown;
}

/** Have the picture come, for the stage and for the preview. */
export function fetchInto({ stage, seen, image, cut, outcome }, picture) {
  const across = Math.max(stage.clientWidth, stage.clientHeight) * devicePixelRatio;
  for (const each of [image, outcome]) each.src = source(picture, across);
  // Only now, with something to show.
  seen.prepend(image);
  cut.append(outcome);
}

/**
 * Lay an image so that *box* of the turned picture fills a place from its corner on, *scale* times as large.
 *
 * Where nothing is cut the box is the whole. Styles are set one by one: a strict policy allows no others.
 */
export function lay(image, { state, box, scale }) {
  const [width, height] = state.size;
  const [across, down] = turnedSize(state, state.size);
  const [left, top] = box ?? [0, 0];
  Object.assign(image.style, {
    width: `${width * scale}px`,
    height: `${height * scale}px`,
    // It turns around its middle, and the middle stays where it is.
    left: `${((across - width) / 2 - left) * scale}px`,
    top: `${((down - height) / 2 - top) * scale}px`,
    transform: `${state.flip ? "scaleX(-1) " : ""}rotate(${state.rotate}deg)`,
  });
}
