/* Whose work is in a bundle: asked of the bundler, and of the packages themselves. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The folder of the package that a file belongs to, by its last node_modules; undefined for ours. */
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;
const LICENCE = /^(licen[cs]e|copying|notice)/i;
const RULE = `\n\n${"-".repeat(80)}\n\n`;

/**
 * Say which packages the bundles hold, in the words of their licences.
 *
 * A package that brings none must not be bundled, so it is an error.
 *
 * @param {import("esbuild").Metafile} metafile what went into each bundle
 * @param {string} root the folder its paths start from
 * @returns {Promise<string>}
 */
export async function licences(metafile, root) {
  const users = new Map();
  for (const [output, { inputs }] of Object.entries(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = PACKAGE.exec(path)?.[0];
      if (!folder || !bytesInOutput) continue;
      if (!users.has(folder)) users.set(folder, new Set());
      users.get(folder).add(output.split("/").pop());
    }
  }
  const parts = [...users].sort().map(([folder, files]) => licence(join(root, folder), [...files]));
  const opening =
    "What is bundled into the files beside this one, other than django-gallery-events itself,\n" +
    "and under which licences.";
  return `${[opening, ...(await Promise.all(parts))].join(RULE)}\n`;
}

/** One package: its name, where it is used, and the text of its licence. */
async function licence(folder, files) {
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const names = (await readdir(folder)).filter((name) => LICENCE.test(name)).sort();
  if (!names.length) throw new Error(`${about.name} is bundled, but brings no licence.`);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  const heading = `${about.name} ${about.version} (${about.license}), in ${files.sort().join(", ")}`;
  return [heading, ...texts.map((text) => text.trim())].join("\n\n");
}
