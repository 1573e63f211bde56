import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  changesNothing,
  compose,
  drawn,
  fitted,
  hasShape,
  isSameEdit,
  mapped,
  moved,
  reshaped,
  resized,
  resultSize,
  turnedSize,
} from "../../src/cropping/geometry.js";

const TURNS = [0, 90, 180, 270].flatMap((rotate) =>
  [false, true].map((flip) => ({ rotate, flip, crop: null })),
);
const NOTHING = TURNS[0];
const SIZES = [
  [1, 1],
  [1, 6],
  [5, 4],
  [7, 7],
  [4, 9],
];

/** Numbers by chance, the same each time: a red run comes from the change, and comes again. */
function chance(seed) {
  let state = seed;
  return (most) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * most);
  };
}

/** Some part of a picture of a size. */
function part([width, height], pick) {
  const [left, top] = [pick(width), pick(height)];
  return [left, top, 1 + pick(width - left), 1 + pick(height - top)];
}

/** Every turn of every size, with parts of it and whole. */
function* edits(seed) {
  const pick = chance(seed);
  for (const size of SIZES) {
    for (const turn of TURNS) {
      yield { size, edit: turn };
      for (let at = 0; at < 4; at += 1) {
        yield { size, edit: { ...turn, crop: part(turnedSize(turn, size), pick) } };
      }
    }
  }
}

/** Rows of pixels, no two alike. */
const picture = ([width, height]) =>
  Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => `${x},${y}`));

/** Do to pixels what an edit says, in the order that it promises. */
function applied({ rotate, flip, crop }, pixels) {
  let rows = pixels;
  for (let turn = 0; turn < rotate; turn += 90) {
    rows = rows[0].map((_, x) => rows.map((row) => row[x]).reverse());
  }
  if (flip) rows = rows.map((row) => [...row].reverse());
  if (!crop) return rows;
  const [left, top, width, height] = crop;
  return rows.slice(top, top + height).map((row) => row.slice(left, left + width));
}

test("the server and the browser make the same one of two edits", () => {
  const examples = JSON.parse(readFileSync(new URL("edits.json", import.meta.url)));
  assert.equal(examples.length, 64);
  for (const { size, first, second, both, result } of examples) {
    assert.deepEqual(compose(first, second, size), both);
    assert.deepEqual(resultSize(both, size), result);
  }
});

test("the result has the size that is told", () => {
  for (const { size, edit } of edits(1)) {
    const rows = applied(edit, picture(size));
    assert.deepEqual([rows[0].length, rows.length], resultSize(edit, size));
  }
});

test("composing equals applying one after the other", () => {
  const pick = chance(2);
  for (const { size, edit: first } of edits(3)) {
    const middle = resultSize(first, size);
    for (const turn of TURNS) {
      const second = { ...turn, crop: pick(2) ? part(turnedSize(turn, middle), pick) : null };
      const both = compose(first, second, size);
      const pixels = picture(size);
      assert.deepEqual(applied(both, pixels), applied(second, applied(first, pixels)));
    }
  }
});

test("it does not matter which two of three are composed first", () => {
  const pick = chance(4);
  for (const { size, edit: first } of edits(5)) {
    const middle = resultSize(first, size);
    const second = { ...TURNS[pick(8)], crop: null };
    const third = { ...TURNS[pick(8)], crop: null };
    assert.deepEqual(
      compose(compose(first, second, size), third, size),
      compose(first, compose(second, third, middle), size),
    );
  }
});

test("an edit that does nothing changes no other one", () => {
  for (const { size, edit } of edits(6)) {
    assert.ok(isSameEdit(compose(NOTHING, edit, size), fitted(edit, size)));
    assert.ok(isSameEdit(compose(edit, NOTHING, size), fitted(edit, size)));
  }
});

test("four quarter turns are none, and each turn is undone by one of the eight", () => {
  for (const size of SIZES) {
    for (const quarter of [90, 270]) {
      let edit = NOTHING;
      for (let at = 0; at < 4; at += 1) {
        edit = compose(edit, { ...NOTHING, rotate: quarter }, size);
      }
      assert.ok(changesNothing(edit));
    }
    for (const turn of TURNS) {
      const undone = TURNS.filter((each) => changesNothing(compose(turn, each, size)));
      assert.equal(undone.length, 1);
    }
  }
});

test("where a box goes is where its pixels go", () => {
  for (const { size, edit } of edits(7)) {
    if (!edit.crop) continue;
    const turn = { ...edit, crop: null };
    const box = part(size, chance(size[0]));
    const seen = applied({ ...NOTHING, crop: box }, picture(size))
      .flat()
      .sort();
    const after = applied({ ...turn, crop: mapped(box, turn, size) }, picture(size));
    assert.deepEqual(after.flat().sort(), seen);
  }
});

