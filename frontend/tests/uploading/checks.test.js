import assert from "node:assert/strict";
import { test } from "node:test";
import { kinds, refused, unfit } from "../../src/uploading/checks.js";

const LIMITS = { formats: ["image/jpeg", "image/png", "image/heic"], maxBytes: 1000 };
const file = (name, { type = "", size = 10 } = {}) => ({ name, type, size });

test("bytes are refused from one more than the limit on, and none at all", () => {
  assert.equal(refused(file("a.png", { size: 1000 }), LIMITS), null);
  assert.equal(refused(file("a.png", { size: 1001 }), LIMITS), "bytes");
  assert.equal(refused(file("a.png", { size: 0 }), LIMITS), "empty");
});

test("a kind is known by what the system says or by the name, whichever fits", () => {
  assert.equal(refused(file("a.jpg", { type: "application/octet-stream" }), LIMITS), null);
  assert.equal(refused(file("upload", { type: "image/jpg" }), LIMITS), null);
  assert.equal(refused(file("IMG_1.HEIC"), LIMITS), null);
  assert.equal(refused(file("notes.pdf", { type: "application/pdf" }), LIMITS), "format");
  assert.equal(refused(file("notes.xyz"), LIMITS), "format");
  assert.equal(refused(file("a.gif", { type: "image/gif" }), LIMITS), "format");
});

test("a file that says nothing of itself is for the server to judge", () => {
  assert.equal(refused(file("IMG_0001"), LIMITS), null);
  assert.equal(refused(file(".hidden"), LIMITS), null);
});

test("one kind has one name, whatever systems call it", () => {
  assert.deepEqual(kinds(file("a.bmp", { type: "image/x-ms-bmp" })), ["image/bmp"]);
  assert.deepEqual(kinds(file("a.tif", { type: "image/tiff" })), ["image/tiff"]);
});

test("a picture is measured as the server measures it", () => {
  const size = (width, height) => ({ width, height });
  assert.equal(unfit(size(10, 10), { maxPixels: 100 }), null);
  assert.equal(unfit(size(10, 11), { maxPixels: 100 }), "pixels");
  assert.equal(unfit(size(10, 10), { minSize: [10, 10] }), null);
  assert.equal(unfit(size(10, 9), { minSize: [10, 10] }), "too_small");
  const aspect = [4 / 3, 16 / 9];
  assert.equal(unfit(size(1000, 750), { aspect }), null);
  assert.equal(unfit(size(1000, 757), { aspect }), null);
  assert.equal(unfit(size(1000, 758), { aspect }), "aspect");
  assert.equal(unfit(size(1000, 400), { aspect }), "aspect");
  assert.equal(unfit(size(1, 1), {}), null);
});
