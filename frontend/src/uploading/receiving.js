import { refused } from "./checks.js";
import { UploadError } from "./errors.js";
import { gathered } from "./folders.js";
import { Upload } from "./upload.js";

/** Takes what was brought: looks at it, counts it, and lets it begin. */
export class Receiving {
  #traffic;
  #outcomes;

  /**
   * @param {import("./traffic.js").Traffic} traffic
   * @param {{ outcomes: import("./outcomes.js").Outcomes }} parts
   */
  constructor(traffic, { outcomes }) {
    this.#traffic = traffic;
    this.#outcomes = outcomes;
  }

  /** Take what was brought, unless a listener forbids it. */
  async receive(brought) {
    const { gallery, signal } = this.#traffic;
    const { files, unreadable, leftOut } = await gathered(brought, gallery.configuration);
    if (signal.aborted) return;
    const chosen = gallery.configuration.multiple ? files : files.slice(0, 1);
    const detail = { files: chosen };
    const isWanted = chosen.length && this.#traffic.tell("add", detail, { cancelable: true });
    this.#takeAll({ files: isWanted ? chosen : [], unreadable });
    this.#traffic.rows.remark(leftOut ? gallery.say("uploading.left_out", { count: leftOut }) : "");
  }

  /** Let a file begin, if nothing speaks against it. */
  admit(upload, { first = false } = {}) {
    const code = refused(upload.file, this.#traffic.gallery.configuration);
    const room = this.#traffic.room();
    const isRoom = upload.isRunning ? room >= 0 : room >= 1;
    if (code || !isRoom) this.#outcomes.fail(upload, new UploadError({ code: code ?? "too_many" }));
    else this.#traffic.wait(upload, { first });
  }

  #takeAll({ files, unreadable }) {
    const group = {};
    const uploads = [];
    // One by one: each counts against the limit of those behind it.
    for (const file of files) {
      uploads.push(this.#take(file, group));
      this.admit(uploads.at(-1));
    }
    for (const name of unreadable) {
      const error = new UploadError({ code: "unreadable" });
      this.#outcomes.fail(this.#take(new File([], name), group), error);
    }
    const count = uploads.filter(({ isRunning }) => isRunning).length;
    if (count) this.#traffic.announce("started", { count });
  }

  #take(file, group) {
    const upload = new Upload(file, { group });
    this.#traffic.underway.add(upload);
    this.#traffic.rows.add(upload);
    return upload;
  }
}
