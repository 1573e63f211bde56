/* The box on the picture: pulled, moved and drawn by mouse, pen and finger, or by keys. */

import { draw, limitsOf, move, pull } from "./state.js";

/** So far, in CSS pixels, goes a pointer before it draws: a mere click leaves the box as it is. */
const DRAWS = 4;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** A key goes so many times to cross the picture. */
const STEPS = 50;

const edgesOf = (target) => target.dataset?.edges?.split(",").map(Number);

/**
 * Make the box work.
 *
 * *state* gives the state, *scale* how large the picture is shown; *become* takes a new state, and
 * *settle* is called when a movement has come to its end.
 */
export function operate({ stage, picture, box, part }, { state, scale, become, settle }) {
  let gesture;

  const point = ({ clientX, clientY }) => {
    const { left, top } = picture.getBoundingClientRect();
    return [(clientX - left) / scale(), (clientY - top) / scale()];
  };

  stage.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button || stage.closest("[aria-busy=true]")) return;
    // No text is selected meanwhile, and no image dragged; what was pressed has the focus all the same.
    event.preventDefault();
    const on = box.contains(event.target) ? event.target : part;
    on.focus({ preventScroll: true });
    gesture = {
      id: event.pointerId,
      start: state(),
      from: point(event),
      edges: edgesOf(on),
      draws: !box.contains(event.target),
    };
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    if (gesture?.id !== event.pointerId) return;
    const { start, from, edges, draws } = gesture;
    const at = point(event);
    const by = [at[0] - from[0], at[1] - from[1]];
    if (draws && !gesture.drawing && Math.hypot(...by) * scale() < DRAWS) return;
    gesture.drawing = draws;
    if (draws) become(draw(start, from, at));
    else if (edges) become(pull(start, edges, by));
    else become(move(start, by));
  });
  for (const end of ["pointerup", "pointercancel"]) {
    stage.addEventListener(end, (event) => {
      if (gesture?.id !== event.pointerId) return;
      if (end === "pointercancel") become(gesture.start);
      gesture = undefined;
      settle();
    });
  }

  box.addEventListener("keydown", (event) => {
    const way = ARROWS[event.key];
    if (!way || stage.closest("[aria-busy=true]")) return;
    event.preventDefault();
    const precise = event.ctrlKey || event.altKey || event.metaKey;
    const step = precise
      ? 1
      : Math.max(1, Math.round(Math.max(...limitsOf(state()).bounds) / STEPS));
    const by = way.map((each) => each * step);
    // The box itself is resized where it ends: to the right, and to the bottom.
    const edges = edgesOf(event.target) ?? (event.shiftKey ? way.map(Math.abs) : undefined);
    become(edges ? pull(state(), edges, by) : move(state(), by));
  });
  box.addEventListener("keyup", (event) => {
    if (ARROWS[event.key]) settle();
  });
}
