import assert from "node:assert/strict";
import { test } from "node:test";
import { Parts, partBytes } from "../../src/resuming/sizes.js";

const MB = 1024 * 1024;

test("parts are as large as the server says, and half of it after each break", () => {
  const sizes = [0, 1, 2, 3].map((halvings) =>
    partBytes({ most: 5 * MB, size: 20 * MB, halvings }),
  );
  assert.deepEqual(sizes, [5 * MB, 2.5 * MB, 1.25 * MB, 0.625 * MB]);
});

test("no part is so small that a file comes in too many", () => {
  assert.equal(partBytes({ most: 5 * MB, size: 20 * MB, halvings: 50 }), 64 * 1024);
  const size = 2000 * MB;
  const smallest = partBytes({ most: 5 * MB, size, halvings: 50 });
  assert.equal(Math.ceil(size / smallest), 1000);
});

test("what the server says is never exceeded", () => {
  assert.equal(partBytes({ most: 1000, size: 20 * MB, halvings: 3 }), 1000);
  assert.equal(partBytes({ most: MB, size: 5000 * MB, halvings: 3 }), MB);
});

test("parts that were made smaller stay so for their file, as long as that is possible", () => {
  const [file, other] = [{ size: 20 * MB }, { size: 20 * MB }];
  const most = 128 * 1024;
  assert.equal(new Parts(file, { most }).shrink(), true);
  assert.equal(new Parts(file, { most }).bytes, most / 2);
  assert.equal(new Parts(file, { most }).shrink(), false);
  assert.equal(new Parts(other, { most }).bytes, most);
});
