import { again } from "./again.js";
import { unfit } from "./checks.js";
import { digest } from "./duplicates.js";
import { UploadError } from "./errors.js";
import { pause, retriesByItself } from "./retrying.js";
import { send } from "./sending.js";
import { renewToken, tokenOf } from "./token.js";

/**
 * The way of one file: looked at, compared, sent, and what is done when that goes wrong.
 *
 * What comes of it is told to *uploads*: `ask`, `fail`, `finish`, `postpone`, `progress`.
 */
export class Journey {
  #gallery;
  #uploads;
  #renewing;

  constructor(gallery, uploads) {
    this.#gallery = gallery;
    this.#uploads = uploads;
  }

  /** Go as far as it goes without anybody; never rejects for what can go wrong with a file. */
  async travel(upload) {
    try {
      if (!upload.isRunning) return;
      await this.#look(upload);
      if (!upload.isRunning || this.#isMet(upload)) return;
      if (!this.#uploads.allows(upload)) return;
      if (!navigator.onLine) throw new UploadError({ code: "network", retryable: true });
      upload.image = await this.#sent(upload);
      if (upload.isRunning) this.#received(upload);
    } catch (error) {
      if (upload.isRunning) await this.#wrong(upload, reason(error));
      if (!error.code) throw error;
    }
  }

  /** What can be known of a file without sending it. */
  async #look(upload) {
    if (upload.hash !== undefined) return;
    const size = await this.#uploads.sizeOf(upload);
    const code = size && unfit(size, this.#gallery.configuration);
    if (code) throw new UploadError({ code });
    upload.hash = await digest(upload.file);
  }

  /** Tell whether the same picture came before on this page; then somebody is asked. */
  #isMet(upload) {
    const first = this.#uploads.first(upload);
    if (!first || upload.isMeant) return false;
    this.#uploads.ask(upload, { name: first.name, key: first.key });
    return true;
  }

  async #sent(upload) {
    const { configuration } = this.#gallery;
    const token = tokenOf(this.#gallery.closest("form"));
    upload.begin();
    this.#uploads.changed();
    const options = {
      signal: upload.signal,
      progress: (loaded) => this.#uploads.progress(upload, loaded),
      patience: Number(this.#gallery.dataset.patienceSeconds) * 1000 || undefined,
    };
    if (this.#goesInParts(upload)) {
      try {
        return await this.#sentInParts(upload, { ...options, token });
      } catch (error) {
        // The page is older than the settings of the server.
        if (error.code !== "off") throw error;
      }
    }
    const fields = token ? { csrfmiddlewaretoken: token } : {};
    return send(upload.file, { ...options, url: configuration.uploadUrl, fields });
  }

  #goesInParts({ size }) {
    const { resumeUrl, chunkBytes, parts } = this.#gallery.configuration;
    return Boolean(resumeUrl && parts.resuming) && size > chunkBytes;
  }

  async #sentInParts(upload, { token, ...options }) {
    const { resumeUrl: url, chunkBytes, parts, csrfHeader } = this.#gallery.configuration;
    const part = await loaded(parts.resuming);
    const resumed = (offset) => {
      upload.loaded = offset;
    };
    const headers = token ? { [csrfHeader]: token } : {};
    const { file, hash } = upload;
    return part.send(file, { ...options, url, headers, chunkBytes, hash, resumed });
  }

  #received(upload) {
    const twin = this.#twin(upload);
    if (twin) this.#uploads.ask(upload, { name: twin.name, key: String(twin.id) });
    else this.#uploads.finish(upload);
  }

  /** The image that the server has of the same bytes already, where that is worth a question. */
  #twin({ image, isMeant, sendings }) {
    if (isMeant) return undefined;
    const already = image.already ?? [];
    const here = already.find(({ id }) => this.#gallery.arrangement.has(String(id)));
    // One that was sent twice may be its own twin: the first answer got lost.
    return here ?? (sendings === 1 ? already[0] : undefined);
  }

  async #wrong(upload, error) {
    let why = error;
    if (error.code === "network" && !(await isReadable(upload.file)))
      why = new UploadError({ code: "unreadable" });
    if (error.code === "csrf" && !upload.hasRenewed) {
      upload.hasRenewed = true;
      this.#renewing ??= renewToken().finally(() => {
        this.#renewing = undefined;
      });
      const code = await this.#renewing;
      if (!code) return this.#uploads.postpone(upload, { state: "waiting" });
      why = new UploadError({ code, retryable: code === "network" });
    }
    if (!upload.isRunning) return undefined;
    upload.loaded = 0;
    if (why.advanced) upload.attempt = 1;
    if (why.code === "network" && !navigator.onLine)
      return this.#uploads.postpone(upload, { state: "offline" });
    if (!retriesByItself({ error: why, attempt: upload.attempt }))
      return this.#uploads.fail(upload, why);
    const wait = pause({ attempt: Math.max(1, upload.attempt), after: why.after });
    return this.#uploads.postpone(upload, { state: "pausing", error: why, wait });
  }
}

/** Whatever was thrown, as something that can be told to people. */
const reason = (error) => (error.code ? error : new UploadError({ code: "answer" }));

/** A file that was moved or deleted since it was chosen looks like a broken connection. */
async function isReadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** The part that sends files in parts, once somebody has needed it, and how often it did not come. */
let resuming;
let misses = 0;

/** Load it; that it does not come is as if the connection broke. */
async function loaded(address) {
  resuming ??= import(again(address, misses));
  try {
    return await resuming;
  } catch {
    resuming = undefined;
    misses += 1;
    throw new UploadError({ code: "network", retryable: true });
  }
}
