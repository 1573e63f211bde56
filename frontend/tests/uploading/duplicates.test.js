import assert from "node:assert/strict";
import { test } from "node:test";
import { digest, Met } from "../../src/uploading/duplicates.js";

test("a file is known by what is in it, whatever its name", async () => {
  const [one, other] = await Promise.all(
    ["a.png", "b.png"].map((name) => digest(new File(["same"], name))),
  );
  assert.equal(one, other);
  assert.match(one, /^[0-9a-f]{64}$/);
  assert.notEqual(one, await digest(new File(["else"], "a.png")));
});

test("a file that cannot be read is simply not compared", async () => {
  const gone = { size: 1, arrayBuffer: () => Promise.reject(new Error("gone")) };
  assert.equal(await digest(gone), null);
  assert.equal(await digest({ size: 1e9, arrayBuffer: () => assert.fail("read") }), null);
});

test("the first of equal files is the one that the others meet", () => {
  const met = new Met();
  assert.equal(met.meet("hash", "first"), null);
  assert.equal(met.meet("hash", "first"), null);
  assert.equal(met.meet("hash", "second"), "first");
  assert.equal(met.meet(null, "unread"), null);
  assert.equal(met.meet(null, "unread too"), null);
});

test("one that came to nothing is met by nobody", () => {
  const met = new Met();
  met.meet("hash", "first");
  met.forget("first");
  assert.equal(met.meet("hash", "second"), null);
});
