/* What of the dialog can be used now, and what it is waiting for. */

/** Let those buttons be pressed that do something; while it is *busy* none does. */
export function allow(parts, { busy, canApply, canReset }) {
  const { apply, reset, turns, shape, numbers, back, whole } = parts;
  apply.disabled = busy || !canApply;
  reset.disabled = busy || !canReset;
  for (const each of [...turns, shape, ...numbers, back, whole]) each.disabled = busy;
}

/** Say that something is waited for; or, when the picture is *missing*, show how to ask for it again. */
export function wait({ dialog, body, apply, whole, reset, again }, { busy, isMissing, say }) {
  dialog.setAttribute("aria-busy", busy);
  apply.textContent = say(busy ? "cropping.working" : "cropping.apply");
  for (const each of [body, apply, whole, reset]) each.hidden = isMissing;
  again.hidden = !isMissing;
}
