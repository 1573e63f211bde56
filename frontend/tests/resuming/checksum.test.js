import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { checksumOf } from "../../src/resuming/checksum.js";

test("a part is summed as the server sums it", async () => {
  const bytes = Buffer.from("one part of a picture");
  const sum = createHash("sha256").update(bytes).digest("base64");
  assert.equal(await checksumOf(new Blob([bytes])), `sha256 ${sum}`);
});

test("what is too large to be read at once goes without", async () => {
  const part = { size: 64 * 1024 * 1024 + 1, arrayBuffer: () => assert.fail("it was read") };
  assert.equal(await checksumOf(part), null);
});
