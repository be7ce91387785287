import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { editorSchema } from '../src/engine/spec/editor-schema.ts';
import { stageDoc, stageIndex } from '../src/engine/spec/stage-doc.ts';
import { stageKinds } from '../src/kinds.ts';
import { kernelsFile, kernelsText } from './kernels.ts';
import { changedDefaults, currentLock, lockFile, lockText, readLock } from './kind-digests.ts';
import { licencePage } from './licence-page.ts';

// The compiled kernels; what is derived from the stage table: the schema that editors use, the reference
// of stages, the lock of their code and defaults; the packages and their licences. `--check` writes nothing and fails when a file is stale.
const root = fileURLToPath(new URL('..', import.meta.url));
const kinds = Object.values(stageKinds).filter((kind) => !kind.internal);
const docs = 'docs/stages';

const kernels = await kernelsText(root);
if (
  !process.argv.includes('--check') &&
  readFileSync(join(root, kernelsFile), 'utf8') !== kernels
) {
  // Before the lock, which pins the code of kinds.
  writeFileSync(join(root, kernelsFile), kernels);
  console.log(`wrote ${kernelsFile}`);
}

const lock = await currentLock();
const changed = changedDefaults(readLock(), lock);

const wanted = new Map<string, string>([
  [kernelsFile, kernels],
  ['schema/experiment.schema.json', `${JSON.stringify(editorSchema(stageKinds), null, 2)}\n`],
  [`${docs}/README.md`, stageIndex(kinds)],
  ...kinds.map((kind) => [`${docs}/${kind.kind}.md`, stageDoc(kind)] as const),
  [lockFile, lockText(lock)],
  ['docs/licences.md', await licencePage(root)],
]);

const present = existsSync(join(root, docs)) ? readdirSync(join(root, docs)) : [];
const extra = present.map((name) => `${docs}/${name}`).filter((path) => !wanted.has(path));
const stale = [...wanted].filter(([path, text]) => {
  const full = join(root, path);
  return !existsSync(full) || readFileSync(full, 'utf8') !== text;
});

if (changed.length > 0) {
  // Params that equal their default are not in a key: old results would answer for the new default.
  for (const param of changed) console.error(`another default without a new version: ${param}`);
  console.error('Raise `version` of the kind, then run: npm run generate');
  process.exitCode = 1;
} else if (process.argv.includes('--check')) {
  for (const [path] of stale) console.error(`stale: ${path}`);
  for (const path of extra) console.error(`no longer wanted: ${path}`);
  if (stale.length + extra.length > 0) {
    console.error('Run: npm run generate');
    process.exitCode = 1;
  }
} else {
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
  for (const path of extra) {
    rmSync(join(root, path));
    console.log(`removed ${path}`);
  }
}
