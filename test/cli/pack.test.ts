import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AuditReport } from '../../src/audit/types.ts';
import { unpack } from '../../src/download/unpack.ts';
import { sha256 } from '../../src/engine/digest.ts';
import { parseFiles } from '../../src/pack/files-table.ts';
import { createProject } from '../util/cli.ts';
import { smallSpec, writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('pack');

const spec = smallSpec();

test('a pack is audited without corpus, cache and project; a changed byte is named', async () => {
  using project = createProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': spec });
  assert.is((await project.affekt(['run', 'x.yaml'])).code, 0);
  const here = JSON.parse((await project.affekt(['audit', '--json'])).out) as AuditReport;

  const made = await project.affekt(['pack', '-o', 'a.zip', '--audio']);
  assert.is(made.code, 0, made.err);
  assert.match(made.out, /left out: 12 recordings, \d+ feature files?\npacked run/);
  assert.match(made.err, /the licence of .* does not let them be passed on/);
  const zoned = { env: { TZ: 'Asia/Tokyo' } };
  assert.is((await project.affekt(['pack', '-o', 'b.zip'], zoned)).code, 0);
  assert.ok(
    readFileSync(project.path('a.zip')).equals(readFileSync(project.path('b.zip'))),
    'the same run is the same zip, wherever',
  );

  const folder = project.path('unpacked');
  await unpack(project.path('a.zip'), folder, {
    wants: () => true,
    signal: new AbortController().signal,
  });
  // What sha256sum -c does.
  const sums = project.read('unpacked/SHA256SUMS').trimEnd().split('\n');
  for (const line of sums) {
    const [digest, path = ''] = line.split('  ');
    assert.is(sha256(readFileSync(`${folder}/${path}`)), digest, path);
  }
  const files = parseFiles(project.read('unpacked/files.csv'));
  const held = files.filter((file) => file.held !== '');
  for (const { digest, held: path } of held) {
    assert.is(sha256(readFileSync(`${folder}/${path}`)), digest, path);
  }
  assert.ok(held.some(({ path }) => path === 'stages/model/models/predictions.csv'));
  assert.ok(held.some(({ path }) => /^tasks\/model__split\/.*split\.csv$/.test(path)));
  assert.ok(held.some(({ path }) => path === 'stages/scores/evaluation/metrics.json'));
  assert.ok(!held.some(({ path }) => /\.(wav|npy)$/.test(path)), 'no sound, no features');
  assert.is(project.read('unpacked/corpora/speech.csv').split('\n').length, 14);
  assert.match(project.read('unpacked/README.txt'), /affekt audit small-.{4}\.zip/);
  assert.not.match(project.read('unpacked/run.json'), /"pid": [1-9]/);

  // Nothing but the pack is left.
  for (const name of ['cache', 'runs', 'wav']) {
    renameSync(project.path(name), project.path(`../${name}`));
  }
  for (const pack of ['a.zip', 'unpacked']) {
    const audit = await project.affekt(['audit', pack, '--json']);
    assert.is(audit.code, 0, audit.out + audit.err);
    const report = JSON.parse(audit.out) as AuditReport & { left_out: { sound: number } };
    assert.equal([report.verdict, report.sets], [here.verdict, here.sets], pack);
    assert.is(report.left_out.sound, 12);
  }
  const screen = await project.affekt(['audit', 'a.zip']);
  assert.match(screen.out, /not checked here, .* the bytes of 12 recordings, \d+ feature files?\./);

  appendFileSync(`${folder}/stages/model/models/predictions.csv`, '\n');
  const changed = await project.affekt(['audit', 'unpacked']);
  assert.is(changed.code, 3);
  assert.match(changed.out, /damaged +stages\/model\/models\/predictions\.csv/);
  rmSync(`${folder}/README.txt`);
  assert.match((await project.affekt(['audit', 'unpacked'])).out, /damaged +README\.txt is gone/);
});

test('recordings that may not be passed on are not packed in any other form either', async () => {
  using project = createProject();
  writeTinyCorpus(project);
  project.write({
    'stages/wave.ts': `
import { readFileSync, writeFileSync } from 'node:fs';
import { defineStage, formatCsv, readCorpus, Type } from 'affekt';
export default defineStage({
  kind: 'wave', version: 1, summary: 'The samples.', tier: 'inline', params: Type.Object({}),
  inputs: { corpus: { type: 'corpus', summary: 'in' } },
  outputs: { features: { type: 'features', summary: 'out' } },
  each: {
    over: 'corpus',
    items: (input) => readCorpus(input).utterances.map(({ audio }) => ({ digest: audio })),
    open: async () => (item, path) => ({ data: Float32Array.from(readFileSync(path).subarray(58)), columns: 1 }),
    combine(context, shards, rows) {
      const output = context.output('features');
      const { utterances } = readCorpus(context.input('corpus'));
      writeFileSync(output.path('features.json'), JSON.stringify({ format: 'affekt.features/1', kind: 'wave', params: {}, bands: 1, rate: null, frames_per_second: null }));
      writeFileSync(output.path('index.csv'), formatCsv(['id', 'shard', 'offset', 'frames'],
        utterances.map(({ id, audio }) => { const row = rows.get(audio); return [id, row.shard, row.offset, row.rows]; })));
      shards.forEach((shard, n) => output.link('shards/' + String(n).padStart(3, '0') + '.npy', shard.digest));
    },
  },
});
`,
    'x.yaml': `${spec}  wave: { uses: ./stages/wave.ts, in: { corpus: speech } }
  second: { uses: train-kfold, in: { features: wave, corpus: speech }, with: { architecture: logreg, controls: [] } }
  sink: { uses: evaluate, in: second }
  bundle: { uses: command, in: { speech: speech }, with: { run: [cp, -rL, "{inputs.speech}/audio", "{outputs.out}/all.bin"] } }
  again: { uses: command, in: { bundle: bundle }, with: { run: [cp, -rL, "{inputs.bundle}/.", "{outputs.out}"] } }
  list: { uses: command, in: { model: model }, with: { run: [cp, "{inputs.model}/predictions.csv", "{outputs.out}/kept.csv"] } }
`,
  });
  const ran = await project.affekt(['run', 'x.yaml']);
  assert.is(ran.code, 0, ran.err);
  const made = await project.affekt(['pack', '-o', 'a.zip', '--audio', '--features']);
  assert.is(made.code, 0, made.err);
  assert.match(made.err, /own code made of recordings that may not be passed on .* is left out/);
  const folder = project.path('unpacked');
  await unpack(project.path('a.zip'), folder, {
    wants: () => true,
    signal: new AbortController().signal,
  });
  const files = parseFiles(project.read('unpacked/files.csv'));
  const leftOf = (pattern: RegExp): readonly string[] => [
    ...new Set(files.filter(({ path }) => pattern.test(path)).map(({ left }) => left)),
  ];
  assert.equal(leftOf(/^stages\/speech\/.*audio/), ['sound']);
  assert.equal(leftOf(/^stages\/(bundle|again)\//), ['sound'], 'the same bytes');
  assert.equal(leftOf(/^stages\/wave\/features\/shards/), ['derived']);
  assert.equal(leftOf(/^stages\/wave\/features\/index/), ['']);
  assert.equal(leftOf(/^stages\/mel\/features\/shards/), [''], 'features were asked for');
  assert.equal(leftOf(/^stages\/list\//), [''], 'made of predictions alone');

  const recordings = project.list('wav').map((name) => readFileSync(project.path(`wav/${name}`)));
  for (const { held } of files) {
    if (held === '') continue;
    const bytes = readFileSync(`${folder}/${held}`);
    for (const sound of recordings) {
      assert.not.ok(bytes.includes(sound.subarray(58)), `${held} holds a recording`);
    }
  }
  assert.is((await project.affekt(['audit', 'a.zip'])).code, 0, 'tables and models are enough');
});

test('the lock file of a pack is of the run, whatever lies beside the spec now', async () => {
  using project = createProject();
  writeTinyCorpus(project);
  const [first = ''] = project.list('wav');
  mkdirSync(project.path('emodb'));
  copyFileSync(project.path(`wav/${first}`), project.path('emodb/03a01Fa.wav'));
  const added = await project.affekt(['data', 'add', 'emodb', 'emodb', '--unpinned']);
  assert.is(added.code, 0, added.err);
  project.write({
    'x.yaml':
      'name: x\nstages:\n  speech: { uses: fetch, with: { dataset: emodb } }\n  overview: { uses: analyze, in: speech }\n',
  });
  const ran = await project.affekt(['run', 'x.yaml']);
  assert.is(ran.code, 0, ran.err);
  const held = project.read('x.lock.yaml');
  assert.match(held, /emodb: [0-9a-f]{64}/);
  project.write({ 'x.lock.yaml': held.replace(/[0-9a-f]{64}/, '0'.repeat(64)) });
  assert.is((await project.affekt(['pack', '-o', 'a.zip'])).code, 0);
  await unpack(project.path('a.zip'), project.path('unpacked'), {
    wants: () => true,
    signal: new AbortController().signal,
  });
  assert.is(project.read('unpacked/x.lock.yaml'), held);
});

test('a damaged run folder is named by every command that relies on it', async () => {
  using project = createProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': spec });
  assert.is((await project.affekt(['run', 'x.yaml'])).code, 0);
  const [run = ''] = project.list('runs').filter((name) => /^\d/.test(name));
  const id = run.slice(-4);
  const metrics = `runs/${run}/stages/scores/evaluation/metrics.json`;
  const commands = (argument: string): readonly (readonly string[])[] => [
    ['audit', argument],
    ['pack', argument],
    ['diff', argument, argument],
    ['reproduce', argument],
  ];
  const cut = async (file: string, text: string, words: RegExp): Promise<void> => {
    const path = `runs/${run}/${file}`;
    const before = project.read(path);
    project.write({ [path]: text });
    for (const args of commands(id)) {
      const { code, err } = await project.affekt(args);
      assert.is(code, 2, `${args.join(' ')} with ${file}: ${err}`);
      assert.match(err, words);
    }
    project.write({ [path]: before });
  };
  await cut('run.json', '{"format', /is damaged: its run\.json is not JSON/);
  await cut('outputs.json', '{"a', /is not whole: outputs\.json of/);
  const tasks = project.read(`runs/${run}/tasks.ndjson`);
  await cut('tasks.ndjson', tasks.slice(0, tasks.length / 2), /is not whole: tasks\.ndjson of/);
  const outputs = project.read(`runs/${run}/outputs.json`);
  project.write({ [`runs/${run}/outputs.json`]: '{"a' });
  const page = await project.affekt(['report', id]);
  assert.match(page.err, /not on the page: outputs\.json cannot be read/);
  project.write({ [`runs/${run}/outputs.json`]: outputs });

  chmodSync(project.path(metrics), 0o644);
  const whole = project.read(metrics);
  writeFileSync(project.path(metrics), whole.slice(0, 300));
  assert.is((await project.affekt(['audit', id])).code, 3);
  for (const [args, words] of [
    [['diff', id, id], /metrics\.json: not JSON/],
    [['pack', id], /metrics\.json no longer has the bytes that were recorded/],
  ] as const) {
    const { code, err } = await project.affekt(args);
    assert.is(code, 2);
    assert.match(err, words);
  }
  rmSync(realpathSync(project.path(metrics)));
  assert.match((await project.affekt(['pack', id])).err, /metrics\.json is no longer in the cache/);
});

test('a pack takes the place of no other file', async () => {
  using project = createProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': spec });
  assert.is((await project.affekt(['run', 'x.yaml'])).code, 0);
  const { code, err } = await project.affekt(['pack', '-o', 'x.yaml']);
  assert.is(code, 2);
  assert.match(err, 'x.yaml is there, and is no zip file');
  assert.is(project.read('x.yaml'), spec);
});

test('what is no pack is said in one line', async () => {
  using project = createProject();
  project.write({ 'text.zip': 'no zip', 'folder/x': '' });
  project.write({ 'cut.zip': 'PK\u0003\u0004 and no end' });
  for (const [argument, words] of [
    ['text.zip', /neither a zip nor a tar/],
    ['cut.zip', /cut\.zip is damaged/],
    ['gone.zip', /there is no file gone\.zip/],
    ['folder', /folder is no run: it has no run\.json/],
  ] as const) {
    const { code, err } = await project.affekt(['audit', argument]);
    assert.is(code, 2, argument);
    assert.match(err, words);
    assert.not.match(err, /\n +at /, 'no stack');
  }
});

test.run();
