import { Upload } from "tus-js-client";
import { UploadError } from "../uploading/errors.js";
import { imageOf } from "./asking.js";
import { checksumOf } from "./checksum.js";
import { isKept, isMoved, judge } from "./judging.js";
import { Memory } from "./memory.js";
import { Parts } from "./sizes.js";
import { storage } from "./storage.js";

/** So long may nothing move: neither a byte go nor, once all have gone, an answer come. */
const PATIENCE = 90_000;
/** Milliseconds before an upload that is elsewhere than we thought is asked where. */
const DELAYS = [0, 1000, 3000];

/** Where files of this page go on just now: the same picture twice is two uploads. */
const busy = new Set();

/** Sends a file as far as it goes without a pause. */
export class Attempt {
  #file;
  #options;
  #headers;
  #endpoint;
  #memory;
  #parts;
  #upload;
  /** Where the file goes on, once it has begun. */
  #address;
  #fail = () => {};
  #asking = new AbortController();
  #timer;
  #isOver = false;
  /** Whether it brought the file further. */
  #advanced = false;

  constructor(file, { url, headers = {}, hash, chunkBytes, patience = PATIENCE, ...options }) {
    this.#file = file;
    this.#parts = new Parts(file, { most: chunkBytes });
    this.#options = { patience, ...options };
    this.#headers = { Accept: "application/json", ...headers };
    this.#endpoint = new URL(url, document.baseURI).href;
    this.#memory = new Memory({ storage: storage(), endpoint: this.#endpoint, file, hash });
  }

  /** Return the image; reject with an UploadError. */
  async run() {
    this.#hold(this.#memory.find(busy));
    try {
      await new Promise((resolve, reject) => {
        this.#fail = reject;
        this.#start(resolve);
      });
      this.#wait();
      const { signal } = this.#asking;
      const image = await imageOf(this.#address, { headers: this.#headers, signal });
      this.#memory.forget();
      return image;
    } catch (error) {
      throw this.#wrong(error);
    } finally {
      this.#halt();
    }
  }

  /** Stop, whenever; what has arrived is removed, now or when it expires, unless it is wanted. */
  end({ isWanted }) {
    this.#halt(new UploadError({ code: "cancelled" }));
    if (isWanted || !this.#address) return;
    this.#memory.forget();
    Upload.terminate(this.#address, { headers: this.#headers, retryDelays: null }).catch(() => {});
  }

  #start(done) {
    const { progress } = this.#options;
    this.#upload = new Upload(this.#file, {
      endpoint: this.#endpoint,
      uploadUrl: this.#address,
      headers: this.#headers,
      metadata: { filename: this.#file.name, filetype: this.#file.type },
      chunkSize: this.#parts.bytes,
      // Ours lasts until the image has been answered, and a storage that fails does not matter to it.
      storeFingerprintForResuming: false,
      retryDelays: DELAYS,
      onShouldRetry: (error, _attempt, options) => this.#isTriedAgain(error, options),
      onBeforeRequest: (request) => this.#prepare(request),
      onAfterResponse: (request, response) => this.#judge(request, response),
      onUploadUrlAvailable: () => this.#hold(this.#upload.url),
      onProgress: (sent) => {
        this.#wait();
        progress?.(sent, this.#file.size);
      },
      onChunkComplete: () => {
        this.#advanced = true;
      },
      onSuccess: () => done(),
      onError: (error) => this.#fail(reason(error)),
    });
    this.#wait();
    this.#upload.start();
  }

  async #prepare(request) {
    if (request.getMethod() === "PATCH") {
      const offset = Number(request.getHeader("Upload-Offset"));
      const part = this.#file.slice(offset, offset + this.#upload.options.chunkSize);
      const checksum = await checksumOf(part);
      if (checksum) request.setHeader("Upload-Checksum", checksum);
    }
    // A request that has not been sent yet cannot be aborted.
    if (this.#isOver) throw new UploadError({ code: "cancelled" });
  }

  /** Throw what is wrong with an answer. */
  #judge(request, response) {
    this.#wait();
    const method = request.getMethod();
    const status = response.getStatus();
    const error = judge({
      method,
      isBegun: method !== "POST",
      status,
      body: response.getBody(),
      asked: request.getURL(),
      url: response.getUnderlyingObject().responseURL,
      after: response.getHeader("Retry-After"),
    });
    if (error) throw error;
    if (method === "HEAD" && status < 300)
      this.#options.resumed?.(Number(response.getHeader("Upload-Offset")));
  }

  #isTriedAgain({ causingError: why, originalRequest: request }, options) {
    if (!(why instanceof UploadError)) return false;
    if (why.code === "server_limit" && request.getMethod() === "PATCH" && this.#parts.shrink()) {
      options.chunkSize = this.#parts.bytes;
      return true;
    }
    return isMoved({ method: request.getMethod(), status: why.status });
  }

  #wrong(error) {
    const why =
      error instanceof UploadError ? error : new UploadError({ code: "network", retryable: true });
    why.advanced = this.#advanced;
    // A line that lets no part through may let a smaller one.
    if (why.retryable && !why.status && !this.#advanced) this.#parts.shrink();
    if (!isKept(why)) this.#memory.forget();
    return why;
  }

  /** Hold the place where the file goes on, here and beyond a reload. */
  #hold(address) {
    if (!address) return;
    if (this.#address && this.#address !== address) {
      busy.delete(this.#address);
      this.#memory.forget();
    }
    this.#address = address;
    busy.add(address);
    this.#memory.keep(address);
  }

  /** Wait a while for something to move. */
  #wait() {
    clearTimeout(this.#timer);
    if (this.#isOver) return;
    const give = () => this.#halt(new UploadError({ code: "timeout", retryable: true }));
    this.#timer = setTimeout(give, this.#options.patience);
  }

  /** Do nothing any more. */
  #halt(error) {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    // Whoever goes on with the file may begin at once.
    busy.delete(this.#address);
    this.#upload?.abort();
    this.#fail(error);
    this.#asking.abort(error);
  }
}

/** What tus-js-client tells, as what we threw within it, or as what it means. */
function reason({ causingError: cause, originalResponse: response }) {
  if (cause instanceof UploadError) return cause;
  return response && new UploadError({ code: "answer", status: response.getStatus() });
}
