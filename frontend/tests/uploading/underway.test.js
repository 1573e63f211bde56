import assert from "node:assert/strict";
import { test } from "node:test";
import { Underway } from "../../src/uploading/underway.js";

function together(...states) {
  const group = {};
  return states.map((state) => ({ group, state, isRunning: state === "sending" }));
}

function underway(uploads) {
  const found = new Underway();
  for (const upload of uploads) {
    found.add(upload);
    found.begin(upload);
  }
  return found;
}

test("images that finish in any order stand in the order of choosing", () => {
  const uploads = together("sending", "sending", "sending");
  const all = underway(uploads);
  const keys = ["old"];
  for (const [at, key] of [
    [2, "third"],
    [0, "first"],
    [1, "second"],
  ]) {
    const where = all.place(uploads[at], keys) ?? keys.length + 1;
    uploads[at].key = key;
    keys.splice(where - 1, 0, key);
  }
  assert.deepEqual(keys, ["old", "first", "second", "third"]);
});

test("an image goes beside its neighbour, wherever that was moved to meanwhile", () => {
  const [first, second] = together("done", "sending");
  first.key = "first";
  assert.equal(underway([first, second]).place(second, ["first", "old"]), 2);
});

test("what was chosen another time is no neighbour", () => {
  const [first] = together("done");
  const [later] = together("sending");
  first.key = "first";
  assert.equal(underway([first, later]).place(later, ["first", "old"]), undefined);
});

test("what came to nothing does not count among those that are on their way together", () => {
  const [done, failed] = together("done", "failed");
  const all = underway([done, failed]);
  all.lose(failed);
  assert.deepEqual(all.batch, [done]);
  assert.deepEqual(all.in("failed"), [failed]);
  all.drop(failed);
  assert.deepEqual(all.all, [done]);
});

test("finished ones are kept while one of those chosen with them may still come", () => {
  const [done, failed] = together("done", "failed");
  const [other] = together("done");
  const all = underway([done, failed, other]);
  assert.equal(all.end(), 2);
  assert.deepEqual(all.all, [done, failed]);
  assert.deepEqual(all.batch, []);
  all.drop(failed);
  assert.equal(all.end(), 0);
  assert.deepEqual(all.all, []);
});

test("as many are running as wait for a turn, a pause or a connection, or are being sent", () => {
  const [sending, asking] = together("sending", "asking");
  assert.deepEqual(underway([sending, asking]).running, [sending]);
});
