import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
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
  external: ['esbuild'],
  chunkNames: 'chunks/[name]-[hash]',
  // Packages that are CommonJS inside need `require` for Node's own modules.
  banner: {
    js: "import { createRequire as affektRequire } from 'node:module'; const require = affektRequire(import.meta.url);",
  },
  define: { AFFEKT_SALTS: JSON.stringify(salts) },
  minifySyntax: true,
  sourcemap: true,
  metafile: true,
  write: false,
  logLevel: 'warning',
});

const hash = createHash('sha256');
for (const { path, hash: part } of result.outputFiles) hash.update(`${path}\0${part}\0`);
rmSync(outdir, { recursive: true, force: true });
for (const { path, contents } of result.outputFiles) {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, contents);
}
writeFileSync(
  join(outdir, 'build.json'),
  `${JSON.stringify({ build: hash.digest('hex').slice(0, 16) })}\n`,
);

const bytes = readdirSync(outdir, { recursive: true })
  .map((file) => statSync(join(outdir, String(file))))
  .filter((stat) => stat.isFile())
  .reduce((sum, { size }) => sum + size, 0);
const modified = Object.keys(salts);
console.log(
  `built ${outdir} (${Math.round(bytes / 1024)} kB)${modified.length > 0 ? `; modified since the lock: ${modified.join(', ')}` : ''}`,
);
