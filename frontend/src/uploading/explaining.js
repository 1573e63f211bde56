import { bytes } from "./figures.js";

/** What no second attempt changes: it is the file. */
const OF_THE_FILE = new Set([
  ..."bytes empty format pixels frames broken complex dtd unsized not_a_file too_small aspect".split(
    " ",
  ),
  "unreadable",
]);
/** What our own words say better than the server, which does not know that a file is still here. */
const OWN = new Set(["login", "csrf", "network", "timeout"]);

/** Tell whether the same file may go well another time. */
export const mayGoWell = ({ code }) => !OF_THE_FILE.has(code);

/** Say why a file is not taken and what to do: in the words that the form has for it, else the server's. */
export function why(upload, gallery) {
  const { code, message, status } = upload.error;
  const { configuration, words } = gallery;
  const known = (key) => words.say(key) !== key;
  if (OF_THE_FILE.has(code) && known(`uploading.refused_${code}`)) {
    return words.say("uploading.refused", {
      name: upload.name,
      why: words.say(`uploading.refused_${code}`),
      accepted: configuration.accepted ?? "",
    });
  }
  if (code === "quota") return words.say("uploading.quota", { name: upload.name });
  if (code === "too_many") {
    const count = configuration.maxImages;
    return words.say("uploading.too_many", {
      most: words.say("uploading.most", { count, counter: count }),
    });
  }
  if (message && !OWN.has(code)) return message;
  const key = known(`uploading.${code}`) ? code : "answer";
  return words.say(`uploading.${key}`, {
    status: String(status),
    size: bytes(upload.size, words.language),
  });
}
