/*
 * The dialog in which a picture is cut, turned and mirrored; loaded when somebody first asks for it.
 *
 * The browser only shows what will be: the server cuts, by numbers in pixels of the picture itself, so
 * that a film keeps its frames and a TIFF its depth. A picture that was made from another one is edited
 * on that one, where it may be seen, so that nothing that was cut off is lost.
 */

import { derive, look } from "./asking.js";
import { frame } from "./frame.js";
import { changesNothing, isSameEdit } from "./geometry.js";
import { unfit } from "./limits.js";
import { make } from "./making.js";
import { show, type } from "./numbers.js";
import { lay, source } from "./picture.js";
import { accepted, offered } from "./shapes.js";
import { operate } from "./stage.js";
import { begin, choose, editOf, isSame, limitsOf, turn, whole } from "./state.js";
import { styled } from "./styles.js";

/** The preview is as large as this, and small pictures are not shown larger than so many times. */
const PREVIEW = [220, 160];
const LARGEST = 8;
/** What happens in the dialog is nobody else's: it stands in a form that watches its inputs, keys and drops. */
const KEPT = [
  "input",
  "change",
  "keydown",
  "keyup",
  "paste",
  "dragover",
  "drop",
  "pointerdown",
  "click",
];

/**
 * Open the dialog for an image; resolve with the image that came of it, or null when it was left.
 *
 * *image* is what the server tells of it, or at least `{id, name}`; *configuration* is that of the
 * element *host*, in which the dialog stands while it is open; *token* is the form's against forgery.
 * Rejects when the style sheet cannot be loaded: then there is no dialog.
 */
export async function open({ image, configuration, say, announce, token, host }) {
  await styled(configuration.styles?.cropping);
  const dialog = new Cropping({ image, configuration, say, announce, token });
  return dialog.opened(host);
}

/** One picture being edited. */
class Cropping {
  #leaving = new AbortController();
  #state;
  #start;
  #scale = 1;
  /** How much room the picture has, in CSS pixels. */
  #room = [1, 1];
  /** What the image shows now, of the picture that is edited. */
  #present = { rotate: 0, flip: false, crop: null };
  #base;

  constructor({ image, configuration, say, announce, token }) {
    Object.assign(this, { image, configuration, say, announce, token });
    this.parts = frame({ name: image.name ?? "", say });
    this.range = accepted(configuration.shapes);
    this.#listen();
  }

  /** Show the dialog; resolve with what came of it once it is gone. */
  async opened(host) {
    const { dialog } = this.parts;
    host.append(dialog);
    const ended = new Promise((resolve) =>
      dialog.addEventListener("close", resolve, { once: true }),
    );
    dialog.showModal();
    this.#load();
    await ended;
    this.#leaving.abort();
    this.sizes?.disconnect();
    dialog.remove();
    return this.made ?? null;
  }

  /** Learn what is to be edited: the original where it may be, with what was done to it so far. */
  async #load() {
    const asked = {
      configuration: this.configuration,
      say: this.say,
      signal: this.#leaving.signal,
    };
    try {
      if (!this.image.shown) this.image = (await look(this.image.id, asked)) ?? this.image;
      const { original, edit } = this.image;
      const first = original && edit ? await look(original, asked) : null;
      if (first?.may_edit) {
        this.#base = first;
        this.#present = { ...this.#present, ...edit };
        this.parts.back.hidden = !first.may_use;
      } else {
        this.#base = this.image;
      }
      if (!this.#base.shown) throw new Error(this.say("cropping.gone"));
      this.#show();
    } catch (error) {
      if (error.name !== "AbortError") this.#fault(error.message);
    }
  }

