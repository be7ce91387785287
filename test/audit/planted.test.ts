import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { auditRun } from '../../src/audit/audit.ts';
import type { AuditReport } from '../../src/audit/types.ts';
import { CachePaths } from '../../src/engine/cache/paths.ts';
import { Records } from '../../src/engine/cache/records.ts';
import { readOutputs, readTasks } from '../../src/engine/record/runs.ts';
import { stageKinds } from '../../src/kinds.ts';
import { createEngineProject, type EngineProject, failuresOf, finished } from '../util/project.ts';
import { tinyNetwork, writeTinyCorpus } from '../util/tiny-corpus.ts';
import { cases, kfold, melOf, scores, speech, training } from './planted.ts';
import { stageFiles } from './stages.ts';

const test = suite('audit: planted leaks and clean look-alikes');

/** One cache for all cases: what they share is made once. */
const project: EngineProject = createEngineProject();
process.on('exit', () => project[Symbol.dispose]());
writeTinyCorpus(project);
project.write(stageFiles());
project.write({
  // Scales every band by its mean over all clips.
  'stages/scale.mjs': `
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
const [from, to] = process.argv.slice(2);
cpSync(from, to, { recursive: true });
const files = readdirSync(to + '/shards').map((name) => to + '/shards/' + name);
const start = (bytes) => 10 + bytes.readUInt16LE(8);
const tables = files.map((file) => { const bytes = readFileSync(file); return { file, bytes, at: start(bytes) }; });
let sum = 0, count = 0;
for (const { bytes, at } of tables) for (let i = at; i < bytes.length; i += 4) { sum += bytes.readFloatLE(i); count++; }
for (const { file, bytes, at } of tables) {
  for (let i = at; i < bytes.length; i += 4) bytes.writeFloatLE(bytes.readFloatLE(i) - sum / count, i);
  writeFileSync(file, bytes);
}
`,
});
writeTwice();

/** The tiny corpus with its first clip once more, as integers at half the level, by another speaker. */
function writeTwice(): void {
  const names = readdirSync(project.path('wav'));
  mkdirSync(project.path('twice'), { recursive: true });
  for (const name of names)
    copyFileSync(project.path(`wav/${name}`), project.path(`twice/${name}`));
  const [first = ''] = names;
  const float = readFileSync(project.path(`wav/${first}`));
  const frames = (float.length - 58) / 4;
  const bytes = Buffer.alloc(44 + 2 * frames);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 2 * frames, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8000, 24);
  bytes.writeUInt32LE(16_000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * frames, 40);
  for (let i = 0; i < frames; i++) {
    bytes.writeInt16LE(Math.round(16_384 * float.readFloatLE(58 + 4 * i)), 44 + 2 * i);
  }
  writeFileSync(project.path('twice/again.wav'), bytes);
  const labels = readFileSync(project.path('labels.csv'), 'utf8');
  project.write({ 'twice.csv': `${labels}again.wav,anger,s2,t1\n` });
}

async function audited(stages: readonly string[]): Promise<AuditReport> {
  project.write({
    'x.yaml': `name: x\nseed: 1\nstages:\n${stages.map((s) => `  ${s}\n`).join('')}`,
  });
  const done = finished(await project.run('x.yaml'));
  assert.equal(done.failures, [], 'the run is whole');
  return audit(done.folder);
}

function audit(folder: string): AuditReport {
  const paths = new CachePaths(project.cache);
  return auditRun(
    { id: 'test', tasks: readTasks(folder), outputs: readOutputs(folder) },
    { paths, records: new Records(paths), kinds: new Set(Object.keys(stageKinds)), gone: 'gone' },
  );
}

for (const [name, { stages, verdict, finding }] of Object.entries(cases)) {
  test(name, async () => {
    const report = await audited(stages);
    const seen = report.findings.map((f) => `${f.severity} ${f.address}: ${f.message}`).join('\n');
    assert.is(report.verdict, verdict, seen);
    if (finding === undefined) return;
    const [address, words] = finding;
    assert.ok(
      report.findings.some((one) => one.address === address && words.test(one.message)),
      `${address} ${words} is not in\n${seen}`,
    );
  });
}

test('a training of its own that gives a clip another label gets no number', async () => {
  project.write({
    'x.yaml': `name: x\nseed: 1\nstages:\n  ${training('train-relabelled').join('\n  ')}\n`,
  });
  const [failure] = failuresOf(await project.run('x.yaml'));
  assert.is(failure?.address, 'scores');
  assert.match(
    JSON.stringify(failure),
    /1-anger-1.* is calm by speaker s1 for the models, but anger/,
  );
});

test('the best of several sets is stamped', async () => {
  const weak = { ...tinyNetwork, controls: [], epochs: 1, learning_rate: 1e-6 };
  const poor = `poor: { uses: train-kfold, in: mel, with: ${JSON.stringify(weak)} }`;
  const both = 'scores: { uses: evaluate, in: { models: [model, poor] } }';
  const { sets, findings, verdict } = await audited([
    ...[speech, melOf('speech'), kfold('mel'), poor, both],
  ]);
  assert.is(verdict, 'clean');
  assert.equal(
    sets.map(({ sentence }) => sentence.includes(', best of 2')),
    [true, false],
  );
  const notes = findings.filter(({ message }) => message === 'is stamped "best of 2"');
  assert.equal(
    notes.map(({ severity, address }) => [severity, address]),
    [['note', sets[0]?.name]],
  );
});

test('bytes that changed after they were recorded', async () => {
  project.write({
    'x.yaml': `name: x\nseed: 1\nstages:\n  ${[speech, melOf('speech'), kfold('mel'), scores()].join('\n  ')}\n`,
  });
  const done = finished(await project.run('x.yaml'));
  const path = done.artifact('model', 'models')?.path('predictions.csv') ?? '';
  chmodSync(path, 0o644);
  writeFileSync(path, 'id\n');
  const report = audit(done.folder);
  assert.is(report.verdict, 'damaged');
  assert.match(report.findings[0]?.message ?? '', /predictions.csv/);
});

test.run();
