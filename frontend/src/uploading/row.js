import { make } from "../items/making.js";
import { button } from "./buttons.js";
import { mayGoWell, why } from "./explaining.js";
import { bytes, duration } from "./figures.js";
import { Preview } from "./preview.js";

/** The buttons of each state, by the names of their words and of what they do. */
const BUTTONS = {
  waiting: { cancel: "drop" },
  sending: { cancel: "drop" },
  pausing: { retry_now: "retry", cancel: "drop" },
  offline: { cancel: "drop" },
  asking: { keep: "keep", use: "use", leave: "drop" },
  failed: { retry: "retry", dismiss: "drop" },
};

/** One file on its way, as people see it. */
export class Row {
  #gallery;
  #upload;
  #acts;
  #state;
  #parts;

  /** @param {object} acts what buttons do: `drop`, `retry`, `keep` and `use`, each with the upload */
  constructor(upload, { gallery, acts }) {
    this.#gallery = gallery;
    this.#upload = upload;
    this.#acts = acts;
    this.preview = new Preview(upload.file);
    const size = bytes(upload.size, gallery.words.language);
    const name = make("p", { className: "gallery-name" });
    name.append(make("bdi", { textContent: upload.name }));
    name.append(" ", make("span", { className: "gallery-limits", textContent: size }));
    const progress = make("progress", { max: 1, value: 0 });
    progress.setAttribute("aria-label", this.#say("progress", { name: upload.name }));
    const status = make("p", { className: "gallery-upload-status" });
    const buttons = make("div", { className: "gallery-upload-buttons" });
    this.#parts = { progress, status, buttons };
    const said = make("div", { className: "gallery-upload-said" });
    said.append(name, progress, status, buttons);
    this.element = make("li", { className: "gallery-upload-row" });
    this.element.append(this.preview.element, said);
  }

  /** Show how it stands with the file. */
  show() {
    const { state, loaded, size, attempt, image } = this.#upload;
    const { progress, status } = this.#parts;
    progress.hidden = !(state === "sending" || (state === "waiting" && attempt));
    progress.value = size ? Math.min(1, loaded / size) : 0;
    const text = this.#status();
    if (status.textContent !== text) status.textContent = text;
    if (this.#state === state) return;
    this.#state = state;
    if (image?.thumbnail) this.preview.take(image.thumbnail);
    this.element.dataset.state = state;
    this.#showButtons();
  }

  focus() {
    this.element.querySelector("button, a")?.focus();
    this.element.scrollIntoView({ block: "nearest" });
  }

  /** Take the row away; whoever was in it goes on in the next one. */
  remove(instead) {
    const hadFocus = this.element.contains(document.activeElement);
    const beside = this.element.nextElementSibling ?? this.element.previousElementSibling;
    this.preview.close();
    this.element.remove();
    if (hadFocus) (beside?.querySelector("button") ?? instead)?.focus();
  }

  #status() {
    const { state, loaded, size, twin, error, until } = this.#upload;
    if (state === "sending") {
      if (loaded >= size) return this.#say("storing");
      const percent = new Intl.NumberFormat(this.#language, { style: "percent" });
      return this.#say("sending", { percent: percent.format(size ? loaded / size : 0) });
    }
    if (state === "asking") {
      const asked = twin.isHere ? "twice_chosen" : "twice_sent";
      return this.#say(asked, { other: twin.name });
    }
    if (state === "pausing") {
      const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      const time = duration(left, this.#language);
      return this.#say("again", { why: why(this.#upload, this.#gallery), time });
    }
    return error ? why(this.#upload, this.#gallery) : this.#say(state);
  }

  #showButtons() {
    const { name, error, twin, state } = this.#upload;
    const { buttons } = this.#parts;
    const had = buttons.contains(document.activeElement);
    const made = Object.entries(BUTTONS[state] ?? {})
      .filter(([word]) => word !== "retry" || mayGoWell(error))
      // What is here already is used by leaving the other one out.
      .filter(([word]) => word !== "use" || !twin.isHere || twin.isRemoved)
      .map(([word, act]) =>
        button(this.#say(word), { about: name, press: () => this.#acts[act](this.#upload) }),
      );
    if (error?.code === "login") made.push(this.#loginLink());
    buttons.replaceChildren(...made);
    if (had) made[0]?.focus();
  }

  /** This very page, asked for again, leads to where this site has people log in. */
  #loginLink() {
    return make("a", {
      className: "gallery-button",
      href: this.#gallery.configuration.loginUrl ?? location.href,
      target: "_blank",
      rel: "noopener",
      textContent: this.#say("login_link"),
    });
  }

  get #language() {
    return this.#gallery.words.language;
  }

  #say(word, params) {
    return this.#gallery.words.say(`uploading.${word}`, params);
  }
}
