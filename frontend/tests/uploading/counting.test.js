import assert from "node:assert/strict";
import { test } from "node:test";
import { Arrangement } from "../../src/model/arrangement.js";
import { held, room } from "../../src/uploading/counting.js";

/** A gallery whose list holds the elements of these additions, and all else as data. */
function gallery({ count, first, now = first, added = [], rest = [] }) {
  const list = { querySelectorAll: () => added.map((key) => ({ dataset: { key } })) };
  return { configuration: { count, rest }, items: { first }, arrangement: now, list };
}

test("what is held and what is on its way count against the limit", () => {
  assert.equal(room({ most: 5, held: 2, running: 1 }), 2);
  assert.equal(room({ most: 5, held: 6, running: 0 }), -1);
  assert.equal(room({ most: undefined, held: 600, running: 0 }), Infinity);
});

test("what is removed makes room, and what is added takes it", () => {
  const first = new Arrangement(["1", "2", "3"]);
  assert.equal(held(gallery({ count: 3, first })), 3);
  assert.equal(held(gallery({ count: 3, first, now: first.removing(["2"]) })), 2);
  const now = first.removing(["2"]).adding("9").adding("8");
  assert.equal(held(gallery({ count: 3, first, now, added: ["9", "8"] })), 4);
  assert.equal(held(gallery({ count: 3, first, now: now.removing(["9"]), added: ["9", "8"] })), 3);
});

test("images of other pages count, and so do additions of a form that is shown again", () => {
  const first = new Arrangement(["101", "102", "new", "newer"]);
  const rest = [{ id: 102, order: 102 }, { id: "newer" }];
  assert.equal(held(gallery({ count: 250, first, added: ["new"], rest })), 252);
  assert.equal(
    held(gallery({ count: 250, first, now: first.removing(["new", "101"]), added: ["new"], rest })),
    250,
  );
});
