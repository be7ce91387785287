import { existsSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import type { Io } from '../../src/cli/io.ts';
import { openExperiment } from '../../src/cli/open-experiment.ts';
import type { TuneStatus } from '../../src/cli/tune/status-text.ts';
import { writeBest } from '../../src/cli/tune/write-best.ts';
import type { Json } from '../../src/util/json.ts';
import { createProject, type Project } from '../util/cli.ts';
import { tinyNetwork, writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('affekt tune');

interface Trial {
  readonly trial: number;
  readonly value: number;
}

const spec = `name: x
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv, columns: { text: text } } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
  model: { uses: train-kfold, in: mel, with: { architecture: logreg } }
  search:
    uses: tune
    in: { target: model }
    with: { trials: 4, inner_folds: 2, space: { model.c: { float: [1.0e-4, 10], log: true }, mel.n_mels: [4, 8] } }
  scores: { uses: evaluate, in: { models: search, corpus: speech } }
`;

test('status before, and after; the best spec is one that runs', async () => {
  using project = createProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': spec });
  const before = await project.affekt(['tune', 'status', 'x.yaml']);
  assert.is(before.code, 0, before.err);
  assert.match(before.out, 'search  has not begun');
  const early = await project.affekt(['tune', 'best', 'x.yaml', 'best.yaml', '--outer', '1']);
  assert.is(early.code, 2);
  assert.match(early.err, 'the search has not begun');

  const ran = await project.affekt(['run', 'x.yaml']);
  assert.is(ran.code, 0, ran.err);
  const status = await project.affekt(['tune', 'status', 'x.yaml']);
  assert.match(status.out, 'varies model: 12 of 12 trials have ended\n');
  assert.match(status.out, /outer fold 3 {2}4 complete/);
  const told = JSON.parse((await project.affekt(['tune', 'status', 'x.yaml', '--json'])).out);
  assert.is(told[0].ended.length, 12);

  const vague = await project.affekt(['tune', 'best', 'x.yaml', 'best.yaml']);
  assert.is(vague.code, 2);
  assert.match(vague.err, 'Say which: --outer 1.');
  const best = await project.affekt(['tune', 'best', 'x.yaml', 'sub.yaml', '--outer', '2']);
  assert.is(best.code, 0, best.err);
  const plan = await project.affekt(['plan', 'sub.yaml']);
  assert.is(plan.code, 0, plan.err + plan.out);
  assert.not.match(plan.out, 'search');
  const again = await project.affekt(['tune', 'best', 'x.yaml', 'sub.yaml', '--outer', '2']);
  assert.is(again.code, 2);
  assert.match(again.err, 'sub.yaml exists');
});

test('the best spec says all that its trial was made with, in the variant that is asked for', async () => {
  using project = createProject();
  writeTinyCorpus(project);
  const shared = spec.replace('trials: 4', 'trials: 2, selection: shared');
  const front = 'matrix: { front: { low: { mel.fmax: 3000 }, high: { mel.fmax: 4000 } } }\n';
  project.write({ 'x.yaml': shared.replace('models: search', 'models: "search[*]"') + front });
  const given = ['mel.hop_length=90', 'seed=5'];
  const ran = await project.affekt(['run', 'x.yaml', ...given]);
  assert.is(ran.code, 0, ran.err);

  const best = ['tune', 'best', 'x.yaml', 'best.yaml', ...given];
  const vague = await project.affekt(best);
  assert.is(vague.code, 2);
  assert.match(vague.err, "Say which: --stage 'search[front=low]'");
  const wrote = await project.affekt([...best, '--stage', 'search[front=high]']);
  assert.is(wrote.code, 0, wrote.err);
  const made = await project.affekt(['run', 'best.yaml']);
  assert.is(made.code, 0, made.err);
  const resolved = parse(project.read('runs/latest/resolved.yaml'));
  assert.is(resolved.seed, 5);
  assert.equal(Object.keys(resolved.stages), [
    'speech',
    'mel[front=high]',
    'model[front=high]',
    'scores',
  ]);
  const { hop_length, fmax, n_mels } = resolved.stages['mel[front=high]'].with;
  const status = await project.affekt(['tune', 'status', 'x.yaml', ...given, '--json']);
  const [, high] = JSON.parse(status.out);
  const [first] = high.ended.sort((a: Trial, b: Trial) => b.value - a.value || a.trial - b.trial);
  assert.equal(
    { hop_length, fmax, n_mels },
    { hop_length: 90, fmax: 4000, n_mels: first.set['mel.n_mels'] },
  );
  assert.is(resolved.stages['model[front=high]'].with.c, first.set['model.c']);
});

/** Writes a trial that set this, as if a search had made it. */
async function writeTrial(
  project: Project,
  argv: readonly [string, ...string[]],
  { file, address = 'search', set }: { file: string; address?: string; set: Record<string, Json> },
): Promise<string> {
  const io = { cwd: project.folder, env: {} };
  const opened = await openExperiment(io as unknown as Io, argv, {});
  assert.ok(opened.ok);
  const trial = { trial: 3, outer: null, state: 'complete', value: 0.5, set };
  const told = { address, target: 'model', searches: 1, ended: [trial] } as unknown as TuneStatus;
  const [spec, ...overrides] = argv;
  const given = { spec, overrides, file, outer: undefined, cwd: project.folder };
  try {
    await writeBest([told], { ...given, opened: opened.value });
  } catch (error) {
    assert.not.ok(existsSync(project.path(file)), 'nothing is left of what was refused');
    return (error as Error).message;
  }
  return '';
}

test('maps are replaced, and what a spec that extends another cannot say is refused', async () => {
  using project = createProject();
  const masked = { ema: 0.5, schedule: { kind: 'plateau', factor: 0.5 } };
  const network = JSON.stringify({ ...tinyNetwork, ...masked });
  project.write({ 'x.yaml': spec.replace('{ architecture: logreg }', network) });
  const right = { 'model.schedule': { kind: 'cosine' }, 'model.ema': 0.9 };
  assert.is(await writeTrial(project, ['x.yaml'], { file: 'map.yaml', set: right }), '');
  const { model } = parse(project.read('map.yaml')).stages;
  assert.equal(model.with, { schedule: { factor: null, kind: 'cosine' }, ema: 0.9 });
  // A null takes away what the spec says, and then the default holds.
  const refused = await writeTrial(project, ['x.yaml'], {
    file: 'null.yaml',
    set: { 'model.ema': null },
  });
  assert.match(refused, 'model.ema would be 0.99 instead of null');
});

test('a best spec elsewhere names the same files, and keeps overrides of vars', async () => {
  using project = createProject();
  const text = spec
    .replace('wav/*.wav', '../wav/*.wav')
    .replace('n_mels: 8', 'n_mels: "${vars.bands}"')
    .replace('stages:', 'vars: { bands: 8 }\nstages:');
  project.write({ 'sub/x.yaml': text });
  const argv = ['sub/x.yaml', 'speech.table=other.csv', 'vars.bands=6'] as const;
  const set = { 'model.c': 0.5 };
  const cwd = process.cwd();
  process.chdir(project.folder);
  try {
    assert.is(await writeTrial(project, [...argv], { file: 'best.yaml', set }), '');
  } finally {
    process.chdir(cwd);
  }
  const { stages, vars } = parse(project.read('best.yaml'));
  assert.equal(stages.speech, { with: { table: 'other.csv' } });
  assert.equal(vars, { bands: 6 });
});

test('where a matrix says what the search has set, or loses what is read, no best spec is written', async () => {
  using project = createProject();
  const axis = 'matrix: { size: { small: { model.c: 0.5 }, big: { model.c: 2 } } }\n';
  project.write({ 'x.yaml': spec.replace('models: search', 'models: "search[*]"') + axis });
  const chosen = { file: 'best.yaml', address: 'search[size=big]', set: { 'model.c': 1 } };
  assert.match(await writeTrial(project, ['x.yaml'], chosen), 'model.c would be 2 instead of 1');
  const other = spec.replace('models: search', 'models: "search[size=small]"');
  project.write({ 'y.yaml': other + axis });
  const lost = { ...chosen, set: { 'mel.n_mels': 4 } };
  assert.match(await writeTrial(project, ['y.yaml'], lost), 'scores would read nothing');
});

test('a search that takes longer than the configuration allows starts with --yes only', async () => {
  using project = createProject();
  writeTinyCorpus(project);
  project.write({
    'x.yaml': spec,
    'affekt.config.yaml': 'tune: { confirm_above_hours: 1.0e-9 }\n',
  });
  // Nothing tells yet how long a training takes.
  const first = await project.affekt(['run', 'x.yaml', '--only', 'model']);
  assert.is(first.code, 0, first.err);
  const longer = ['x.yaml', 'search.trials=6'];
  project.write({ 'x.yaml': spec.replace('models: search', 'models: [search, model]') });
  const cost = /search: .*about .* on \d+ jobs, [\d.]+ .?B\n/;
  assert.match((await project.affekt(['plan', ...longer])).out, cost);
  const refused = await project.affekt(['run', ...longer]);
  assert.match(refused.err, cost);
  assert.is(refused.code, 2, refused.out);
  assert.match(
    refused.err,
    /search takes about .*3 outer folds × 6 trials × 2 folds = 36 trainings/,
  );
  assert.match(refused.err, 'Add --yes to start it');
  const ran = await project.affekt(['run', ...longer, '--yes']);
  assert.is(ran.code, 0, ran.err);
  assert.is((await project.affekt(['run', ...longer])).code, 0, 'nothing is left to do');
});

test('a spec without a search, an action that is none', async () => {
  using project = createProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': spec.replace(/ {2}search:[\s\S]*$/, '') });
  const none = await project.affekt(['tune', 'status', 'x.yaml']);
  assert.is(none.code, 2);
  assert.match(none.err, 'x.yaml has no stage that searches');
  const odd = await project.affekt(['tune', 'stop', 'x.yaml']);
  assert.is(odd.code, 2);
  assert.match(odd.err, 'unknown action "stop"');
});

test.run();
