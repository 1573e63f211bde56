import { tell } from "../events.js";
import { Bar } from "./bar.js";
import { Sent } from "./sent.js";

const total = (galleries, what) =>
  galleries.reduce((sum, { uploads }) => sum + (uploads?.[what] ?? 0), 0);

/** How one form goes: after the files that are on their way, once, by the button that was pressed. */
export class Departure {
  sent = new Sent();
  #form;
  #bar;
  #pressed;
  #mayGoWithout = false;

  constructor(form) {
    this.#form = form;
  }

  /** Let a submit through or hold it back; *galleries* are those of the form. */
  leave(event, galleries) {
    this.#pressed = event.submitter;
    if (this.sent.isUnderWay) return this.#holdBack(event, () => this.#sayThatItWent(galleries));
    const running = total(galleries, "running");
    const isBusy = running + total(galleries, "asking") > 0;
    const waits =
      isBusy &&
      !this.#mayGoWithout &&
      tell(galleries[0], "gallery:wait", { running }, { cancelable: true });
    if (waits) return this.#holdBack(event, () => this.#wait(galleries));
    this.#mayGoWithout = false;
    this.#hide();
    this.sent.note(event);
    for (const { uploads } of galleries) uploads?.markSent();
    return undefined;
  }

  /** The page is shown again, as it was. */
  comeBack() {
    this.sent.forget();
    this.#hide();
  }

  #holdBack(event, then) {
    event.preventDefault();
    // Nobody else is to take it for a submit: scripts send forms by themselves.
    event.stopImmediatePropagation();
    then();
  }

  async #wait(galleries) {
    if (this.waiting) return;
    const waiting = new AbortController();
    this.waiting = waiting;
    const failed = total(galleries, "failed");
    const show = () => {
      const count = total(galleries, "running");
      if (count) this.#show(galleries, "waits", count);
    };
    for (const type of ["uploaded", "failed", "cancelled"])
      this.#form.addEventListener(`gallery:${type}`, show, waiting);
    show();
    while (total(galleries, "running") && !waiting.signal.aborted)
      await Promise.all(galleries.map(({ uploads }) => uploads?.settled()));
    if (waiting.signal.aborted) return;
    this.#stop();
    const [asking, lost] = [total(galleries, "asking"), total(galleries, "failed") - failed];
    if (asking) this.#stay(galleries, { state: "asking", word: "asks", count: asking });
    else if (lost > 0) this.#stay(galleries, { state: "failed", word: "failed", count: lost });
    else this.#send();
  }

  #stay(galleries, { state, word, count }) {
    this.#show(galleries, word, count);
    galleries.find(({ uploads }) => uploads?.[state])?.uploads.focus(state);
  }

  #show(galleries, word, count) {
    this.#bar ??= new Bar(galleries[0]);
    this.#bar.show(galleries[0].say(`leaving.${word}`, { count }), {
      without: () => {
        this.#mayGoWithout = true;
        this.#send();
      },
      stay: () => this.#hide(),
    });
  }

  #sayThatItWent(galleries) {
    this.#bar ??= new Bar(galleries[0]);
    this.#bar.show(galleries[0].say("leaving.sent"), {
      again: () => {
        this.sent.forget();
        this.#send();
      },
    });
  }

  #send() {
    const pressed = this.#pressed;
    this.#hide();
    if (!this.#form.isConnected) return;
    // The button may be gone, or be another form's by now.
    this.#form.requestSubmit(pressed?.isConnected && pressed.form === this.#form ? pressed : null);
    this.#mayGoWithout = false;
  }

  #stop() {
    this.waiting?.abort();
    this.waiting = undefined;
  }

  #hide() {
    this.#stop();
    this.#bar?.hide();
    this.#bar = undefined;
  }
}
