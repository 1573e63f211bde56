/*
 * Bundles the widget: each entry one ES module of its own, so that a page's static files may be
 * renamed by their content. Beside them go the licences of all that is bundled.
 *
 *   node build.mjs            what people get
 *   node build.mjs --watch    for whoever writes it: readable, and built again at each change
 */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, context } from "esbuild";
import { licences } from "./licences.mjs";

const HERE = import.meta.dirname;
const OUT = join(HERE, "../gallery_events/static/gallery_events/dist");
/** Source maps, for whoever looks into a fault: told to a debugger by hand, served by nobody. */
const MAPS = join(HERE, "maps");
/** The first is loaded with the page, the others when they are needed. Each is src/NAME.js. */
const ENTRIES = ["gallery-input", "arranging", "cropping", "resuming", "uploading"];

const entryPoints = ENTRIES.map((name) => join(HERE, "src", `${name}.js`));
const options = {
  entryPoints,
  outdir: OUT,
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  // As its authors wrote it, not as their build made it for browsers of 2015: a third of the bytes.
  alias: {
    "tus-js-client": join(HERE, "node_modules/tus-js-client/lib/browser/index.js"),
    "js-base64": join(HERE, "src/platform/base64.js"),
    "url-parse": join(HERE, "src/platform/url.js"),
  },
};

/** Write afresh what people get; a build that fails leaves what was there. */
async function once() {
  const { outputFiles, metafile } = await build({
    ...options,
    minify: true,
    legalComments: "none",
    banner: { js: "/*! MIT; whose work is in it, under which licences: LICENSES.txt */" },
    sourcemap: "external",
    metafile: true,
    write: false,
  });
  for (const folder of [OUT, MAPS]) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  }
  for (const { path, contents } of outputFiles) {
    await writeFile(join(path.endsWith(".map") ? MAPS : OUT, basename(path)), contents);
  }
  // Last, and in one step: where this file stands, all the others do.
  const list = join(OUT, "LICENSES.txt");
  await writeFile(`${list}.part`, await licences(metafile, HERE));
  await rename(`${list}.part`, list);
}

async function watch() {
  const watching = await context({ ...options, sourcemap: "inline", logLevel: "info" });
  await watching.watch();
}

await (process.argv.includes("--watch") ? watch() : once());
