import assert from "node:assert/strict";
import { test } from "node:test";
import { Selection } from "../../src/model/selecting.js";
import { sorted } from "../../src/model/sorting.js";
import { Undoing } from "../../src/model/undoing.js";

const ORDER = [..."abcde"];
const keys = (selection) => ORDER.filter((key) => selection.has(key)).join("");

test("a range goes from the last choice to here, either way", () => {
  assert.equal(keys(new Selection().toggled("b").upTo("d", ORDER)), "bcd");
  assert.equal(keys(new Selection().toggled("d").upTo("b", ORDER)), "bcd");
  assert.equal(keys(new Selection().toggled("a").toggled("c").upTo("e", ORDER)), "acde");
});

test("a range that begins where nothing is any more is a choice of one", () => {
  const [gone, order] = [new Selection().toggled("b").among([..."acde"]), [..."acde"]];
  assert.equal(keys(gone), "");
  assert.equal(keys(gone.upTo("d", order)), "d");
});

test("a choice that is made twice is taken back", () => {
  assert.equal(keys(new Selection().toggled("a").toggled("a")), "");
});

test("names are sorted as people count, and by the alphabet of their language", () => {
  const named = (...names) => names.map((name) => ({ key: name, name }));
  assert.deepEqual(sorted(named("10.jpg", "2.jpg"), "name", "en"), ["2.jpg", "10.jpg"]);
  assert.deepEqual(sorted(named("z", "ä", "a"), "name", "de"), ["a", "ä", "z"]);
  assert.deepEqual(sorted(named("z", "ä", "a"), "name", "sv"), ["a", "z", "ä"]);
});

test("what does not know when it was taken goes by when it came, and else keeps its order", () => {
  const entries = [
    { key: "a", taken: "2024-03-01T00:00:00Z", uploaded: "2024-05-01T00:00:00Z" },
    { key: "b", uploaded: "2024-02-01T00:00:00Z" },
    { key: "c" },
    { key: "d" },
  ];
  assert.equal(sorted(entries, "taken").join(""), "bacd");
  assert.equal(sorted(entries, "uploaded").join(""), "bacd");
  assert.equal(sorted(entries, "reverse").join(""), "dcba");
});

test("steps are undone to the first and done again to the last, until another one is taken", () => {
  const steps = new Undoing("one");
  assert.equal(steps.undo(), false);
  steps.go("two");
  steps.go("three");
  assert.ok(steps.undo() && steps.undo());
  assert.deepEqual([steps.present, steps.canUndo, steps.canRedo], ["one", false, true]);
  assert.ok(steps.redo());
  steps.go("four");
  assert.deepEqual([steps.present, steps.canRedo, steps.redo()], ["four", false, false]);
});

test("two hundred steps are kept, the last ones", () => {
  const steps = new Undoing(0);
  for (let at = 1; at <= 250; at++) steps.go(at);
  while (steps.undo());
  assert.equal(steps.present, 50);
});
