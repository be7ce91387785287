import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { editorSchema } from '../src/engine/spec/editor-schema.ts';
import { stageDoc, stageIndex } from '../src/engine/spec/stage-doc.ts';
import { stageKinds } from '../src/kinds.ts';

// What is derived from the stage table: the schema that editors use and the reference of stages.
// `--check` writes nothing and fails when a file is stale.
const root = fileURLToPath(new URL('..', import.meta.url));
const kinds = Object.values(stageKinds).filter((kind) => !kind.internal);
const docs = 'docs/stages';

const wanted = new Map<string, string>([
  ['schema/experiment.schema.json', `${JSON.stringify(editorSchema(stageKinds), null, 2)}\n`],
  [`${docs}/README.md`, stageIndex(kinds)],
  ...kinds.map((kind) => [`${docs}/${kind.kind}.md`, stageDoc(kind)] as const),
]);

const present = existsSync(join(root, docs)) ? readdirSync(join(root, docs)) : [];
const extra = present.map((name) => `${docs}/${name}`).filter((path) => !wanted.has(path));
const stale = [...wanted].filter(([path, text]) => {
  const full = join(root, path);
  return !existsSync(full) || readFileSync(full, 'utf8') !== text;
});

if (process.argv.includes('--check')) {
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