  #show() {
    const { shape, shaping, stage, image, outcome, dialog } = this.parts;
    const { aspects, minSize } = this.configuration;
    const shapes = offered({ aspects, ...this.range });
    shape.replaceChildren(
      ...shapes.map(({ key, label }) =>
        make("option", { value: key }, label ?? this.say(`cropping.${key}`)),
      ),
    );
    shaping.hidden = shapes.length < 2;
    const size = [this.#base.width, this.#base.height];
    const { lowest, highest } = this.range;
    this.#state = begin({
      size,
      edit: this.#present,
      shapes,
      smallest: minSize ?? undefined,
      range: { lowest, highest },
    });
    this.#start = this.#state;
    for (const each of [image, outcome]) {
      each.addEventListener("error", () => this.#fault(this.say("cropping.unseen")), {
        once: true,
      });
      each.src = source(
        this.#base,
        Math.max(stage.clientWidth, stage.clientHeight) * devicePixelRatio,
      );
    }
    dialog.removeAttribute("aria-busy");
    this.sizes = new ResizeObserver(([{ contentRect }]) => {
      this.#room = [contentRect.width, contentRect.height];
      this.#draw();
    });
    this.sizes.observe(stage);
    this.#settle();
  }

  #listen() {
    const { dialog, close, cancel, keep, discard, turns, shape, numbers, apply, back, reset } =
      this.parts;
    const live = {
      state: () => this.#state,
      scale: () => this.#scale,
      become: (state) => this.#become(state),
      settle: () => this.#settle(),
    };
    operate(this.parts, live);
    type(numbers, live);
    const settled = (state) => {
      this.#become(state);
      this.#settle();
    };
    for (const each of turns)
      each.addEventListener("click", () => settled(turn(this.#state, each.dataset.turn)));
    shape.addEventListener("change", () => settled(choose(this.#state, shape.value)));
    this.parts.whole.addEventListener("click", () => settled(whole(this.#state)));
    reset.addEventListener("click", () => settled(this.#start));
    apply.addEventListener("click", () => this.#send(editOf(this.#state)));
    back.addEventListener("click", () => this.#send(null));
    discard.addEventListener("click", () => dialog.close());
    keep.addEventListener("click", () => this.#ask(false));
    for (const each of [close, cancel]) each.addEventListener("click", () => this.#leave());
    dialog.addEventListener("cancel", (event) => {
      event.stopPropagation();
      if (event.target !== dialog || !this.#isChanged()) return;
      event.preventDefault();
      this.#leave();
    });
    for (const each of KEPT) dialog.addEventListener(each, (event) => event.stopPropagation());
  }

  #isChanged() {
    return Boolean(this.#state) && !isSame(this.#state, this.#start);
  }

  /** Leave at once when nothing was done, else ask. */
  #leave() {
    if (this.#isChanged() && this.parts.question.hidden) this.#ask(true);
    else this.parts.dialog.close();
  }

  #ask(asking) {
    const { question, foot, keep, cancel } = this.parts;
    question.hidden = !asking;
    foot.hidden = asking;
    (asking ? keep : cancel).focus();
  }

  #become(state) {
    this.#state = state;
    this.#draw();
  }

  /** Draw picture, box, preview and numbers as they are now. */
  #draw() {
    const { picture, image, shade, box, outcome, cut, told, numbers, shape } = this.parts;
    const state = this.#state;
    const { bounds } = limitsOf(state);
    const [left, top, width, height] = state.box;
    const scale = Math.min(this.#room[0] / bounds[0], this.#room[1] / bounds[1], LARGEST);
    this.#scale = scale;
    extend(picture, bounds, scale);
    lay(image, { state, scale });
    for (const each of [shade, box]) {
      extend(each, [width, height], scale);
      each.style.left = `${left * scale}px`;
      each.style.top = `${top * scale}px`;
    }
    box.classList.toggle("gallery-cropping-small", Math.min(width, height) * scale < 72);
    const little = Math.min(PREVIEW[0] / width, PREVIEW[1] / height, Math.max(1, scale));
    extend(cut, [width, height], little);
    lay(outcome, { state, box: state.box, scale: little });
    told.textContent = this.say("cropping.result", { width, height });
    shape.value = state.shape.key;
    show(numbers, state);
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
    const { apply, reset, turns, shape, numbers, back, whole: all, dialog } = this.parts;
    const busy = dialog.getAttribute("aria-busy") === "true";
    apply.disabled =
      busy || isSameEdit(editOf(this.#state), this.#present) || Boolean(this.#unfit());
    reset.disabled = busy || !this.#isChanged();
    for (const each of [...turns, shape, ...numbers, back, all]) each.disabled = busy;
  }

  #fault(text) {
    this.parts.fault.textContent = text;
  }

  /** Have the edit made; without one, or where one undoes all, the original comes back. */
  async #send(edit) {
    const { dialog, apply } = this.parts;
    const undone = !edit || (this.#base !== this.image && changesNothing(edit));
    this.#busy(true);
    try {
      const [key, what] = undone ? [this.image.id, null] : [this.#base.id, edit];
      this.made = await derive(key, {
        edit: what,
        size: this.#state.size,
        configuration: this.configuration,
        token: this.token,
        say: this.say,
        signal: this.#leaving.signal,
      });
      this.announce?.(
        this.say(undone ? "cropping.undone" : "cropping.done", { name: this.made.name }),
      );
      dialog.close();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#busy(false);
      this.#fault(error.message);
      apply.focus();
    }
  }

  #busy(busy) {
    const { dialog, apply } = this.parts;
    dialog.setAttribute("aria-busy", busy);
    apply.textContent = this.say(busy ? "cropping.working" : "cropping.apply");
    this.#fault("");
    this.#allow();
  }
}

/** Make an element as large as a size is at a scale. */
function extend(element, [width, height], scale) {
  element.style.width = `${width * scale}px`;
  element.style.height = `${height * scale}px`;
}
