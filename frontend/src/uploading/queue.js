/** Does one thing after the other, several at once, in the order in which they came. */
export class Queue {
  #waiting = [];
  #busy = new Set();
  #again = new Set();
  #most;
  #work;

  /** @param {{ most: number, work: (job: any) => Promise<void> }} options */
  constructor({ most, work }) {
    this.#most = most;
    this.#work = work;
  }

  /**
   * Put a job at the end; *first* puts it before all that wait: it has waited already.
   *
   * One that is being done is done once more when that has ended.
   */
  add(job, { first = false } = {}) {
    if (this.#waiting.includes(job)) return;
    if (this.#busy.has(job)) this.#again.add(job);
    else if (first) this.#waiting.unshift(job);
    else this.#waiting.push(job);
    this.#next();
  }

  /** Take a job out that has not begun, and do none again. */
  drop(job) {
    this.#waiting = this.#waiting.filter((each) => each !== job);
    this.#again.delete(job);
  }

  #next() {
    while (this.#busy.size < this.#most && this.#waiting.length) this.#start(this.#waiting.shift());
  }

  async #start(job) {
    this.#busy.add(job);
    try {
      await this.#work(job);
    } finally {
      this.#busy.delete(job);
      if (this.#again.delete(job)) this.#waiting.unshift(job);
      this.#next();
    }
  }
}
