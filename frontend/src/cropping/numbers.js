/* The four numbers of the box, typed. */

import { limitsOf, number } from "./state.js";

/** Make the inputs work: what is typed shows at once, and is put right when the input is left. */
export function type(inputs, { state, become, settle }) {
  let start;
  inputs.forEach((input, at) => {
    input.addEventListener("focus", () => (start = state()));
    input.addEventListener("input", () => {
      // Each time from where the box was: 3 on the way to 300 must not leave it small.
      if (Number.isInteger(input.valueAsNumber))
        become(number(start ?? state(), at, input.valueAsNumber));
    });
    input.addEventListener("change", () => {
      start = state();
      settle();
    });
  });
}

/** Show the numbers, but not in the input in which somebody types one. */
export function show(inputs, state, { whole = false } = {}) {
  const { bounds } = limitsOf(state);
  inputs.forEach((input, at) => {
    const [, , width, height] = state.box;
    input.min = at < 2 ? 0 : 1;
    input.max = at < 2 ? bounds[at] - [width, height][at] : bounds[at - 2];
    if (whole || input !== document.activeElement) input.value = state.box[at];
  });
}
