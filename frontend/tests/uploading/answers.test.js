import assert from "node:assert/strict";
import { test } from "node:test";
import { read } from "../../src/uploading/answers.js";

const ASKED = "https://site.example/gallery/upload/x/";
const PAGE = "<!doctype html><title>nginx</title>";

function refusal(status, body = PAGE, { url = ASKED, after = null } = {}) {
  try {
    read({ status, body, asked: ASKED, url, after });
  } catch (error) {
    return error;
  }
  return assert.fail("it was taken for an image");
}

test("an image is what is answered with a key", () => {
  const image = read({ status: 201, body: '{"id": 0, "name": "a"}', asked: ASKED, url: ASKED });
  assert.deepEqual(image, { id: 0, name: "a" });
});

test("each answer has its code, also where a proxy answers by a page", () => {
  for (const [status, code] of [
    [200, "answer"],
    [400, "answer"],
    [401, "login"],
    [403, "csrf"],
    [404, "missing"],
    [413, "server_limit"],
    [429, "busy"],
    [500, "server"],
    [502, "server"],
  ])
    assert.equal(refusal(status).code, code);
});

test("what the server says itself comes first", () => {
  const error = refusal(400, '{"code": "pixels", "message": "Too many.", "limit": 5}');
  assert.deepEqual([error.code, error.message, error.retryable], ["pixels", "Too many.", false]);
  assert.equal(refusal(403, '{"code": "denied", "message": "No."}').code, "denied");
  assert.equal(refusal(413, '{"code": "bytes", "message": "No."}').code, "bytes");
});

test("whoever was led to another page is not logged in", () => {
  const login = "https://site.example/accounts/login/?next=/";
  assert.equal(refusal(200, PAGE, { url: login }).code, "login");
  assert.equal(
    refusal(401, '{"code": "login", "message": "Log in, then choose again."}').code,
    "login",
  );
});

test("what passes is tried again, with the patience asked for", () => {
  for (const status of [408, 425, 429, 500, 502, 503, 504])
    assert.equal(refusal(status).retryable, true);
  for (const status of [400, 401, 403, 404, 413]) assert.equal(refusal(status).retryable, false);
  assert.equal(refusal(429, PAGE, { after: "3" }).after, 3000);
});

test("an answer of JSON that is no image is none", () => {
  for (const body of ["null", "[]", "7", '"text"', '{"name": "a"}', "{"])
    assert.equal(refusal(201, body).code, "answer");
});
