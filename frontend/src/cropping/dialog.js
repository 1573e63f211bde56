/*
 * The dialog in which a picture is cut, turned and mirrored; loaded when somebody first asks for it.
 *
 * The browser only shows what will be: the server cuts, by numbers in pixels of the picture itself, so
 * that a film keeps its frames and a TIFF its depth. A picture that was made from another one is edited
 * on that one, where it may be seen, so that nothing that was cut off is lost.
 */

import { setApart } from "./apart.js";
import { derive } from "./asking.js";
import { draw, offer } from "./drawing.js";
import { frame } from "./frame.js";
import { changesNothing, isSameEdit } from "./geometry.js";
import { Leaving } from "./leaving.js";
import { unfit } from "./limits.js";
import { make } from "./making.js";
import { show, type } from "./numbers.js";
import { fetchInto } from "./picture.js";
import { allow, wait } from "./readiness.js";
import { accepted, offered } from "./shapes.js";
import { operate } from "./stage.js";
import { begin, choose, editOf, isSame, turn, whole } from "./state.js";
import { subject } from "./subject.js";

/**
 * Open the dialog for an image; resolve with the image that came of it, or null when it was left.
 *
 * *image* is what is known of it, `{id, name}`; *configuration* is that of the element *host*, in which
 * the dialog stands while it is open; *token* gives the form's against forgery. It is left when *signal*
 * says that the element leaves the page.
 */
export function open({ image, configuration, say, token, host, signal }) {
  const dialog = new Cropping({ image, configuration, say, token });
  return dialog.opened(host, signal);
}

/** One picture being edited. */
class Cropping {
  #ended = new AbortController();
  #subject;
  #state;
  #start;
  #scale = 1;
  /** How much room the picture has, in CSS pixels. */
  #room = [1, 1];

  constructor({ image, configuration, say, token }) {
    Object.assign(this, { image, configuration, say, token });
    this.parts = frame({ name: image.name ?? "", say });
    this.range = accepted(configuration.shapes);
    this.leaving = new Leaving(this.parts, () => this.#isChanged());
    this.sizes = new ResizeObserver(([{ contentRect }]) => {
      this.#room = [contentRect.width, contentRect.height];
      this.#draw();
    });
    this.#listen();
    this.#allow();
  }

  /** Show the dialog; resolve with what came of it once it is gone. */
  async opened(host, signal) {
    const { dialog } = this.parts;
    host.append(dialog);
    signal?.addEventListener("abort", () => dialog.close(), { signal: this.#ended.signal });
    const closed = new Promise((resolve) =>
      dialog.addEventListener("close", resolve, { once: true }),
    );
    dialog.showModal();
    this.#load();
    await closed;
    this.#ended.abort();
    this.sizes.disconnect();
    dialog.remove();
    return this.made ?? null;
  }

  /** What every request is made with. */
  get #asked() {
    const { configuration, say } = this;
    return { configuration, say, signal: this.#ended.signal };
  }

  /** Learn what is to be edited, and show it. */
  async #load() {
    this.#busy(true);
    try {
      this.#subject = await subject(this.image, this.#asked);
    } catch (error) {
      this.#failed(error);
      return;
    }
    this.#begin();
    this.#busy(false);
    this.#settle();
  }

  #begin() {
    const { base, present, hasWayBack } = this.#subject;
    const { aspects, minSize } = this.configuration;
    const shapes = offered({ aspects, ...this.range });
    offer(this.parts, { shapes, say: this.say });
    this.parts.back.hidden = !hasWayBack;
    const { lowest, highest } = this.range;
    this.#start = this.#state = begin({
      size: [base.width, base.height],
      edit: present,
      shapes,
      smallest: minSize ?? undefined,
      range: { lowest, highest },
    });
    fetchInto(this.parts, base);
    this.sizes.observe(this.parts.stage);
  }

  #listen() {
    const { dialog, turns, shape, numbers, apply, back, reset, again, image } = this.parts;
    const live = {
      state: () => this.#state,
      scale: () => this.#scale,
      become: (state) => this.#become(state),
      settle: () => this.#settle(),
    };
    operate(this.parts, live);
    type(numbers, live);
    const pressed = (button, run) => button.addEventListener("click", run);
    const settled = (state) => {
      this.#become(state);
      this.#settle();
    };
    for (const each of turns) pressed(each, () => settled(turn(this.#state, each.dataset.turn)));
    shape.addEventListener("change", () => settled(choose(this.#state, shape.value)));
    pressed(this.parts.whole, () => settled(whole(this.#state)));
    pressed(reset, () => settled(this.#start));
    pressed(apply, () => this.#send(editOf(this.#state)));
    pressed(back, () => this.#send(null));
    pressed(again, () => this.#load());
    image.addEventListener("error", () => this.#fault(this.say("cropping.unseen")));
    setApart(dialog);
  }

  #isChanged() {
    return Boolean(this.#state) && !isSame(this.#state, this.#start);
  }

  #become(state) {
    this.#state = state;
    this.#draw();
  }

  #draw() {
    const { say } = this;
    this.#scale = draw(this.parts, { state: this.#state, room: this.#room, say });
    this.#allow();
  }

  /** A movement has ended: say what came of it. */
  #settle() {
    const { said, numbers, told } = this.parts;
    show(numbers, this.#state, { whole: true });
    this.#draw();
    const [left, top, width, height] = this.#state.box;
    said.textContent = this.say("cropping.now", { left, top, width, height });
    const wrong = this.#unfit();
    if (wrong) told.append(make("strong", {}, ` ${wrong}`));
    this.#fault(wrong ?? "");
  }

  #unfit() {
    return unfit(this.#state, { told: this.range.told, say: this.say });
  }

  #allow() {
    const isThere = Boolean(this.#state);
    const busy = !isThere || this.parts.dialog.getAttribute("aria-busy") === "true";
    const isOther = isThere && !isSameEdit(editOf(this.#state), this.#subject.present);
    const canApply = isOther && !this.#unfit();
    allow(this.parts, { busy, canApply, canReset: this.#isChanged() });
  }

  #fault(text) {
    this.parts.fault.textContent = text;
  }

  /** Have the edit made; without one, or where one undoes all, the original comes back. */
  async #send(edit) {
    const { image, base } = this.#subject;
    const undone = !edit || (base !== image && changesNothing(edit));
    const { token } = this;
    this.#busy(true);
    try {
      this.made = await derive(undone ? image.id : base.id, {
        ...this.#asked,
        edit: undone ? null : edit,
        size: this.#state.size,
        token,
      });
      this.parts.dialog.close();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Say why something was not to be had, and give the buttons back. */
  #failed(error) {
    if (error.name === "AbortError") return;
    const { apply, again } = this.parts;
    this.#busy(false);
    this.#fault(error.message);
    (this.#state ? apply : again).focus();
  }

  #busy(busy) {
    wait(this.parts, { busy, isMissing: !busy && !this.#state, say: this.say });
    this.#fault("");
    this.#allow();
  }
}
