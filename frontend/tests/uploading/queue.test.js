import assert from "node:assert/strict";
import { test } from "node:test";
import { Queue } from "../../src/uploading/queue.js";

/** A queue whose jobs end when the test says so. */
function opened(most) {
  const begun = [];
  const ends = new Map();
  const queue = new Queue({
    most,
    work: (job) => {
      begun.push(job);
      return new Promise((end) => ends.set(job, end));
    },
  });
  return { queue, begun, end: (job) => ends.get(job)() };
}

const turn = () => new Promise(setImmediate);

test("as many jobs run at once as are allowed, in the order in which they came", async () => {
  const { queue, begun, end } = opened(2);
  for (const job of ["a", "b", "c", "d"]) queue.add(job);
  assert.deepEqual(begun, ["a", "b"]);
  end("b");
  await turn();
  assert.deepEqual(begun, ["a", "b", "c"]);
});

test("a job that has waited before goes first", async () => {
  const { queue, begun, end } = opened(1);
  for (const job of ["a", "b"]) queue.add(job);
  queue.add("again", { first: true });
  end("a");
  await turn();
  assert.deepEqual(begun, ["a", "again"]);
});

test("a job that was dropped never begins", async () => {
  const { queue, begun, end } = opened(1);
  for (const job of ["a", "b", "c"]) queue.add(job);
  queue.drop("b");
  end("a");
  await turn();
  assert.deepEqual(begun, ["a", "c"]);
});

test("a job that is asked for while it is being done is done once more afterwards", async () => {
  const { queue, begun, end } = opened(3);
  queue.add("a");
  queue.add("a");
  queue.add("a");
  assert.deepEqual(begun, ["a"]);
  end("a");
  await turn();
  assert.deepEqual(begun, ["a", "a"]);
});
