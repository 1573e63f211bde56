/* The dialog as it stands there before anything is done in it. */

import { button, icon, make } from "./making.js";

/** What the icons of turning and mirroring look like; the words beside them say it too. */
const ICONS = {
  left: "M8 6H14a6 6 0 0 1 0 12H7M11 2.5 7.5 6 11 9.5",
  right: "M16 6H10a6 6 0 0 0 0 12h7M13 2.5 16.5 6 13 9.5",
  mirror: "M12 3v18M9 7v10H3zM15 7v10h6z",
  over: "M3 12h18M7 9h10V3zM7 15h10v6z",
};
/** The eight handles: which edges each one pulls, and the word for it. */
const HANDLES = [
  ["-1,-1", "top_left"],
  ["0,-1", "top_edge"],
  ["1,-1", "top_right"],
  ["1,0", "right_edge"],
  ["1,1", "bottom_right"],
  ["0,1", "bottom_edge"],
  ["-1,1", "bottom_left"],
  ["-1,0", "left_edge"],
];
const NUMBERS = ["from_left", "from_top", "width", "height"];

/** Numbers the ids, of which there may be two in a page for a moment. */
let made = 0;

/** A class of the dialog's parts. */
const of = (part) => `gallery-cropping-${part}`;

/** Make the dialog; return its parts by name. *shapes* are those to choose from, *say* has the words. */
export function frame({ name, say }) {
  made += 1;
  const id = `gallery-cropping-${made}`;
  const parts = {
    title: make("h2", { class: of("title"), id: `${id}-title` }, say("cropping.title", { name })),
    close: button(
      { class: of("close"), "aria-label": say("cropping.close") },
      icon("M5 5l14 14M19 5 5 19"),
    ),
    fault: make("p", { class: of("fault"), role: "alert" }),
    said: make("p", { class: of("said"), role: "status" }),
    ...stage(id, say),
    ...controls(id, say),
    ...result(say),
    ...foot(say),
  };
  const side = make(
    "div",
    { class: of("side") },
    parts.tools,
    parts.shaping,
    parts.numbering,
    parts.preview,
  );
  const body = make("div", { class: of("body") }, parts.stage, side);
  const dialog = make(
    "dialog",
    { class: "gallery-cropping", "aria-labelledby": `${id}-title`, "aria-busy": "true" },
    make("div", { class: of("head") }, parts.title, parts.close),
    body,
    make("p", { class: of("help"), id: `${id}-help` }, say("cropping.keys")),
    make("div", { class: of("end") }, parts.fault, parts.said, parts.foot, parts.question),
  );
  return { ...parts, body, dialog };
}

/** The picture, the box on it with its handles, and what dims the rest. */
function stage(id, say) {
  const handles = HANDLES.map(([edges, word]) =>
    button({ class: of("handle"), "data-edges": edges, "aria-label": say(`cropping.${word}`) }),
  );
  const image = make("img", { class: of("image"), alt: "", draggable: "false" });
  const shade = make("div", { class: of("shade") });
  const seen = make("div", { class: of("seen") }, shade);
  const part = button({
    class: of("part"),
    autofocus: true,
    "aria-label": say("cropping.part"),
    "aria-describedby": `${id}-help`,
  });
  const box = make("div", { class: of("box") }, part, ...handles);
  const picture = make("div", { class: of("picture") }, seen, box);
  // Else a screen reader keeps the arrow keys to itself.
  const place = make(
    "div",
    { class: of("stage"), role: "application", "aria-label": say("cropping.stage") },
    picture,
  );
  return { stage: place, picture, seen, image, shade, box, part };
}

/** Turning, the shape, and the four numbers. */
function controls(id, say) {
  const turns = Object.entries(ICONS).map(([turn, path]) =>
    button(
      { class: of("turn"), "data-turn": turn },
      icon(path),
      make("span", {}, say(`cropping.${turn}`)),
    ),
  );
  const shape = make("select", { id: `${id}-shape`, form: "" });
  const numbers = NUMBERS.map((number) =>
    make("input", {
      type: "number",
      inputmode: "numeric",
      step: "1",
      form: "",
      id: `${id}-${number}`,
      autocomplete: "off",
    }),
  );
  const labelled = numbers.map((input, at) =>
    make(
      "p",
      { class: of("number") },
      make("label", { for: input.id }, say(`cropping.${NUMBERS[at]}`)),
      input,
    ),
  );
  const legend = make("legend", {}, say("cropping.numbers"));
  return {
    tools: make(
      "div",
      { class: of("tools"), role: "group", "aria-label": say("cropping.turns") },
      ...turns,
    ),
    turns,
    shape,
    shaping: make(
      "p",
      { class: of("shape") },
      make("label", { for: shape.id }, say("cropping.shape")),
      shape,
    ),
    numbers,
    numbering: make("fieldset", { class: of("numbers") }, legend, ...labelled),
  };
}

/** What comes out: seen, and in numbers. */
function result(say) {
  const outcome = make("img", {
    class: of("image"),
    alt: say("cropping.preview"),
    draggable: "false",
  });
  const cut = make("div", { class: of("cut") });
  const told = make("figcaption", { class: of("told") });
  return { outcome, cut, told, preview: make("figure", { class: of("preview") }, cut, told) };
}

/** What ends the dialog, and what is asked before anything is lost. */
function foot(say) {
  const word = (name, more = {}) => button({ class: of(name), ...more }, say(`cropping.${name}`));
  const [back, whole, reset, cancel, apply, again] = [
    "back",
    "whole",
    "reset",
    "cancel",
    "apply",
    "again",
  ].map((name) => word(name));
  const [discard, keep] = [word("discard"), word("keep")];
  back.hidden = again.hidden = true;
  const question = make("div", {
    class: of("foot"),
    role: "group",
    "aria-label": say("cropping.question"),
    hidden: true,
  });
  question.append(make("p", { class: of("asked") }, say("cropping.question")), keep, discard);
  return {
    ...{ back, whole, reset, cancel, apply, again, discard, keep, question },
    foot: make(
      "div",
      { class: of("foot") },
      back,
      whole,
      reset,
      make("span", { class: of("gap") }),
      cancel,
      apply,
      again,
    ),
  };
}
