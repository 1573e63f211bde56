import assert from "node:assert/strict";
import { test } from "node:test";
import { cameBack, Kept } from "../../src/uploading/keeping.js";

/** A storage that holds its entries as own properties, as browsers do. */
function storage() {
  return Object.create({
    getItem(key) {
      return Object.hasOwn(this, key) ? this[key] : null;
    },
    setItem(key, value) {
      this[key] = String(value);
    },
    removeItem(key) {
      delete this[key];
    },
  });
}

const kept = (there, { version = "3", field = "photos" } = {}) =>
  new Kept({ storage: there, address: "/album/1/edit/", field, version });

test("what was uploaded is there after a reload", () => {
  const there = storage();
  kept(there).write([5, "six"]);
  assert.deepEqual(kept(there).read({ cameBack: false }), [5, "six"]);
  assert.deepEqual(kept(there, { field: "covers" }).read({ cameBack: false }), []);
});

test("it is forgotten once the form is based on another version", () => {
  const there = storage();
  kept(there).write([5]);
  kept(there, { field: "covers" }).write([6]);
  assert.deepEqual(kept(there, { version: "4" }).read({ cameBack: false }), []);
  assert.deepEqual(kept(there).read({ cameBack: true }), []);
  assert.deepEqual(kept(there, { field: "covers" }).read({ cameBack: false }), [6]);
});

test("what was sent is offered only to whoever comes back to the page", () => {
  const there = storage();
  kept(there).write([5]);
  kept(there).markSent();
  assert.deepEqual(kept(there).read({ cameBack: true }), [5]);
  assert.deepEqual(kept(there).read({ cameBack: false }), []);
  assert.deepEqual(kept(there).read({ cameBack: true }), []);
});

test("an empty list leaves nothing behind", () => {
  const there = storage();
  kept(there).write([5]);
  kept(there).write([]);
  kept(there).markSent();
  assert.deepEqual(Object.keys(there), []);
});

test("a storage that refuses, or holds nonsense, costs nothing but the convenience", () => {
  const refusing = new Proxy(
    {},
    {
      get: () => () => {
        throw new Error("QuotaExceededError");
      },
    },
  );
  kept(refusing).write([5]);
  kept(refusing).markSent();
  assert.deepEqual(kept(refusing).read({ cameBack: true }), []);
  const there = storage();
  there["gallery-input /album/1/edit/ photos 3"] = "{";
  assert.deepEqual(kept(there).read({ cameBack: true }), []);
});

test("a page is come back to by a reload, or by going back", () => {
  const by = (type) => ({ performance: { getEntriesByType: () => [{ type }] } });
  for (const type of ["reload", "back_forward"]) assert.equal(cameBack(by(type)), true);
  for (const type of ["navigate", undefined]) assert.equal(cameBack(by(type)), false);
});
