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

/** Have an input say a value; undefined is what the server wrote into it. */
export function write(input, value) {
  if (input.type === "checkbox") input.checked = value ?? input.defaultChecked;
  else if (input.value !== (value ?? input.defaultValue)) input.value = value ?? input.defaultValue;
}
