import assert from "node:assert/strict";
import { test } from "node:test";
import {
  MOST_ATTEMPTS,
  MOST_BREAKS,
  pause,
  retriesByItself,
  retryAfter,
} from "../../src/uploading/retrying.js";

test("each pause is up to twice as long as the one before, and half of it is chance", () => {
  for (const [attempt, longest] of [
    [1, 1000],
    [2, 2000],
    [3, 4000],
    [10, 60_000],
  ]) {
    assert.equal(pause({ attempt, random: () => 0 }), longest / 2);
    assert.equal(pause({ attempt, random: () => 1 }), longest);
  }
});

test("a server that asks for patience gets it, and not from all at once", () => {
  assert.equal(pause({ attempt: 1, after: 5000, random: () => 0 }), 5000);
  assert.equal(pause({ attempt: 1, after: 5000, random: () => 1 }), 5500);
  assert.equal(pause({ attempt: 1, after: 0, random: () => 1 }), 250);
});

test("only what may pass is tried again by itself, and not for ever", () => {
  const failing = { retryable: true, status: 500 };
  assert.equal(retriesByItself({ error: failing, attempt: MOST_ATTEMPTS - 1 }), true);
  assert.equal(retriesByItself({ error: failing, attempt: MOST_ATTEMPTS }), false);
  const broken = { retryable: true, status: 0 };
  assert.equal(retriesByItself({ error: broken, attempt: MOST_BREAKS - 1 }), true);
  assert.equal(retriesByItself({ error: broken, attempt: MOST_BREAKS }), false);
  assert.equal(retriesByItself({ error: { retryable: false }, attempt: 1 }), false);
});

test("who asks for more than ten minutes is asked again by people only", () => {
  const asking = (after) => retriesByItself({ error: { retryable: true, after }, attempt: 1 });
  assert.equal(asking(600_000), true);
  assert.equal(asking(600_001), false);
});

test("Retry-After is seconds, or a date, or nothing", () => {
  const now = Date.parse("2026-05-01T10:00:00Z");
  assert.equal(retryAfter("7", { now }), 7000);
  assert.equal(retryAfter("Fri, 01 May 2026 10:00:09 GMT", { now }), 9000);
  assert.equal(retryAfter("Fri, 01 May 2026 09:00:00 GMT", { now }), 0);
  for (const header of [null, "", "soon"]) assert.equal(retryAfter(header, { now }), null);
});
