import assert from "node:assert/strict";
import { test } from "node:test";
import { Arrangement } from "../src/model/arrangement.js";

const kept = (order, run) => run(new Arrangement(order)).kept;

test("an edited image stands where the one before stood", () => {
  assert.deepEqual(
    kept(["a", "b", "c"], (now) => now.replacing("b", "new")),
    ["a", "new", "c"],
  );
});

test("an original that comes back from elsewhere in the gallery leaves that place", () => {
  for (const order of [
    ["first", "a", "edited", "b"],
    ["a", "edited", "b", "first"],
  ]) {
    assert.deepEqual(
      kept(order, (now) => now.replacing("edited", "first")),
      ["a", "first", "b"],
    );
  }
});

test("an original that lay among what is removed is put back", () => {
  const now = new Arrangement(["a", "first", "b"])
    .replacing("first", "edited")
    .replacing("edited", "first");
  assert.deepEqual(now.kept, ["a", "first", "b"]);
  assert.ok(now.removed.has("edited"));
});

test("several texts are one change", () => {
  const now = new Arrangement(["a"]).texting({ "alt:a": "A", "caption:a": "B" });
  assert.deepEqual(now.texting({ "alt:a": "C" }).texts, { "alt:a": "C", "caption:a": "B" });
});
