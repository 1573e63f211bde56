/** How fast bytes go, by what went in the last seconds: an average of all would never forget. */
export class Speed {
  #span;
  #samples = [];

  constructor({ span = 5000 } = {}) {
    this.#span = span;
  }

  /** Note that so many bytes more have gone. */
  note(bytes, now) {
    this.#samples.push([now, bytes]);
    while (this.#samples[0][0] < now - this.#span) this.#samples.shift();
  }

  /** Return bytes a second; null while too little went to tell. */
  rate(now) {
    const recent = this.#samples.filter(([moment]) => moment >= now - this.#span);
    if (recent.length < 2) return null;
    const spent = now - recent[0][0];
    // The first sample went before the span began.
    const gone = recent.slice(1).reduce((sum, [, bytes]) => sum + bytes, 0);
    return spent > 0 && gone > 0 ? (gone * 1000) / spent : null;
  }
}

/** Return how many seconds are left; null where that cannot be told. */
export function secondsLeft({ bytes, rate }) {
  return rate ? Math.ceil(bytes / rate) : null;
}
