/*
 * Bundles each set of packages as ours is, by the same esbuild, and says how large everything is:
 * a line of JSON for each file, in bytes as it is, by gzip and by brotli at their strongest.
 *
 *   node bundle.mjs FOLDER FILE...    the sets go into the folder, for pages that try them
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "../../frontend/node_modules/esbuild/lib/main.js";

const HERE = import.meta.dirname;
/** None where npm could not bring them. */
const SETS = existsSync(join(HERE, "node_modules")) ? readdirSync(join(HERE, "sets")) : [];
const [folder, ...files] = process.argv.slice(2);

const { outputFiles } = await build({
  entryPoints: SETS.map((name) => join(HERE, "sets", name)),
  outdir: folder,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  external: ["*.gif", "*.png", "*.svg"], // pictures are not what is compared
  define: { "process.env.NODE_ENV": '"production"' },
  write: false,
  logLevel: "error",
});

mkdirSync(folder, { recursive: true });
for (const { path, contents } of outputFiles) {
  writeFileSync(path, contents);
  tell(path, contents);
}
for (const path of files) tell(path, readFileSync(path));

function tell(path, contents) {
  const gzip = gzipSync(contents, { level: 9 }).length;
  const brotli = brotliCompressSync(contents).length;
  console.log(JSON.stringify({ name: basename(path), min: contents.length, gzip, brotli }));
}
