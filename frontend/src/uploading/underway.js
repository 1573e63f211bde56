/** Which files of a gallery are on their way, wait for an answer, or came to nothing. */
export class Underway {
  /** In the order in which they were chosen; those that were chosen together are of one group. */
  all = [];
  /** Those that are on their way together, and have become images: what a progress of all is of. */
  batch = [];

  add(upload) {
    this.all.push(upload);
  }

  /** Count a file among those that are on their way together. */
  begin(upload) {
    if (!this.batch.includes(upload)) this.batch.push(upload);
  }

  /** Count it no more: it came to nothing. */
  lose(upload) {
    this.batch = this.batch.filter((each) => each !== upload);
  }

  drop(upload) {
    this.lose(upload);
    this.all = this.all.filter((each) => each !== upload);
  }

  /** Return how many have become images; from now on others are on their way together. */
  end() {
    const count = this.batch.filter(({ state }) => state === "done").length;
    this.batch = [];
    // Finished ones are only the neighbours of those of their group that may still come.
    const open = new Set(
      this.all.filter(({ state }) => state !== "done").map(({ group }) => group),
    );
    this.all = this.all.filter(({ group }) => open.has(group));
    return count;
  }

  get running() {
    return this.all.filter(({ isRunning }) => isRunning);
  }

  in(state) {
    return this.all.filter((each) => each.state === state);
  }

  /**
   * Return the place where a finished image belongs among the *keys* that a gallery holds, counted
   * from 1: beside its neighbours of the order of choosing. Undefined stands for the end.
   *
   * Files finish as they like.
   */
  place(upload, keys) {
    const together = this.all.filter(({ group }) => group === upload.group);
    const at = together.indexOf(upload);
    const holds = ({ key }) => keys.includes(key);
    const before = together.slice(0, at).findLast(holds);
    if (before) return keys.indexOf(before.key) + 2;
    const after = together.slice(at + 1).find(holds);
    return after && keys.indexOf(after.key) + 1;
  }
}
