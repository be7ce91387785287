import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Metrics } from '../../../src/artifacts/metrics.ts';
import { numberWithProtocol } from '../../../src/artifacts/stated-number.ts';
import type { Operation } from '../../../src/tracking/layout/operations.ts';
import { operationId } from '../../../src/tracking/sync/cursor.ts';
import { parseCsv } from '../../../src/util/csv.ts';
import { createEngineProject } from '../../util/project.ts';
import { freshCopy } from './rig.ts';
import { layoutOf, runTiny } from './tiny-run.ts';

const test = suite('layout of a run on a server');

/** One run for all tests. */
const project = createEngineProject();
process.on('exit', () => project[Symbol.dispose]());
const made = await runTiny(project);

const all = <T extends Operation['type']>(operations: readonly Operation[], type: T) =>
  operations.filter((one): one is Extract<Operation, { type: T }> => one.type === type);

test('a run from the cache looks like the one that made it', async () => {
  const found = await runTiny(project);
  assert.ok(made.ran > 10, `${made.ran} tasks ran`);
  assert.is(found.ran, 0, 'all is cached');
  const plain = ({ folder, info }: typeof made): readonly Operation[] => {
    const operations = layoutOf(project, folder);
    const root = all(operations, 'run')[0]?.run ?? '';
    // Its own id and times: start, end, and the stamps of the views.
    const times = [Date.parse(info.started), Date.parse(info.ended ?? '')].map(String);
    const text = times.reduce((so, time) => so.replaceAll(time, '0'), JSON.stringify(operations));
    const plainText = text
      .replaceAll(folder, 'folder')
      .replaceAll(root, 'root')
      .replaceAll(`"affekt.run":"${info.id}"`, '"affekt.run":""')
      .replaceAll(`tiny-${info.id}`, 'tiny');
    return JSON.parse(plainText);
  };
  assert.equal(plain(found), plain(made));
});

test('levels, params, numbers and curves are those of the artifacts', async () => {
  const { folder, info } = made;
  const operations = layoutOf(project, folder);
  const runs = all(operations, 'run');
  const levels = runs.map(({ tags }) => tags['affekt.level']);
  assert.equal(levels.filter((level) => level === 'sweep').length, 1);
  assert.equal(levels.filter((level) => level === 'trial').length, 2);
  assert.equal(levels.filter((level) => level === 'fold').length, 6);
  assert.is(runs[0]?.name, `tiny-${info.id}`);
  assert.is(runs[0]?.tags['affekt.tag.team'], 'speech');

  const trial = runs.find(({ name }) => name === 'batch_size 6');
  const params = all(operations, 'params').find(({ run }) => run === trial?.run)?.params;
  assert.is(params?.['net.batch_size'], '6');
  assert.is(params?.['mel.n_mels'], '8');
  assert.not.ok(
    'net.batch_size' in (all(operations, 'params')[0]?.params ?? {}),
    'no common param',
  );

  const metrics: Metrics = JSON.parse(
    readFileSync(join(folder, 'stages/scores/evaluation/metrics.json'), 'utf8'),
  );
  const set = metrics.sets.find(({ variant }) => variant['net.batch_size'] === 6);
  const points = all(operations, 'metrics')
    .filter(({ run }) => run === trial?.run)
    .flatMap((one) => one.metrics);
  const value = (key: string) => points.find((point) => point.key === key)?.value;
  assert.is(value('test/uar'), set?.values['uar']?.value);
  assert.is(value('test/uar_low'), set?.values['uar']?.these_speakers?.low);
  assert.is(points.filter(({ key }) => key === 'folds/uar_by_fold').length, 3);
  const sweep = all(operations, 'metrics').filter(({ run }) => run === runs[0]?.run);
  assert.equal(sweep, [], 'a parent shows no number of one of its variants');

  const note = all(operations, 'tags').find(
    ({ run, tags }) => run === runs[0]?.run && 'mlflow.note.content' in tags,
  )?.tags['mlflow.note.content'];
  const best = metrics.rankings[0]?.best?.set ?? '';
  const winner = metrics.sets.find(({ name }) => name === best);
  const most = Math.max(...metrics.sets.map(({ values }) => values['uar']?.value ?? 0));
  assert.is(winner?.values['uar']?.value, most);
  assert.ok(note?.startsWith(`${best}: ${winner?.protocol.sentence}, best of 2`), note);

  const fold = runs.find(
    ({ tags }) => tags['affekt.address'] === 'net[net.batch_size=6,fold=2,seed=1]',
  );
  const [, ...history] = readFileSync(
    join(folder, 'stages/net[net.batch_size=6]/models/fold-2-seed-1/history.csv'),
    'utf8',
  )
    .trim()
    .split('\n')
    .map((row) => row.split(','));
  const losses = all(operations, 'metrics')
    .filter(({ run }) => run === fold?.run)
    .flatMap((one) => one.metrics.filter(({ key }) => key === 'train/loss'));
  assert.equal(
    losses.map(({ step, value: loss }) => [step, loss]),
    history.map((row) => [Number(row[0]), Number(row[3])]),
  );
  assert.equal(
    losses.map(({ timestamp, step }) => timestamp - step),
    losses.map(() => fold?.started),
    'time = start of the training + epoch',
  );
});

