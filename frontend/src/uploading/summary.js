import { make } from "../items/making.js";
import { button } from "./buttons.js";
import { bytes, duration } from "./figures.js";
import { Speed, secondsLeft } from "./speed.js";

/** All files of a gallery that are on their way, as people see them together. */
export class Summary {
  element = make("div", { className: "gallery-upload-summary", hidden: true });
  #gallery;
  #speed = new Speed();
  #progress = make("progress", { max: 1, value: 0 });
  #text = make("span");
  #buttons;

  /** @param {object} acts `cancelAll`, `retryAll`, `keepAll` and `leaveAll` */
  constructor(gallery, acts) {
    this.#gallery = gallery;
    this.#progress.setAttribute("aria-label", this.#say("overall"));
    const all = (word, press) => button(this.#say(word), { press });
    this.#buttons = {
      cancel: all("cancel_all", acts.cancelAll),
      retry: all("retry_all", acts.retryAll),
      keep: all("keep_all", acts.keepAll),
      leave: all("leave_all", acts.leaveAll),
    };
    this.element.append(this.#progress, this.#text, ...Object.values(this.#buttons));
  }

  /** Note that so many bytes more have gone. */
  note(gone) {
    this.#speed.note(gone, performance.now());
  }

  /** Show how it stands with all: *batch* is what was on its way together, *uploads* all there are. */
  show({ batch, uploads }) {
    const of = (state) => uploads.filter((each) => each.state === state).length;
    const running = uploads.filter((each) => each.isRunning).length;
    const [asking, failed] = [of("asking"), of("failed")];
    this.#buttons.cancel.hidden = running < 2;
    this.#buttons.retry.hidden = failed < 2;
    this.#buttons.keep.hidden = this.#buttons.leave.hidden = asking < 2;
    this.#progress.hidden = this.#text.hidden = !running;
    this.element.hidden = !running && failed < 2 && asking < 2;
    if (running) this.#show(batch);
  }

  #show(batch) {
    const size = sum(batch, ({ size }) => size);
    const gone = sum(batch, ({ state, loaded, size }) => (state === "done" ? size : loaded));
    const done = batch.filter(({ state }) => state === "done").length;
    this.#progress.value = size ? Math.min(1, gone / size) : 0;
    const said = [this.#say("done", { done, count: batch.length })];
    const rate = this.#speed.rate(performance.now());
    const left = secondsLeft({ bytes: size - gone, rate });
    const { language } = this.#gallery.words;
    if (left !== null) {
      const speed = bytes(rate, language, { perSecond: true });
      said.push(this.#say("speed", { speed, time: duration(left, language) }));
    }
    this.#text.textContent = said.join(" · ");
  }

  #say(word, params) {
    return this.#gallery.words.say(`uploading.${word}`, params);
  }
}

const sum = (many, of) => many.reduce((total, each) => total + of(each), 0);
