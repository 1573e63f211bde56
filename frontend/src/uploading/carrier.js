import { tell } from "../events.js";
import { refused } from "./checks.js";
import { held, room } from "./counting.js";
import { Met } from "./duplicates.js";
import { UploadError } from "./errors.js";
import { why } from "./explaining.js";
import { fetched } from "./fetching.js";
import { gathered } from "./folders.js";
import { Journey } from "./journey.js";
import { place, Queue } from "./queue.js";
import { Restoring } from "./restoring.js";
import { Rows } from "./rows.js";
import { Upload } from "./upload.js";

/** So many files go at once. */
const AT_ONCE = 3;

/** All files of a gallery on their way to being images. */
export class Carrier {
  /** Keys of the images that were brought on this page. */
  brought = new Set();
  #gallery;
  /** Of this connection: an element that was put in again elsewhere has another. */
  #signal;
  #uploads = [];
  #batch = [];
  #met = new Met();
  #queue;
  #rows;
  #restoring;
  #waiters = [];
  #isRequired;

  constructor(gallery) {
    this.#gallery = gallery;
    this.#signal = gallery.signal;
    const journey = new Journey(gallery, this);
    this.#queue = new Queue({ most: AT_ONCE, work: (upload) => journey.travel(upload) });
    this.#rows = new Rows(gallery, this.#acts());
    this.#restoring = new Restoring(gallery, this);
    window.addEventListener("online", () => this.#goOn(), { signal: this.#signal });
  }

  /** How many files are on their way. */
  get running() {
    return this.#running().length;
  }

  /** How many wait for an answer of whoever chose them. */
  get asking() {
    return this.#in("asking").length;
  }

  /** How many came to nothing and are still shown. */
  get failed() {
    return this.#in("failed").length;
  }

  /** Lead people to the first file in a state, where something is to be done. */
  focus(state) {
    const [upload] = this.#in(state);
    if (upload) this.#rows.focus(upload);
  }

  /** Wait until no file is on its way. */
  settled() {
    if (!this.running) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Take what was brought, unless a listener forbids it. */
  async receive(brought) {
    const { files, unreadable, leftOut } = await gathered(brought, this.#gallery.configuration);
    if (this.#signal.aborted) return;
    const chosen = this.#gallery.configuration.multiple ? files : files.slice(0, 1);
    const isWanted = chosen.length && this.#tell("add", { files: chosen }, { cancelable: true });
    const uploads = [];
    // One by one: each counts against the limit of those behind it.
    for (const file of isWanted ? chosen : []) {
      uploads.push(this.#take(file));
      this.#admit(uploads.at(-1));
    }
    for (const name of unreadable)
      this.fail(this.#take(new File([], name)), new UploadError({ code: "unreadable" }));
    const count = uploads.filter(({ isRunning }) => isRunning).length;
    if (count) this.#announce("started", { count });
    this.#rows.remark(leftOut ? this.#gallery.say("uploading.left_out", { count: leftOut }) : "");
    this.show();
  }

  /** Take a file out, whatever has become of it: it is not wanted. */
  drop(upload) {
    const wasWanted = upload.state !== "failed";
    this.#leave(upload);
    if (wasWanted) this.#tell("cancelled", { file: upload.file });
    this.#settle();
  }

  /** Take out all that are on their way. */
  cancelAll() {
    for (const upload of this.#running()) this.drop(upload);
  }

  /** Send a file that failed, or pauses, now. */
  retry(upload) {
    upload.attempt = 0;
    upload.hasRenewed = false;
    this.#admit(upload, { first: true });
  }

  /** Have the same picture twice. */
  keep(upload) {
    upload.isMeant = true;
    if (!upload.image) this.#admit(upload, { first: true });
    else if (this.#room() < 1) this.fail(upload, new UploadError({ code: "too_many" }));
    else this.finish(upload);
  }

  /** Have the picture that was here before in the place of the one that came. */
  async use(upload) {
    const { key } = upload.twin;
    const isHere = this.#gallery.arrangement.has(key);
    if (!isHere && this.#room() < 1)
      return this.fail(upload, new UploadError({ code: "too_many" }));
    const image = isHere ? null : await fetched(key, this.#gallery.configuration);
    if (isHere) {
      const detail = { keys: [key] };
      this.#gallery.change("restore", (now) => now.restoring([key]), { detail });
    } else if (image) {
      this.brought.add(key);
      this.#gallery.add(image, { at: this.#place(upload) });
    } else return this.fail(upload, new UploadError({ code: "network" }));
    upload.key = key;
    this.#leave(upload);
    return this.#settle();
  }

  /** Note that the form is being sent. */
  markSent() {
    this.#restoring.markSent();
  }

  /** Called after each change of the gallery. */
  show() {
    this.changed();
    this.#restoring.show();
    const input = this.#gallery.querySelector(".gallery-upload input[type=file]");
    this.#isRequired ??= Boolean(input?.required);
    // What is here, or on its way, is not in the input: the browser would insist on a file.
    if (input) input.required = this.#isRequired && this.#room({ most: 1 }) > 0;
  }

  /** Stop; return the files that were on their way. */
  disconnect() {
    const files = this.#running().map(({ file }) => file);
    for (const upload of this.#uploads) upload.drop("moved");
    this.#rows.disconnect();
    this.#resolve();
    return files;
  }

  // What the journey of a file tells.

  changed() {
    if (this.#signal.aborted) return;
    this.#rows.show({ uploads: this.#uploads, batch: this.#batch });
  }

  sizeOf(upload) {
    return this.#rows.sizeOf(upload);
  }

  /** The upload of the same bytes that was first, while its image is here or may come to be. */
  first(upload) {
    const first = this.#met.meet(upload.hash, upload);
    if (!first || first.isRunning || first.state === "asking") return first;
    if (this.#gallery.arrangement.has(first.key)) return first;
    this.#met.forget(first);
    return this.#met.meet(upload.hash, upload);
  }

  /** Tell whether a file may go; one that a listener forbids is dropped. */
  allows(upload) {
    if (this.#tell("upload", { file: upload.file }, { cancelable: true })) return true;
    this.drop(upload);
    return false;
  }

  progress(upload, loaded) {
    this.#rows.note(Math.max(0, loaded - upload.loaded));
    upload.loaded = loaded;
    this.#tell("progress", { file: upload.file, loaded, total: upload.size });
    this.changed();
  }

  /** Send it later: at once when it is its turn, after a pause, or when there is a connection. */
  postpone(upload, { state, error, wait }) {
    upload.become(state, { error, until: wait === undefined ? null : Date.now() + wait });
    if (state === "waiting") this.#queue.add(upload, { first: true });
    if (wait !== undefined) upload.timer = setTimeout(() => this.#resume(upload), wait);
    this.changed();
  }

  /** Ask whether the same picture is wanted twice; meanwhile all others go on. */
  ask(upload, twin) {
    const { arrangement } = this.#gallery;
    const isHere = !twin.key || arrangement.has(twin.key);
    upload.twin = { ...twin, isHere, isRemoved: arrangement.removed.has(twin.key) };
    upload.become("asking");
    const word = isHere ? "twice_chosen" : "twice_sent";
    this.#announce(word, { other: twin.name });
    this.#settle();
  }

  fail(upload, error) {
    upload.become("failed", { error });
    this.#met.forget(upload);
    this.#batch = this.#batch.filter((each) => each !== upload);
    const { code, message } = error;
    const said = why(upload, this.#gallery);
    this.#tell("failed", { code, message: message || said, file: upload.file });
    this.#announce("failed", { name: upload.name, why: said });
    this.#settle();
  }

  /** Put the image that a file has become into the gallery, where it was meant to be. */
  finish(upload) {
    const { image, file } = upload;
    const at = this.#place(upload);
    upload.become("done");
    upload.key = String(image.id);
    this.brought.add(upload.key);
    this.#rows.remove(upload);
    this.#gallery.add(image, { at, says: false });
    this.#tell("uploaded", { image, file });
    this.#settle();
  }

  #take(file) {
    const upload = new Upload(file);
    this.#uploads.push(upload);
    this.#rows.add(upload);
    return upload;
  }

  /** Let a file begin, if nothing speaks against it. */
  #admit(upload, { first = false } = {}) {
    const code = refused(upload.file, this.#gallery.configuration);
    const isRoom = upload.isRunning ? this.#room() >= 0 : this.#room() >= 1;
    if (code || !isRoom) return this.fail(upload, new UploadError({ code: code ?? "too_many" }));
    upload.become("waiting");
    if (!this.#batch.includes(upload)) this.#batch.push(upload);
    this.#queue.add(upload, { first });
    return this.changed();
  }

  #resume(upload) {
    upload.become("waiting");
    this.#queue.add(upload, { first: true });
    this.changed();
  }

  /** There is a connection again: whatever waited for one goes on, in its order. */
  #goOn() {
    const waited = this.#running().filter(
      ({ state, error }) =>
        state === "offline" || (state === "pausing" && error.code === "network"),
    );
    for (const upload of waited.reverse()) this.#resume(upload);
  }

  #leave(upload) {
    upload.drop();
    this.#queue.drop(upload);
    this.#met.forget(upload);
    this.#uploads = this.#uploads.filter((each) => each !== upload);
    this.#batch = this.#batch.filter((each) => each !== upload);
    this.#rows.remove(upload);
  }

  /** Look whether all is done, after any of it was. */
  #settle() {
    if (this.#signal.aborted) return;
    this.show();
    if (this.running) return;
    const count = this.#batch.filter(({ state }) => state === "done").length;
    if (count) this.#announce("finished", { count });
    this.#batch = [];
    this.#resolve();
  }

  #resolve() {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  #room({ most = this.#gallery.configuration.maxImages } = {}) {
    return room({ most, held: held(this.#gallery), running: this.running });
  }

  #place(upload) {
    const at = place(upload, { uploads: this.#uploads, keys: this.#gallery.arrangement.kept });
    return at === undefined ? undefined : at + 1;
  }

  #running() {
    return this.#uploads.filter(({ isRunning }) => isRunning);
  }

  #in(state) {
    return this.#uploads.filter((each) => each.state === state);
  }

  #acts() {
    const acts = {};
    for (const act of ["drop", "retry", "keep", "use"]) acts[act] = (upload) => this[act](upload);
    const each = (state, act) => () => {
      for (const upload of this.#in(state)) this[act](upload);
    };
    const all = {
      cancelAll: () => this.cancelAll(),
      retryAll: each("failed", "retry"),
      keepAll: each("asking", "keep"),
      leaveAll: each("asking", "drop"),
    };
    return { ...acts, all };
  }

  #announce(word, params) {
    this.#gallery.announce(this.#gallery.say(`uploading.${word}`, params));
  }

  #tell(type, detail, options) {
    return tell(this.#gallery, `gallery:${type}`, detail, options);
  }
}
