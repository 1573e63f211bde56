import assert from "node:assert/strict";
import { test } from "node:test";
import { Arrangement, ranked } from "../../src/model/arrangement.js";

const five = new Arrangement(["a", "b", "c", "d", "e"]);
const text = (arrangement) => arrangement.kept.join("");

test("images go together to a place, in the order they stand", () => {
  assert.equal(text(five.moved(["d", "b"], 1)), "bdace");
  assert.equal(text(five.moved(["a"], 3)), "bcade");
  assert.equal(text(five.moved(["a", "b"], 4)), "cdeab");
});

test("a place before the first is the first, and one behind the last the last", () => {
  assert.equal(text(five.moved(["c"], -7)), "cabde");
  assert.equal(text(five.moved(["c"], 99)), "abdec");
});

test("what is removed comes back behind what it stood behind", () => {
  const without = five.removing(["b", "c"]);
  assert.equal(text(without), "ade");
  assert.equal(text(without.moved(["a"], 3).restoring(["b", "c"])), "deabc");
  assert.equal(text(without.moved(["e"], 1).restoring(["c"])), "eacd");
});

test("what was removed first stays first", () => {
  assert.equal(text(five.removing(["a"]).moved(["b"], 4).restoring(["a"])), "acdeb");
});

test("an edited image stands where the one stood that it was made of, which is removed", () => {
  const edited = five.replacing("b", "f");
  assert.equal(text(edited), "afcde");
  assert.deepEqual([...edited.removed], ["b"]);
  assert.equal(text(edited.replacing("f", "b")), "abcde");
});

test("an image is put in at a place or at the end, and one that is there comes back", () => {
  assert.equal(text(five.adding("f")), "abcdef");
  assert.equal(text(five.adding("f", 2)), "afbcde");
  assert.equal(text(five.removing(["c"]).adding("c")), "abcde");
});

test("each change is another arrangement, which equals one that asks for the same", () => {
  const before = text(five);
  const there = five.moved(["a"], 5);
  assert.equal(text(five), before);
  assert.ok(there.moved(["a"], 1).equals(five));
  assert.ok(!there.equals(five));
  assert.ok(!five.texting("alt:a", "x").equals(five));
  assert.ok(five.removing(["a", "b"]).equals(five.removing(["b"]).removing(["a"])));
});

test("numbers that are typed are understood as the server understands them", () => {
  const typed = (places) =>
    ranked([..."abc"].map((key, i) => ({ key, at: i + 1, ...places[key] })));
  assert.equal(typed({}).join(""), "abc");
  assert.equal(typed({ c: { place: 1 } }).join(""), "cab");
  assert.equal(typed({ a: { place: 3 } }).join(""), "bca");
  const added = ranked([
    { key: "a", at: 1 },
    { key: "n", place: 1 },
    { key: "m" },
    { key: "b", at: 2 },
  ]);
  assert.equal(added.join(""), "nabm");
});
