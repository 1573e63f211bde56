/** States in which a file is on its way: a form waits for it, and it counts against the limit. */
const RUNNING = new Set(["waiting", "sending", "pausing", "offline"]);

/** How often each file was sent, on whatever page part: the first answer may have got lost. */
const sendings = new WeakMap();

/** One file from being chosen to being an image. */
export class Upload {
  /** "waiting", "sending", "pausing", "offline", "asking", "failed", "done" or "dropped". */
  state = "waiting";
  /** Bytes that have gone. */
  loaded = 0;
  /** How often it was sent in this go. */
  attempt = 0;
  /** Why it failed, or pauses. */
  error = null;
  /** When it is sent again, as `Date.now` counts. */
  until = null;
  /** The same picture that was here before: its name and key, or the upload that it is. */
  twin = null;
  /** What the server made of the file. */
  image = null;
  /** The key of the image that the gallery holds for it. */
  key = undefined;
  /** People were asked whether they want the same picture twice, and do. */
  isMeant = false;
  /** A token that had become too old was renewed for it. */
  hasRenewed = false;
  #sending = new AbortController();

  /** @param {{ group?: object }} [options] the same for all that were chosen together */
  constructor(file, { group } = {}) {
    this.file = file;
    this.group = group;
    this.name = file.name;
    this.size = file.size;
  }

  get isRunning() {
    return RUNNING.has(this.state);
  }

  /** Ends the request when it is not wanted any more. */
  get signal() {
    return this.#sending.signal;
  }

  get sendings() {
    return sendings.get(this.file) ?? 0;
  }

  /** Note that it is being sent. */
  begin() {
    this.attempt += 1;
    this.loaded = 0;
    sendings.set(this.file, this.sendings + 1);
    this.become("sending");
  }

  /** Come into a state, with what belongs to it. */
  become(state, { error = null, until = null } = {}) {
    Object.assign(this, { state, error, until });
    clearTimeout(this.timer);
  }

  /** Be dropped, whatever is under way; *reason* "moved" says that the file is carried on elsewhere. */
  drop(reason) {
    this.become("dropped");
    this.#sending.abort(reason);
  }
}
