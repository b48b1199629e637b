// Builds the browser's part of Tablée into server/tablee/static: files named by their content, and
// manifest.json, which server/tablee/assets.py reads. What the files contain belongs to web/src and web/styles.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "server", "tablee", "static");
const manifestFile = join(folder, "manifest.json");
const sprite = "web/icons/sprite.svg";

/** Public name of each page's script and style, and the file it starts from. */
const entries = {
  "atelier.js": "web/src/board/main.ts",
  "pages.js": "web/src/pages/main.ts",
  "atelier.css": "web/styles/board.css",
  "pages.css": "web/styles/pages.css",
  "console.js": "web/src/console/main.ts",
  "console.css": "web/styles/console.css",
  "desk.js": "web/src/desk/main.ts",
  "desk.css": "web/styles/desk.css",
  "kits.js": "web/src/kits/main.ts",
  "kits.css": "web/styles/kits.css",
  "canvas.css": "web/styles/canvas.css",
};
/** Of these, what is imported when it is needed becomes files of their own. */
const parted = ["atelier.js"];

function stop(sentence) {
  console.error(`web/build.mjs: ${sentence}`);
  process.exit(1);
}

for (const source of [...Object.values(entries), sprite])
  if (!existsSync(join(root, source)))
    stop(`${source} is missing; the web bundle cannot be built without it.`);

const { build } = await import("esbuild").catch(() =>
  stop("esbuild is not installed: run scripts/setup, or npm ci."),
);

const options = (names) => ({
  absWorkingDir: root,
  entryPoints: names.map((name) => ({ in: entries[name], out: name.replace(/\.\w+$/, "") })),
  outdir: folder,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  sourcemap: "external",
  metafile: true,
  charset: "utf8",
  loader: { ".woff2": "file", ".svg": "file" },
  logLevel: "warning",
});
const results = await Promise.all([
  build(options(Object.keys(entries).filter((name) => !parted.includes(name)))),
  build({ ...options(parted), splitting: true }),
]).catch(() => stop("the sources have errors, listed above."));

const manifest = {};
const kept = new Set(["manifest.json"]);
const inFolder = (output) => relative(folder, join(root, output)).replaceAll("\\", "/");
for (const [output, made] of results.flatMap(({ metafile }) => Object.entries(metafile.outputs))) {
  const file = inFolder(output);
  kept.add(file);
  if (file.endsWith(".map")) continue;
  const name = Object.keys(entries).find((entry) => entries[entry] === made.entryPoint);
  // parts are asked for by their own names; those that a page needs at once are listed for it
  const part = basename(file).startsWith("part-") ? basename(file) : basename(Object.keys(made.inputs)[0]);
  manifest[name ?? part] = file;
  const needed = made.imports.filter(({ kind }) => kind === "import-statement");
  for (const [at, { path }] of name === undefined ? [] : needed.entries())
    manifest[`${name}+${at + 1}`] = inFolder(path);
}

const svg = await readFile(join(root, sprite));
manifest["icons.svg"] = `icons-${createHash("sha256").update(svg).digest("hex").slice(0, 8)}.svg`;
kept.add(manifest["icons.svg"]);
await mkdir(folder, { recursive: true });
await copyFile(join(root, sprite), join(folder, manifest["icons.svg"]));

// The manifest comes last and in one step, so that a server starting now sees a whole bundle.
await writeFile(`${manifestFile}.new`, `${JSON.stringify(manifest, null, 2)}\n`);
await rename(`${manifestFile}.new`, manifestFile);
for (const file of await readdir(folder))
  if (!kept.has(file)) await rm(join(folder, file), { recursive: true });

const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
for (const name of [...Object.keys(entries), "icons.svg"]) {
  const content = await readFile(join(folder, manifest[name]));
  console.log(
    `${name.padEnd(12)} ${kB(content.length).padStart(9)}  ${kB(gzipSync(content).length).padStart(9)} gzip`,
  );
}
