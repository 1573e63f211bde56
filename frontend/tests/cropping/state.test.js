import assert from "node:assert/strict";
import { test } from "node:test";
import { unfit } from "../../src/cropping/limits.js";
import { accepted, offered } from "../../src/cropping/shapes.js";
import {
  begin,
  choose,
  draw,
  editOf,
  isSame,
  move,
  number,
  pull,
  turn,
  whole,
} from "../../src/cropping/state.js";

const SIZE = [300, 200];
const WIDE = { label: "16:9", ratio: 16 / 9 };
const SQUARE = { label: "Square", ratio: 1 };
const started = (more = {}) => begin({ size: SIZE, ...more });
const range = (told) => accepted(told ? told.split(",") : undefined);
const shapes = (told, aspects = []) => {
  const taken = range(told);
  return { shapes: offered({ aspects, ...taken }), range: taken };
};

test("at first all is kept, and nothing is edited", () => {
  assert.deepEqual(started().box, [0, 0, 300, 200]);
  assert.deepEqual(editOf(started()), { rotate: 0, flip: false, crop: null });
});

test("it begins with what was done to the picture before", () => {
  const state = started({ edit: { rotate: 90, flip: true, crop: [10, 20, 100, 150], size: SIZE } });
  assert.deepEqual(editOf(state), { rotate: 90, flip: true, crop: [10, 20, 100, 150] });
});

test("four turns lead back, whatever was cut and mirrored", () => {
  for (const flip of [false, true]) {
    const start = started({ edit: { flip, crop: [10, 20, 100, 150] } });
    for (const way of ["left", "right"]) {
      let state = start;
      for (let at = 0; at < 4; at += 1) {
        state = turn(state, way);
        assert.equal(isSame(state, start), at === 3);
      }
    }
    assert.ok(isSame(turn(turn(start, "left"), "right"), start));
    assert.ok(isSame(turn(turn(start, "mirror"), "mirror"), start));
    assert.ok(isSame(turn(turn(start, "over"), "over"), start));
  }
});

test("what is turned left is seen turned left, though it was mirrored before", () => {
  const state = turn(turn(started(), "mirror"), "left");
  assert.deepEqual(editOf(state), { rotate: 90, flip: true, crop: null });
});

test("the box goes with the picture when it is turned", () => {
  const state = turn(started({ edit: { crop: [0, 0, 30, 20] } }), "right");
  assert.deepEqual(state.box, [180, 0, 20, 30]);
});

test("a shape that is chosen is cut out of what was drawn by hand, and tried in any order", () => {
  const start = started(shapes("", [WIDE, SQUARE]));
  const drawn = draw(start, [50, 50], [200, 150]);
  const wide = choose(drawn, "16:9");
  assert.deepEqual(wide.box, [50, 58, 150, 84]);
  assert.deepEqual(choose(choose(wide, "Square"), "16:9").box, wide.box);
  assert.deepEqual(choose(wide, "free").box, drawn.box);
});

test("the picture's own shape is that of the picture as it lies", () => {
  const state = turn(choose(started(shapes("")), "own"), "right");
  assert.deepEqual(pull(state, [1, 0], [-100, 0]).box, [0, 75, 100, 150]);
});

test("a shape is kept through a turn", () => {
  const state = turn(choose(started(shapes("", [WIDE])), "16:9"), "left");
  assert.equal((state.box[2] / state.box[3]).toFixed(2), "1.77");
});

test("a shape at the very end of what a gallery takes is offered, though the page rounds it", () => {
  const rounded = { label: "16:9", ratio: 1.777778 };
  const keys = (told) => shapes(told, [rounded]).shapes.map(({ key }) => key);
  assert.ok(keys("1:1,16:9").includes("16:9"));
  assert.ok(keys("16:9,2:1").includes("16:9"));
  assert.ok(!keys("1:1,17:10").includes("16:9"));
});

test("what a gallery does not take is not offered", () => {
  const keys = (aspect) => shapes(aspect, [WIDE, SQUARE]).shapes.map((each) => each.key);
  assert.deepEqual(keys(""), ["free", "own", "16:9", "Square"]);
  assert.deepEqual(keys("3:4,3:2"), ["free", "own", "Square"]);
  assert.deepEqual(keys("4:3,4:3"), ["4:3"]);
});

test("a picture that breaks the limits begins with the part that does not", () => {
  assert.deepEqual(started(shapes("1:1,1:1")).box, [50, 0, 200, 200]);
  assert.deepEqual(started({ smallest: [400, 100] }).box, [0, 0, 300, 200]);
});

test("a shape within one percent counts, as on the server", () => {
  const state = begin({ size: [4001, 3000], ...shapes("4:3,4:3") });
  assert.equal(editOf(state).crop, null);
});

test("what is too small or of another shape is said in the server's words", () => {
  const say = (key, params) => `${key} ${Object.values(params)}`;
  const told = (more) => unfit(started(more), { told: more.range?.told, say });
  assert.equal(told({ smallest: [301, 10] }), "cropping.too_small 301,10");
  assert.equal(told({ smallest: [300, 200] }), undefined);
  const narrow = (aspect) => {
    const state = { ...started(), range: range(aspect) };
    return unfit(state, { told: state.range.told, say });
  };
  assert.equal(narrow("1:1,1:1"), "cropping.shape_must 1:1");
  assert.equal(narrow("1:2,4:3"), "cropping.shape_from 1:2,4:3");
  assert.equal(narrow("1:2,3:2"), undefined);
});

test("each number is what was typed, as far as the picture goes", () => {
  const start = started({ edit: { crop: [10, 20, 100, 50] } });
  assert.deepEqual(number(start, 0, 250).box, [200, 20, 100, 50]);
  assert.deepEqual(number(start, 1, -5).box, [10, 0, 100, 50]);
  assert.deepEqual(number(start, 2, 120).box, [10, 20, 120, 50]);
  assert.deepEqual(number(start, 2, 295).box, [5, 20, 295, 50]);
  assert.deepEqual(number(start, 3, 9999).box, [10, 0, 100, 200]);
  assert.deepEqual(number(start, 3, 0).box, [10, 20, 100, 1]);
});

test("a movement goes from where it began", () => {
  const start = started({ edit: { crop: [10, 20, 100, 50] } });
  const there = move(start, [500, 0], start.box);
  assert.deepEqual(there.box, [200, 20, 100, 50]);
  assert.deepEqual(move(there, [5, 0], start.box).box, [15, 20, 100, 50]);
});

test("the whole picture is had again", () => {
  const state = turn(started({ edit: { crop: [10, 20, 100, 50] } }), "right");
  assert.deepEqual(editOf(whole(state)), { rotate: 90, flip: false, crop: null });
});

test("nothing changes a state that is there", () => {
  const start = Object.freeze({ ...started(), box: Object.freeze([0, 0, 300, 200]) });
  for (const step of [turn(start, "left"), move(start, [1, 1]), pull(start, [1, 1], [-9, -9])]) {
    assert.notEqual(step, start);
  }
  assert.deepEqual(start.box, [0, 0, 300, 200]);
});
