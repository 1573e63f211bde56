import assert from "node:assert/strict";
import { test } from "node:test";
import { byName, dropped } from "../../src/uploading/folders.js";

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

const transfer = (...entries) => ({
  files: [],
  items: entries.map((entry) => ({ kind: "file", webkitGetAsEntry: () => entry })),
});

const names = ({ files }) => files.map((each) => each.name);

test("a folder gives all its files, those of folders in it too, as people count", async () => {
  const inner = folderEntry("inner", [fileEntry("c.png")]);
  const found = await dropped(
    transfer(folderEntry("outer", [fileEntry("10.png"), fileEntry("2.png"), inner])),
  );
  assert.deepEqual(names(found), ["2.png", "10.png", "c.png"]);
  assert.equal(found.fromFolder, true);
});

test("one bad entry does not lose the others", async () => {
  const bad = folderEntry("bad", [], { broken: true });
  const found = await dropped(
    transfer(
      folderEntry("outer", [fileEntry("a.png"), fileEntry("b.png", { broken: true }), bad]),
      null,
    ),
  );
  assert.deepEqual(names(found), ["a.png"]);
  assert.deepEqual(found.unreadable, ["b.png", "bad"]);
});

test("what systems put into folders is left there", async () => {
  const found = await dropped(
    transfer(
      folderEntry(
        "outer",
        [".DS_Store", "Thumbs.db", "a.png"].map((n) => fileEntry(n)),
      ),
    ),
  );
  assert.deepEqual(names(found), ["a.png"]);
});

test("files without a folder come as the browser has them", async () => {
  const files = [new File(["x"], "b.png"), new File(["x"], "a.png")];
  const found = await dropped({
    files,
    items: files.map((file) => ({ kind: "file", webkitGetAsEntry: () => fileEntry(file.name) })),
  });
  assert.deepEqual(found, { files, unreadable: [], fromFolder: false });
});

test("names are ordered by the folder they are in", () => {
  const files = ["b/1.png", "a/10.png", "a/9.png"].map((webkitRelativePath) => ({
    name: "x",
    webkitRelativePath,
  }));
  assert.deepEqual(
    byName(files).map((each) => each.webkitRelativePath),
    ["a/9.png", "a/10.png", "b/1.png"],
  );
});
