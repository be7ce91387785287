import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from './bundle.ts';
import { currentLock, readLock } from './kind-digests.ts';
import { bundledPackages, licenceTexts } from './third-party.ts';

// node --import tsx scripts/build.ts [--fresh]    src → dist; tsx never runs any of it
const { outdir } = bundleOptions;

const locked = readLock();
/** Kinds whose code is not what src/kinds.lock.json says: their keys are salted. */
const salts = Object.fromEntries(
  Object.entries(await currentLock())
    .filter(([kind, { code }]) => locked[kind]?.code !== code)
    .map(([kind, { code }]) => [kind, code]),
);

const result = await build({
  ...bundleOptions,
  define: { AFFEKT_SALTS: JSON.stringify(salts) },
  sourcemap: true,
});
const packages = bundledPackages('.', Object.keys(result.metafile.inputs));

const hash = createHash('sha256');
for (const { path, hash: part } of result.outputFiles) hash.update(`${path}\0${part}\0`);

function place(path: string, contents: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

/** A run that is going on may still import chunks of the build that it started with; a package has none. */
const keepMs = process.argv.includes('--fresh') ? -1 : 86_400_000;
// Chunks first: an entry point never names one that is not there.
const isEntry = (path: string): boolean => !path.includes(`${sep}chunks${sep}`);
const files = [...result.outputFiles].sort(
  (a, b) => Number(isEntry(a.path)) - Number(isEntry(b.path)),
);
for (const { path, contents } of files) place(path, contents);
place(
  join(outdir, 'build.json'),
  `${JSON.stringify({
    build: hash.digest('hex').slice(0, 16),
    packages: Object.fromEntries(packages.map(({ name, version }) => [name, version])),
  })}\n`,
);
// Their licences ask for it wherever a copy goes.
place(
  join(outdir, 'licences.txt'),
  packages
    .map((one) =>
      [`${one.name} ${one.version}: ${one.licence}`, ...licenceTexts('.', one)].join('\n\n'),
    )
    .join(`\n\n${'='.repeat(80)}\n\n`),
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
