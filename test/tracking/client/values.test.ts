import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  checkKey,
  cutText,
  limits,
  type Metric,
  planBatches,
  toKey,
} from '../../../src/tracking/client/index.ts';
import { createRandom } from '../../../src/util/random.ts';
import { errorOf } from './results.ts';
import { createRig } from './rig.ts';

const test = suite('tracking client: values');

// What servers 3.17.2 and 2.22.5 take and refuse was tried on them.
for (const key of ['a', 'val/uar', 'a b', 'é', 'ж', '日', 'a.b-c_d:e', 'a/.b', 'x'.repeat(250)]) {
  test(`"${key.slice(0, 12)}" is a key`, () => assert.is(checkKey('key', key), undefined));
}
for (const key of [
  ...['', '.', '..', '../a', '/a', 'a/', 'a//b', 'a/./b', 'a/../b', '..a', 'x'.repeat(251)],
  ...['a@b', 'a#', 'a%', 'a(b)', 'a,b', 'a=b', 'a+b', 'a\\b', 'a\tb', 'a\nb', '🙂', 'e\u0301'],
  ...['a\ud800', 'a\0b'],
]) {
  test(`${JSON.stringify(key).slice(0, 20)} is none, and one is made of it`, () => {
    assert.is(checkKey('key', key)?.kind, 'invalid');
    assert.is(checkKey('key', toKey(key)), undefined, toKey(key));
  });
}

test('nothing that a server would misread is sent', async () => {
  await using rig = await createRig();
  const { runs, experiments, models } = rig.client();
  const run = { experimentId: '1', name: 'a', started: 1_700_000_000_000 };
  const point = { key: 'a', value: 1, timestamp: 1, step: 0 };
  const log = (metric: object) => runs.log('a', { metrics: [{ ...point, ...metric }] });
  const text = (value: unknown) => value as string;
  const cases: readonly (readonly [string, Promise<Parameters<typeof errorOf>[0]>])[] = [
    ['metrics[0].step', log({ step: 1.5 })],
    ['metrics[0].step', log({ step: Number.NaN })],
    ['metrics[0].step', log({ step: '3' })],
    ['metrics[0].step', log({ step: 2 ** 53 })],
    ['metrics[0].timestamp', log({ timestamp: 100.5 })],
    ['metrics[0].timestamp', log({ timestamp: -1 })],
    ['metrics[0].value', log({ value: '1' })],
    ['metrics[0].value', log({ value: null })],
    ['metrics[0].key', log({ key: 'a@b' })],
    ['params["a"]', runs.log('a', { params: { a: text(1) } })],
    ['params["a"]', runs.log('a', { params: { a: text(true) } })],
    ['params["a"]', runs.log('a', { params: { a: 'x'.repeat(6001) } })],
    ['params["a"]', runs.log('a', { params: { a: 'half \ud83d' } })],
    ['params key', runs.log('a', { params: { '': 'x' } })],
    ['tags["a"]', runs.log('a', { tags: { a: text(null) } })],
    ['tags["a"]', runs.setTag('a', 'a', 'x'.repeat(8001))],
    ['run id', runs.setTag('../a', 'a', 'x')],
    ['run id', runs.get('')],
    ['metrics', runs.logBatch('a', { metrics: Array(1001).fill(point) })],
    ['started', runs.create({ ...run, started: 1.5 })],
    ['started', runs.create({ ...run, started: Number.NaN })],
    ['experiment id', runs.create({ ...run, experimentId: text(1) })],
    ['run name', runs.create({ ...run, name: 'x'.repeat(251) })],
    ['run name', runs.create({ ...run, name: ' ' })],
    ['ended', runs.update('a', { ended: 0.5 })],
    ['identity', runs.ensure({ ...run, identity: { key: 'k', value: "it's" } })],
    ['experiment name', experiments.create({ name: 'x'.repeat(257) })],
    ['experiment name', experiments.ensure({ name: ' ' })],
    ['tags["a"]', experiments.setTag('1', 'a', 'x'.repeat(5001))],
    ['model name', models.create({ experimentId: '1', name: 'a/b' })],
    [
      'datasets[0].digest',
      runs.logInputs('a', [
        { dataset: { name: 'a', digest: 'x'.repeat(37), sourceType: 'local', source: '{}' } },
      ]),
    ],
  ];
  for (const [field, result] of cases) {
    const error = errorOf(await result);
    assert.equal([error.kind, error.retry, error.field], ['invalid', 'never', field]);
  }
  assert.is(rig.seen.length, 0);
});

test('lengths are counted as Python counts them', async () => {
  await using rig = await createRig();
  const value = '🙂'.repeat(limits.paramValue);
  const kind = async (text: string) =>
    errorOf(await rig.client().runs.log('a', { params: { a: text } })).kind;
  assert.is(await kind(value), 'not-found', 'it was sent');
  assert.is(await kind(`${value}x`), 'invalid');
  assert.is(cutText(value, limits.paramValue), value);
  assert.is([...cutText(`${value}x`, limits.paramValue)].length, limits.paramValue);
  assert.ok(cutText(`${value}x`, limits.paramValue).endsWith('🙂…'));
});

test('any amount becomes batches within the limits that hold everything once', () => {
  const random = createRandom(7);
  const whole = (below: number) => Math.floor(random.next() * below);
  for (let round = 0; round < 40; round++) {
    const metrics: Metric[] = Array.from({ length: whole(6000) }, () => ({
      key: `m/${whole(round * 20 + 1)}`,
      value: whole(9) === 0 ? Number.NaN : whole(3),
      timestamp: whole(3),
      step: whole(50),
    }));
    const pairs = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, `${n}`]));
    const [params, tags] = [pairs(whole(350)), pairs(whole(350))];
    const batches = planBatches({ metrics, params, tags });

    const size = (record: object) => Object.keys(record).length;
    for (const batch of batches) {
      assert.ok(batch.metrics.length <= 1000);
      assert.ok(new Set(batch.metrics.map(({ key }) => key)).size <= 100);
      assert.ok(size(batch.params) <= 100 && size(batch.tags) <= 100);
      const kinds = [batch.metrics.length, size(batch.params), size(batch.tags)];
      assert.is(kinds.filter((count) => count > 0).length, 1, 'one kind in each');
      const gaps = batch.metrics.filter(({ value }) => Number.isNaN(value)).length;
      assert.ok(gaps === 0 || gaps === batch.metrics.length, 'NaN by itself');
    }
    const point = ({ key, value, timestamp, step }: Metric) =>
      `${key} ${value} ${timestamp} ${step}`;
    const sent = batches.flatMap((batch) => batch.metrics.map(point));
    assert.is(sent.length, new Set(sent).size, 'each point once');
    assert.equal(new Set(sent), new Set(metrics.map(point)));
    assert.equal(Object.assign({}, ...batches.map((batch) => batch.params)), params);
    assert.equal(Object.assign({}, ...batches.map((batch) => batch.tags)), tags);
  }
});

test('ten thousand points of 250 curves, in the order of training, are ten requests', () => {
  const metrics = Array.from({ length: 10_000 }, (_, n) => ({
    key: `m/${n % 250}`,
    value: n,
    timestamp: n,
    step: Math.floor(n / 250),
  }));
  assert.is(planBatches({ metrics }).length, 10);
});

test('keys that are words of JavaScript are keys', () => {
  const [batch] = planBatches({ params: Object.fromEntries([['__proto__', 'a']]) });
  assert.equal(Object.entries(batch?.params ?? {}), [['__proto__', 'a']]);
});

test.run();
