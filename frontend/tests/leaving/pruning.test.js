import assert from "node:assert/strict";
import { test } from "node:test";
import { without } from "../../src/leaving/pruning.js";

const form = (...entries) => {
  const sent = new FormData();
  for (const [name, value] of entries) sent.append(name, value);
  return sent;
};

test("what says nothing new is left out, and all else stays in its order", () => {
  const sent = form(["title", "Summer"], ["photos-order-1", "1"], ["photos-order-2", "5"]);
  without(sent, [["photos-order-1", "1"]]);
  assert.deepEqual(
    [...sent],
    [
      ["title", "Summer"],
      ["photos-order-2", "5"],
    ],
  );
});

test("of boxes that share a name only the one that is meant is left out", () => {
  const sent = form(
    ["photos-decorative", "1"],
    ["photos-decorative", "2"],
    ["photos-decorative", "3"],
  );
  without(sent, [["photos-decorative", "2"]]);
  assert.deepEqual(sent.getAll("photos-decorative"), ["1", "3"]);
});

test("an entry that says something else by now is sent", () => {
  const sent = form(["photos-alt-1", "Beach"]);
  without(sent, [["photos-alt-1", ""]]);
  assert.deepEqual([...sent], [["photos-alt-1", "Beach"]]);
});