test("a crop that leaves all in is left out", () => {
  assert.equal(fitted({ rotate: 90, flip: false, crop: [0, 0, 3, 4] }, [4, 3]).crop, null);
  assert.deepEqual(
    fitted({ rotate: 0, flip: false, crop: [0, 0, 3, 3] }, [4, 3]).crop,
    [0, 0, 3, 3],
  );
});

// The box.

const FREE = { smallest: [1, 1], lowest: 0, highest: Infinity };
const RANGES = [
  FREE,
  { ...FREE, lowest: 1, highest: 1 },
  { ...FREE, lowest: 16 / 9, highest: 16 / 9 },
  { ...FREE, lowest: 0.75, highest: 1.5 },
  { ...FREE, smallest: [30, 20] },
  { ...FREE, smallest: [30, 20], lowest: 1.5, highest: 1.5 },
];
const EDGES = [-1, 0, 1].flatMap((x) => [-1, 0, 1].map((y) => [x, y])).filter(([x, y]) => x || y);

/** Whether a box lies in the picture, in whole pixels, and is as large as it must be. */
function holds(box, { bounds, smallest }) {
  const [left, top, width, height] = box;
  assert.ok(box.every(Number.isInteger), `${box} is in whole pixels`);
  assert.ok(left >= 0 && top >= 0 && width >= 1 && height >= 1, `${box} is there`);
  assert.ok(left + width <= bounds[0] && top + height <= bounds[1], `${box} is in ${bounds}`);
  assert.ok(width >= smallest[0] && height >= smallest[1], `${box} is at least ${smallest}`);
}

test("however it is pulled, moved or drawn, the box keeps to its limits", () => {
  const pick = chance(8);
  const far = () => pick(1000) - 500;
  for (const range of RANGES) {
    for (const bounds of [
      [300, 200],
      [200, 300],
      [60, 60],
    ]) {
      const limits = { ...range, bounds };
      for (let at = 0; at < 60; at += 1) {
        let box = reshaped(part(bounds, pick), limits);
        for (const edges of EDGES) {
          box = resized(box, { edges, by: [far(), far()], limits });
          holds(box, limits);
          assert.ok(
            Math.abs(box[2] - box[3] * range.lowest) < 1 + range.lowest ||
              hasShape(box.slice(2), range),
            `${box.slice(2)} has a shape from ${range.lowest} to ${range.highest}`,
          );
        }
        holds(moved(box, [far(), far()], bounds), limits);
        holds(drawn([pick(bounds[0] + 1), pick(bounds[1] + 1)], [far(), far()], limits), limits);
        holds(drawn([-9.5, 1e4], [far(), far()], limits), limits);
      }
    }
  }
});

test("where one pulls decides what stays", () => {
  const limits = { ...FREE, bounds: [100, 100] };
  const pulled = (edges) => resized([20, 30, 40, 20], { edges, by: [5, 7], limits });
  assert.deepEqual(pulled([1, 1]), [20, 30, 45, 27]);
  assert.deepEqual(pulled([-1, -1]), [25, 37, 35, 13]);
  assert.deepEqual(pulled([1, 0]), [20, 30, 45, 20]);
  assert.deepEqual(pulled([0, -1]), [20, 37, 40, 13]);
});

test("a shape grows to where a corner is pulled, and around the middle at an edge", () => {
  const square = { ...FREE, lowest: 1, highest: 1, bounds: [100, 100] };
  assert.deepEqual(
    resized([40, 40, 10, 10], { edges: [1, 1], by: [20, 5], limits: square }),
    [40, 40, 30, 30],
  );
  assert.deepEqual(
    resized([40, 40, 10, 10], { edges: [1, 0], by: [20, 0], limits: square }),
    [40, 30, 30, 30],
  );
  assert.deepEqual(
    resized([40, 0, 10, 10], { edges: [0, 1], by: [0, 20], limits: square }),
    [30, 0, 30, 30],
  );
});

test("a picture too small for its gallery is kept whole", () => {
  const limits = { ...FREE, smallest: [50, 50], bounds: [40, 30] };
  assert.deepEqual(
    resized([0, 0, 40, 30], { edges: [1, 1], by: [-20, -20], limits }),
    [0, 0, 40, 30],
  );
});

test("a box is drawn in any direction, and no further than the picture", () => {
  const limits = { ...FREE, bounds: [100, 80] };
  assert.deepEqual(drawn([50, 40], [70, 50], limits), [50, 40, 20, 10]);
  assert.deepEqual(drawn([50, 40], [30, 10], limits), [30, 10, 20, 30]);
  assert.deepEqual(drawn([50, 40], [900, -900], limits), [50, 0, 50, 40]);
});
