/** What the texts of an image are called in the names of their inputs. */
export const TEXTS = ["alt", "caption", "decorative"];

/** Return the inputs of one item, by what they are for. */
export function inputsOf(item) {
  const found = {};
  const put = (part, input) => input && Object.assign(found, { [part]: input });
  for (const input of item.querySelectorAll("input[name], textarea[name]")) {
    if (input.type === "hidden") continue;
    if (input.name.endsWith("-remove")) put("remove", input);
    for (const part of ["order", ...TEXTS]) {
      if (input.name.endsWith(`-${part}-${item.dataset.key}`)) put(part, input);
    }
  }
  return found;
}

/** What an input says. */
export const said = (input) => (input.type === "checkbox" ? input.checked : input.value);

/** Have an input say a value. */
export function write(input, value) {
  if (said(input) === value) return;
  if (input.type === "checkbox") input.checked = value;
  else input.value = value;
}
