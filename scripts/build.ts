import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { build } from 'esbuild';
import { decoderPackages } from '../src/audio/decoders.ts';
import { currentLock, readLock } from './kind-digests.ts';

/**
 * Bundles src into dist: cli.js, worker.js and index.js with shared chunks, one lazy chunk for what
 * is imported dynamically. tsx never runs any of it.
 */
const outdir = 'dist';

const locked = readLock();
/** Kinds whose code is not what src/kinds.lock.json says: their keys are salted. */
const salts = Object.fromEntries(
  Object.entries(await currentLock())
    .filter(([kind, { code }]) => locked[kind]?.code !== code)
    .map(([kind, { code }]) => [kind, code]),
);

const result = await build({
  entryPoints: { cli: 'src/cli/main.ts', worker: 'src/executors/worker.ts', index: 'src/index.ts' },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Native code, and decoders under the LGPL that one must be able to replace (docs/decisions.md).
  external: ['esbuild', 'onnxruntime-node', ...decoderPackages, '@resvg/resvg-js'],
  chunkNames: 'chunks/[name]-[hash]',
  // Packages that are CommonJS inside need `require` for Node's own modules.
  banner: {
    js: "import { createRequire as affektRequire } from 'node:module'; const require = affektRequire(import.meta.url);",
  },
  define: { AFFEKT_SALTS: JSON.stringify(salts) },
  minify: true,
  sourcemap: true,
  metafile: true,
  write: false,
  logLevel: 'warning',
});

const hash = createHash('sha256');
for (const { path, hash: part } of result.outputFiles) hash.update(`${path}\0${part}\0`);

function place(path: string, contents: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

/** A run that is going on may still import chunks of the build that it started with. */
const keepMs = 86_400_000;
// Chunks first: an entry point never names one that is not there.
const isEntry = (path: string): boolean => !path.includes(`${sep}chunks${sep}`);
const files = [...result.outputFiles].sort(
  (a, b) => Number(isEntry(a.path)) - Number(isEntry(b.path)),
);
for (const { path, contents } of files) place(path, contents);
place(
  join(outdir, 'build.json'),
  `${JSON.stringify({ build: hash.digest('hex').slice(0, 16) })}\n`,
);
const current = new Set(files.map(({ path }) => path));
for (const name of readdirSync(join(outdir, 'chunks'))) {
  const path = resolve(outdir, 'chunks', name);
  if (!current.has(path) && Date.now() - statSync(path).mtimeMs > keepMs) rmSync(path);
}

const bytes = files.reduce((sum, { contents }) => sum + contents.length, 0);
const modified = Object.keys(salts);
console.log(
  `built ${outdir} (${Math.round(bytes / 1024)} kB)${modified.length > 0 ? `; modified since the lock: ${modified.join(', ')}` : ''}`,
);
