import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, duration } from "../../src/uploading/figures.js";
import { Speed, secondsLeft } from "../../src/uploading/speed.js";

test("a speed needs two samples, and some bytes", () => {
  const speed = new Speed();
  assert.equal(speed.rate(0), null);
  speed.note(1000, 0);
  assert.equal(speed.rate(0), null);
  speed.note(0, 1000);
  assert.equal(speed.rate(1000), null);
});

test("a speed is that of the last seconds", () => {
  const speed = new Speed({ span: 2000 });
  speed.note(9_000_000, 0);
  for (const moment of [1000, 2000, 3000, 4000]) speed.note(500, moment);
  assert.equal(speed.rate(4000), 500);
});

test("a speed falls while nothing goes", () => {
  const speed = new Speed();
  speed.note(0, 0);
  speed.note(4000, 1000);
  assert.equal(speed.rate(1000), 4000);
  assert.equal(speed.rate(4000), 1000);
});

test("what is left takes whole seconds, where there is a speed", () => {
  assert.equal(secondsLeft({ bytes: 1001, rate: 500 }), 3);
  assert.equal(secondsLeft({ bytes: 1001, rate: null }), null);
});

test("sizes, speeds and times are said as the language says them", () => {
  assert.equal(bytes(999, "en"), "999 bytes");
  assert.equal(bytes(1536, "en"), "1.5 kB");
  assert.equal(bytes(25 * 1024 * 1024, "en"), "25 MB");
  assert.equal(bytes(1.5 * 1024 * 1024, "de"), "1,5 MB");
  assert.match(bytes(2 * 1024 * 1024, "en", { perSecond: true }), /^2\s?MB\/s$/);
  assert.equal(duration(1, "en"), "1 second");
  assert.equal(duration(89, "en"), "89 seconds");
  assert.equal(duration(91, "en"), "2 minutes");
  assert.match(duration(5400, "fr"), /^2\sheures$/);
});
