/* What the gallery takes of a cut picture, said before the server has to. */

import { hasShape, resultSize } from "./geometry.js";
import { editOf } from "./state.js";

/** Return in the server's words why a gallery would not take the result; nothing where it would. */
export function unfit(state, { told = [], say }) {
  const cut = resultSize(editOf(state), state.size);
  const [width, height] = state.smallest;
  if (cut[0] < width || cut[1] < height) return say("cropping.too_small", { width, height });
  if (hasShape(cut, state.range)) return undefined;
  const [lowest, highest] = told;
  return lowest === highest
    ? say("cropping.shape_must", { shape: lowest })
    : say("cropping.shape_from", { lowest, highest });
}
