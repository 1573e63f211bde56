import { Deciding } from "./deciding.js";
import { Journey } from "./journey.js";
import { Outcomes } from "./outcomes.js";
import { Queue } from "./queue.js";
import { Receiving } from "./receiving.js";
import { Restoring } from "./restoring.js";
import { Rows } from "./rows.js";
import { Traffic } from "./traffic.js";

/** So many files go at once. */
const AT_ONCE = 3;

/** Carries all files of a gallery on their way to being images. */
export class Carrier {
  #gallery;
  #traffic;
  #receiving;
  #restoring;
  #isRequired;

  constructor(gallery) {
    this.#gallery = gallery;
    const traffic = new Traffic(gallery);
    this.#traffic = traffic;
    const outcomes = new Outcomes(traffic);
    this.#receiving = new Receiving(traffic, { outcomes });
    const admit = (upload, options) => this.#receiving.admit(upload, options);
    const deciding = new Deciding(traffic, { outcomes, admit });
    const journey = new Journey(gallery, outcomes);
    traffic.open({
      rows: new Rows(gallery, deciding.acts),
      queue: new Queue({ most: AT_ONCE, work: (upload) => journey.travel(upload) }),
      show: () => this.show(),
    });
    this.#restoring = new Restoring(gallery, traffic.brought);
    window.addEventListener("online", () => this.#goOn(), { signal: gallery.signal });
  }

  /** How many files are on their way. */
  get running() {
    return this.#traffic.underway.running.length;
  }

  /** How many wait for an answer of whoever chose them. */
  get asking() {
    return this.#traffic.underway.in("asking").length;
  }

  /** How many came to nothing and are still shown. */
  get failed() {
    return this.#traffic.underway.in("failed").length;
  }

  /** Lead people to the first file in a state, where something is to be done. */
  focus(state) {
    const [upload] = this.#traffic.underway.in(state);
    if (upload) this.#traffic.rows.focus(upload);
  }

  /** Wait until no file is on its way. */
  settled() {
    return this.#traffic.settled();
  }

  /** Take what was brought, unless a listener forbids it. */
  async receive(brought) {
    await this.#receiving.receive(brought);
    if (!this.#traffic.signal.aborted) this.show();
  }

  /** Note that the form is being sent. */
  markSent() {
    this.#restoring.markSent();
  }

  /** Called after each change of the gallery. */
  show() {
    this.#traffic.changed();
    this.#restoring.show();
    const input = this.#gallery.querySelector(".gallery-upload input[type=file]");
    this.#isRequired ??= Boolean(input?.required);
    // What is here, or on its way, is not in the input: the browser would insist on a file.
    if (input) input.required = this.#isRequired && this.#traffic.room({ most: 1 }) > 0;
  }

  /** Stop; return the files that were on their way. */
  disconnect() {
    const { underway, rows } = this.#traffic;
    const files = underway.running.map(({ file }) => file);
    for (const upload of underway.all) upload.drop("moved");
    rows.disconnect();
    this.#traffic.resolve();
    return files;
  }

  /** There is a connection again: whatever waited for one goes on, in its order. */
  #goOn() {
    const waited = this.#traffic.underway.running.filter(
      ({ state, error }) =>
        state === "offline" || (state === "pausing" && error.code === "network"),
    );
    for (const upload of waited.reverse()) this.#traffic.wait(upload, { first: true });
  }
}
