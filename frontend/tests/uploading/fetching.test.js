import assert from "node:assert/strict";
import { test } from "node:test";
import { fetched } from "../../src/uploading/fetching.js";

const PLACE = { imageUrl: "/gallery/image/app.scan/__key__/", field: "signed" };

async function answered(key, answer) {
  const asked = [];
  globalThis.document = { baseURI: "https://example.org/albums/" };
  globalThis.fetch = async (url) => {
    asked.push(url.href);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { found: await fetched(key, PLACE), asked };
}

const of = (status, told = {}) => new Response(JSON.stringify(told), { status });

test("a key that is text is quoted twice, as the server takes it", async () => {
  const { asked } = await answered("a/b", of(200));
  assert.deepEqual(asked, ["https://example.org/gallery/image/app.scan/a%252Fb/?field=signed"]);
});

test("an image is told from none, and none from an answer that says nothing of it", async () => {
  assert.deepEqual((await answered("7", of(200, { id: 7 }))).found, { id: 7 });
  assert.equal((await answered("7", of(404))).found, null);
  for (const answer of [of(401), of(429), of(503), new TypeError("no connection")])
    assert.equal((await answered("7", answer)).found, undefined);
});
