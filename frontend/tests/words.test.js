import assert from "node:assert/strict";
import { test } from "node:test";
import { Words } from "../src/words.js";

/** What the server writes of one word (tests/edges/test_widget_words.py holds it to the catalogues). */
function written(language, forms, rule) {
  return { language, rules: [rule], words: { "a.images": { forms, rule: 0 } } };
}

const ENGLISH = written("en", ["{count} images", "{count} image"], { small: "010", millions: 0 });
const FRENCH = written("fr", ["{count} image", "{count} images", "{count} d’images"], {
  small: "001",
  millions: 2,
});
const CHINESE = written("zh-hans", ["{count} 张图片"], { small: "0", millions: 0 });
// 1 alone; 2 to 4 but not 12 to 14, by the last two digits; all others.
const POLISH = written("pl", ["{count} obrazów", "{count} obraz", "{count} obrazy"], {
  small: Array.from({ length: 200 }, (_, n) => {
    const few = n % 10 > 1 && n % 10 < 5 && (n % 100 < 12 || n % 100 > 14);
    return n === 1 ? 1 : few ? 2 : 0;
  }).join(""),
  millions: 0,
});

function said(words, ...counts) {
  const all = new Words(words);
  return counts.map((count) => all.say("a.images", { count }).replace(/\s/gu, " "));
}

test("each language says numbers its own way, and none and one and many", () => {
  assert.deepEqual(said(ENGLISH, 0, 1, 2, 1e6), [
    "0 images",
    "1 image",
    "2 images",
    "1,000,000 images",
  ]);
  assert.deepEqual(said(FRENCH, 0, 1, 2, 1e6), [
    "0 image",
    "1 image",
    "2 images",
    "1 000 000 d’images",
  ]);
  assert.deepEqual(said(CHINESE, 0, 1, 2, 1e6), [
    "0 张图片",
    "1 张图片",
    "2 张图片",
    "1,000,000 张图片",
  ]);
});

test("of numbers from two hundred on the last two digits count", () => {
  assert.deepEqual(said(POLISH, 1, 2, 5, 12, 22, 101, 222, 1012, 1022), [
    "1 obraz",
    "2 obrazy",
    "5 obrazów",
    "12 obrazów",
    "22 obrazy",
    "101 obrazów",
    "222 obrazy",
    "1012 obrazów",
    "1022 obrazy",
  ]);
});

test("placeholders are filled in, and one that nobody gave stays to be seen", () => {
  const words = new Words({ language: "de", words: { "a.b": "{name} ist zu {what}: {size}" } });

  assert.equal(
    words.say("a.b", { name: "{what} $& 1.png", size: 0.5 }),
    "{what} $& 1.png ist zu {what}: 0,5",
  );
});

test("a word that the page does not hold is its key", () => {
  assert.equal(new Words().say("a.b"), "a.b");
});
