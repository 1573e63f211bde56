import assert from "node:assert/strict";
import { test } from "node:test";
import { isKept, isMoved, judge } from "../../src/resuming/judging.js";

const ASKED = "https://site.example/gallery/partial/x/";
const answered = (status, { method = "PATCH", isBegun = true, body = "", url = ASKED } = {}) =>
  judge({ method, isBegun, status, body, asked: ASKED, url });

test("a part that arrived is nothing to speak of", () => {
  for (const status of [200, 201, 204]) assert.equal(answered(status), null);
});

test("an upload that is not there any more is begun anew", () => {
  for (const status of [404, 410]) assert.equal(answered(status, { method: "HEAD" }), null);
});

test("a server that is asked where an upload is and fails has not lost it", () => {
  for (const status of [429, 500, 502, 503])
    assert.equal(answered(status, { method: "HEAD" }).retryable, true);
  for (const [status, code] of [
    [401, "login"],
    [403, "csrf"],
  ]) {
    const error = answered(status, { method: "HEAD" });
    assert.deepEqual([error.code, error.retryable, isKept(error)], [code, false, true]);
  }
});

test("an upload that is elsewhere by now is asked where, at once", () => {
  for (const status of [404, 409, 410, 423, 460]) {
    assert.equal(answered(status).retryable, true);
    assert.equal(isMoved({ method: "PATCH", status }), true);
  }
  for (const status of [400, 401, 413, 500])
    assert.equal(isMoved({ method: "PATCH", status }), false);
});

test("a gallery that is not known stays so", () => {
  const error = answered(404, { method: "POST", isBegun: false });
  assert.deepEqual([error.code, error.retryable], ["missing", false]);
});

test("whoever is led to another page is not logged in, whatever that page says", () => {
  const url = "https://site.example/login/";
  for (const status of [200, 403, 405]) assert.equal(answered(status, { url }).code, "login");
});

test("what the server refuses for good is not gone on with", () => {
  const refusal = (code) => answered(400, { body: JSON.stringify({ code, message: "No." }) });
  assert.equal(isKept(refusal("format")), false);
  assert.equal(isKept(refusal("quota")), true);
  assert.equal(refusal("format").message, "No.");
});
