import assert from "node:assert/strict";
import { test } from "node:test";
import { Base64 } from "../../src/platform/base64.js";

test("a text is encoded by its UTF-8, in whatever writing", () => {
  for (const text of ["", "a", "photo.jpg", "Grüße.png", "図 (1).gif", "🌄"]) {
    assert.equal(Base64.encode(text), Buffer.from(text, "utf8").toString("base64"));
  }
});
