import { make } from "../items/making.js";

/** Return a button; *about* is what it belongs to, for those who do not see where it stands. */
export function button(text, { about, press, name = "" }) {
  const made = make("button", { type: "button", className: `gallery-button ${name}`.trim() });
  made.append(text);
  if (about) made.append(make("span", { className: "gallery-hidden", textContent: `: ${about}` }));
  made.addEventListener("click", press);
  return made;
}
