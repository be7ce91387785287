import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('import direction');

const src = resolve(import.meta.dirname, '../src');

/** What a folder of src may import beside itself: folders, or single files. `*` is everything. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  cli: ['*'],
  util: [],
  engine: ['util'],
  artifacts: [
    'util',
    'engine/artifact.ts',
    'engine/digest.ts',
    'engine/result.ts',
    'engine/stage.ts',
    // The type of what an analysis holds.
    'stats/smallest-difference.ts',
    // The range of each metric, for the validator of evaluations.
    'stats/metrics/index.ts',
  ],
  // A resampler is a filter: it needs a transform and a window.
  audio: ['util', 'dsp', 'engine/digest.ts', 'engine/result.ts', 'engine/stage.ts'],
  // Voice numbers are percentiles of tracks.
  dsp: ['util', 'stats/quantile.ts', 'engine/digest.ts', 'engine/stage.ts'],
  // Training crops are warped, masked and mixed by kernels.
  model: ['util', 'dsp/augment', 'engine/digest.ts', 'engine/result.ts', 'engine/stage.ts'],
  stats: ['util', 'engine/digest.ts', 'engine/stage.ts'],
  // Rules for pruning are percentiles.
  search: ['util', 'stats/quantile.ts'],
  splits: ['util', 'engine/digest.ts', 'engine/stage.ts'],
  corpora: ['util', 'audio', 'dsp', 'engine/digest.ts', 'engine/result.ts', 'engine/stage.ts'],
  // Which corpus lies where, and what its recordings are called.
  download: ['util', 'corpora'],
  stages: [
    'util',
    'artifacts',
    'corpora',
    'audio',
    'dsp',
    'model',
    'search',
    'stats',
    'splits',
    'engine/stage.ts',
    'engine/artifact.ts',
    'engine/address.ts',
    'engine/digest.ts',
    'engine/result.ts',
    // A program that was stopped or timed out is told apart from one that failed.
    'engine/execute/task-failure.ts',
  ],
  executors: ['util', 'engine', 'artifacts', 'kinds.ts'],
  // The page of a search draws its space.
  report: [
    'util',
    'artifacts',
    'stats',
    'engine',
    'diff/types.ts',
    'diff/why-apart.ts',
    'search/index.ts',
  ],
  // Two recorded evaluations, compared as `evaluate` compares two sets.
  diff: ['util', 'artifacts', 'engine', 'stats', 'stages/evaluate', 'model/argmax.ts'],
  // Records of the engine, read with the readers of what they name.
  audit: ['util', 'artifacts', 'engine', 'model/safetensors.ts'],
  // A run with what it is made of, for readers without the cache.
  pack: ['util', 'artifacts', 'corpora', 'engine', 'audit/recorded.ts'],
  tracking: ['util', 'artifacts', 'stats', 'engine', 'report'],
  'kinds.ts': ['stages', 'engine/stage.ts'],
  'index.ts': [
    'artifacts',
    'audio/audio.ts',
    'audio/decode.ts',
    'audio/decoders.ts',
    'dsp/index.ts',
    'engine/result.ts',
    'util',
    'search/index.ts',
    'stages/own-training/training.ts',
    'engine/stage.ts',
    'engine/artifact.ts',
  ],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Every import between two files of src, static, dynamic or of types, as paths below src. */
function imports(): readonly Import[] {
  const found: Import[] = [];
  for (const name of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const text = readFileSync(join(src, name), 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, '');
    for (const [, path = ''] of text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"](\.[^'"]*)['"]/g)) {
      found.push({ from: name, to: relative(src, resolve(src, dirname(name), path)) });
    }
  }
  return found;
}

const top = (path: string): string => path.split('/')[0] ?? '';

function isAllowed({ from, to }: Import): boolean {
  const folder = top(from);
  if (folder === top(to)) return true;
  return (allowed[folder] ?? []).some(
    (rule) => rule === '*' || rule === to || to.startsWith(`${rule}/`),
  );
}

test('the parser of imports sees what there is', () => {
  const all = imports();
  const has = (from: string, to: string) => all.some((one) => one.from === from && one.to === to);
  assert.ok(all.length > 300, `${all.length} imports`);
  assert.ok(has('kinds.ts', 'stages/command.ts'));
  assert.ok(has('stages/command.ts', 'stages/command/run-command.ts'), 'a dynamic import');
  assert.ok(has('engine/artifact.ts', 'engine/digest.ts'), 'a type');
});

test('a breach is seen as one', () => {
  assert.not.ok(isAllowed({ from: 'engine/plan/walk.ts', to: 'stages/command.ts' }));
  assert.not.ok(isAllowed({ from: 'engine/engine.ts', to: 'artifacts/index.ts' }));
  assert.not.ok(isAllowed({ from: 'stages/melspec.ts', to: 'engine/cache/cache.ts' }));
  assert.not.ok(isAllowed({ from: 'dsp/fft.ts', to: 'audio/wav.ts' }));
  assert.not.ok(isAllowed({ from: 'report/page.ts', to: 'cli/main.ts' }));
  assert.not.ok(isAllowed({ from: 'new/a.ts', to: 'util/json.ts' }), 'a folder without a rule');
});

test('every import goes the way that the design allows', () => {
  const wrong = imports().filter((one) => !isAllowed(one));
  assert.equal(wrong.map(({ from, to }) => `${from} imports ${to}`).sort(), []);
});

test('the tracking client stands on its own', () => {
  const client = 'tracking/client/';
  const out = imports().filter(({ from, to }) => from.startsWith(client) && !to.startsWith(client));
  assert.equal(out, []);
});

/** Files and packages that are loaded before the first line of `entry` runs. */
function loadedWith(entry: string): ReadonlySet<string> {
  const loaded = new Set([entry]);
  for (const file of loaded) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(join(src, file), 'utf8');
    for (const [, path = ''] of text.matchAll(
      /^(?:import|export)\s(?!type\b)[^;]*?from\s+'([^']+)'/gm,
    )) {
      loaded.add(path.startsWith('.') ? relative(src, resolve(src, dirname(file), path)) : path);
    }
  }
  return loaded;
}

test('a run with nothing to do loads no parser of YAML', () => {
  assert.ok(loadedWith('engine/spec/read-spec.ts').has('yaml'), 'what parses does');
  assert.not.ok(loadedWith('cli/commands/run.ts').has('yaml'));
});

test('every folder of src has a rule', () => {
  const folders = readdirSync(src, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.name.endsWith('.ts'))
    .map(({ name }) => name);
  assert.equal(folders.filter((name) => allowed[name] === undefined).sort(), []);
});

test.run();
