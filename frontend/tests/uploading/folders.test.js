import assert from "node:assert/strict";
import { test } from "node:test";
import { gathered } from "../../src/uploading/folders.js";

const fileEntry = (name, { broken = false } = {}) => ({
  name,
  isFile: true,
  file: (resolve, reject) => (broken ? reject(new Error(name)) : resolve(new File(["x"], name))),
});

/** A folder that hands out two entries at a time, as browsers hand out a hundred. */
const folderEntry = (name, entries, { broken = false } = {}) => ({
  name,
  isDirectory: true,
  createReader: () => {
    const left = [...entries];
    return {
      readEntries: (resolve, reject) =>
        broken ? reject(new Error(name)) : resolve(left.splice(0, 2)),
    };
  },
});

const FORMATS = { formats: ["image/png"] };
const brought = (...entries) => gathered({ files: [], entries }, FORMATS);
const names = ({ files }) => files.map((each) => each.name);

test("a folder gives all its pictures, those of folders in it too, as people count", async () => {
  const inner = folderEntry("inner", [fileEntry("c.png")]);
  const outer = folderEntry("outer", [fileEntry("10.png"), fileEntry("2.png"), inner]);
  assert.deepEqual(names(await brought(outer)), ["2.png", "10.png", "c.png"]);
});

test("one bad entry does not lose the others", async () => {
  const bad = folderEntry("bad", [], { broken: true });
  const entries = [fileEntry("a.png"), fileEntry("b.png", { broken: true }), bad];
  const found = await brought(folderEntry("outer", entries), null);
  assert.deepEqual(names(found), ["a.png"]);
  assert.deepEqual(found.unreadable, ["b.png", "bad"]);
});

test("what is no picture is left out of a folder and counted, but for what systems put there", async () => {
  const entries = [".DS_Store", "Thumbs.db", "notes.txt", "b.gif", "a.png"].map((name) =>
    fileEntry(name),
  );
  const found = await brought(folderEntry("outer", entries));
  assert.deepEqual([names(found), found.leftOut], [["a.png"], 2]);
});

test("files without a folder come as the browser has them, whatever they are", async () => {
  const files = [new File(["x"], "b.pdf"), new File(["x"], "a.png")];
  const found = await gathered(
    { files, entries: [fileEntry("b.pdf"), fileEntry("a.png")] },
    FORMATS,
  );
  assert.deepEqual(found, { files, unreadable: [], leftOut: 0 });
});

test("the files of a chosen folder are ordered by where they lie in it", async () => {
  const files = ["b/1.png", "a/10.png", "a/9.png"].map((path) =>
    Object.defineProperty(new File(["x"], "x.png"), "webkitRelativePath", { value: path }),
  );
  const found = await gathered({ files, isFolder: true }, FORMATS);
  assert.deepEqual(
    found.files.map((each) => each.webkitRelativePath),
    ["a/9.png", "a/10.png", "b/1.png"],
  );
});
