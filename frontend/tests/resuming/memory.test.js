import assert from "node:assert/strict";
import { test } from "node:test";
import { Memory } from "../../src/resuming/memory.js";
import { storage as forbidden } from "../../src/resuming/storage.js";

const FILE = { name: "owl.png", type: "image/png", size: 9_000_000, lastModified: 5 };
const ENDPOINT = "https://site.example/gallery/resume/x/";
const DAY = 24 * 60 * 60 * 1000;

/** A storage as browsers have them: its names are its own properties. */
function room() {
  return Object.create({
    getItem(key) {
      return this[key] ?? null;
    },
    setItem(key, text) {
      this[key] = text;
    },
    removeItem(key) {
      delete this[key];
    },
  });
}

const memory = (storage, { now = 1000 * DAY, ...other } = {}) =>
  new Memory({ storage, now, endpoint: ENDPOINT, hash: null, file: { ...FILE, ...other } });
const none = new Set();

test("a file goes on where it was, also on another page", () => {
  const storage = room();
  memory(storage).keep("/1", { now: 1000 * DAY });
  assert.equal(memory(storage).find(none), "/1");
});

test("another file, or the same one for another gallery, is new", () => {
  const storage = room();
  memory(storage).keep("/1", { now: 1000 * DAY });
  for (const other of [{ name: "b.png" }, { size: 1 }, { type: "image/gif" }, { lastModified: 6 }])
    assert.equal(memory(storage, other).find(none), undefined);
  const elsewhere = new Memory({ storage, endpoint: "/y/", file: FILE, now: 1000 * DAY });
  assert.equal(elsewhere.find(none), undefined);
});

test("what is known of the bytes counts more than their time", () => {
  const storage = room();
  const of = (hash, lastModified) =>
    new Memory({
      storage,
      endpoint: ENDPOINT,
      file: { ...FILE, lastModified },
      hash,
      now: 1000 * DAY,
    });
  of("aa", 1).keep("/1", { now: 1000 * DAY });
  assert.equal(of("aa", 2).find(none), "/1");
  assert.equal(of("bb", 1).find(none), undefined);
});

test("the same picture twice at once is two uploads, and each is found again", () => {
  const storage = room();
  const first = memory(storage);
  first.keep("/1", { now: 1000 * DAY });
  const second = memory(storage);
  assert.equal(second.find(new Set(["/1"])), undefined);
  second.keep("/2", { now: 1000 * DAY });
  assert.equal(memory(storage).find(new Set(["/1"])), "/2");
  assert.equal(memory(storage).find(new Set(["/2"])), "/1");
  first.forget();
  assert.equal(memory(storage).find(none), "/2");
});

test("what is forgotten is new, and leaves nothing", () => {
  const storage = room();
  memory(storage).keep("/1", { now: 1000 * DAY });
  const again = memory(storage);
  again.find(none);
  again.forget();
  assert.deepEqual(Object.keys(storage), []);
  again.forget();
});

test("what nobody went on with for a month is forgotten, and nothing of anybody else's", () => {
  const storage = room();
  storage.setItem("theirs", "x");
  memory(storage, { name: "old.png" }).keep("/1", { now: 1000 * DAY });
  memory(storage, { name: "new.png" }).keep("/2", { now: 1000 * DAY + 1 });
  memory(storage, { now: 1030 * DAY });
  assert.equal(memory(storage, { name: "old.png", now: 1001 * DAY }).find(none), undefined);
  assert.equal(memory(storage, { name: "new.png", now: 1001 * DAY }).find(none), "/2");
  assert.equal(storage.getItem("theirs"), "x");
});

test("a storage that is full, or of another hand, costs no upload", () => {
  const full = room();
  Object.getPrototypeOf(full).setItem = () => {
    throw new Error("QuotaExceededError");
  };
  const lost = memory(full);
  lost.keep("/1");
  assert.equal(memory(full).find(none), undefined);
  lost.forget();
  const storage = room();
  memory(storage).keep("/1", { now: 1000 * DAY });
  for (const key of Object.keys(storage)) storage.setItem(key, "{");
  assert.equal(memory(storage).find(none), undefined);
});

test("where the browser forbids a storage, one lasts as long as the page", () => {
  // Node.js has no localStorage unless it is asked for one.
  const page = forbidden();
  memory(page).keep("/1", { now: 1000 * DAY });
  assert.equal(memory(forbidden()).find(none), "/1");
});