test('with enrolment a fold has the numbers of its own training, in all of its draws', async () => {
  using enrolled = createEngineProject();
  const { folder } = await runTiny(enrolled, {
    train: { seeds: 2, enrolment: { clips: 2, draws: 3 } },
    score: { metric: 'accuracy' },
  });
  const operations = layoutOf(enrolled, folder);
  const address = 'net[net.batch_size=6,fold=2,seed=2]';
  const fold = all(operations, 'run').find(({ tags }) => tags['affekt.address'] === address);
  const points = all(operations, 'metrics').flatMap(({ run, metrics }) =>
    metrics.map((point) => ({ run, ...point })),
  );
  const file = join(folder, 'stages/net[net.batch_size=6]/models/predictions.csv');
  const { header, rows } = parseCsv(readFileSync(file, 'utf8'));
  const cell = (row: readonly string[], column: string) => row[header.indexOf(column)];
  // The second training scores draws 1 to 3 under the seeds 4 to 6.
  const own = rows.filter(
    (row) => cell(row, 'fold') === '2' && ['4', '5', '6'].includes(cell(row, 'seed') ?? ''),
  );
  const right = own.filter((row) => cell(row, 'label') === cell(row, 'predicted'));
  const value = points.find(({ run, key }) => run === fold?.run && key === 'test/accuracy')?.value;
  assert.is(value, right.length / own.length);

  // Nothing of them may stand alone, and yet the number beside a sentence is the sentence's.
  const metrics: Metrics = JSON.parse(
    readFileSync(join(folder, 'stages/scores/evaluation/metrics.json'), 'utf8'),
  );
  assert.is(metrics.headline, null);
  const set = metrics.sets[0];
  assert.ok(set);
  assert.equal(set.n.draws, 3);
  const stated = numberWithProtocol(set, metrics);
  assert.is(stated.metric, 'accuracy');
  assert.is(stated.plain, set.controls['plain']?.['accuracy']);
  assert.match(stated.sentence, /^accuracy .*, 2 seeds × 3 draws, .*enrolled \(k=2\)/);
});

test('parents come first, ends last, and nothing is told of a run before it is made', async () => {
  const { folder } = made;
  const operations = layoutOf(project, folder);
  const known = new Set<string>();
  const ended = new Set<string>();
  for (const operation of operations) {
    if (operation.type === 'experiment') continue;
    if (operation.type === 'run') {
      assert.ok(operation.parent === undefined || known.has(operation.parent), operation.name);
      assert.not.ok(known.has(operation.run), `${operation.name} is made once`);
      known.add(operation.run);
    }
    assert.ok(known.has(operation.run));
    assert.not.ok(ended.has(operation.run), `${operation.type} after the end`);
    if (operation.type === 'end') ended.add(operation.run);
  }
  assert.equal(ended, known, 'every run ends');
  assert.is(operations.at(-1)?.type, 'end');
});

test('a look at half a run gives a part of what the whole gives', async () => {
  const folder = freshCopy(made.folder, project.path('copy/run'));
  const whole = new Set(layoutOf(project, folder).map(operationId));
  const path = join(folder, 'tasks.ndjson');
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const info = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
  writeFileSync(
    join(folder, 'run.json'),
    JSON.stringify({ ...info, state: 'running', ended: null }),
  );
  const sizes: number[] = [];
  for (const share of [0.4, 0.7, 0.9]) {
    writeFileSync(path, `${lines.slice(0, lines.length * share).join('\n')}\n{"torn`);
    const part = layoutOf(project, folder).map(operationId);
    sizes.push(part.length);
    assert.equal(
      part.filter((id) => !whole.has(id)),
      [],
      `at ${share}`,
    );
  }
  assert.ok(
    sizes.every((size, n) => size > 0 && size > (sizes[n - 1] ?? 0)),
    String(sizes),
  );
});

test.run();
