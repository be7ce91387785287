import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { errorOf, unwrap } from './results.ts';
import { createRig, type Fault, type Rig } from './rig.ts';

const test = suite('tracking client: nothing lost, nothing doubled');

const wanted = {
  experimentId: '1',
  name: 'trial-1',
  started: 1_700_000_000_000,
  tags: { level: 'trial' },
  identity: { key: 'affekt.run_uid', value: 'u1' },
};

const active = (rig: Rig) =>
  [...rig.store.runs.values()].filter(({ lifecycle }) => lifecycle === 'active');

const lost: Readonly<Record<string, Fault>> = {
  'the connection goes before the server looks': { cut: 'before' },
  'the answer is lost': { cut: 'after' },
  'half the answer is lost': { cut: 'within' },
  'the answer is a 503 of a proxy': { status: 503 },
  'the answer is a 500': { status: 500, body: '<!doctype html><title>500</title>' },
  'the server forgets': { forget: true },
};

for (const [name, fault] of Object.entries(lost)) {
  test(`making a run, ${name}: one run`, async () => {
    await using rig = await createRig();
    const client = rig.client();
    rig.fail('runs/create', fault);
    const run = unwrap(await client.runs.ensure(wanted));
    assert.equal(
      active(rig).map(({ id }) => id),
      [run.id],
    );
    assert.is(run.tags['affekt.run_uid'], 'u1');
    assert.is(unwrap(await client.runs.ensure(wanted)).id, run.id, 'and it is found again');
  });

  test(`logging points, ${name}: each once`, async () => {
    await using rig = await createRig();
    const client = rig.client();
    const { id } = unwrap(await client.runs.create(wanted));
    const metrics = Array.from({ length: 1100 }, (_, n) => ({
      key: `m/${n % 103}`,
      value: n % 400 === 7 ? Number.NaN : n / 3,
      timestamp: 1_700_000_000_000 + n,
      step: n,
    }));
    rig.fail('log-batch', fault);
    const values = { metrics, params: { a: '1' }, tags: { b: 'x' } };
    unwrap(await client.runs.log(id, values));
    if ('forget' in fault) {
      // 200 is no proof. What is missing is seen, and sent.
      const missing = unwrap(await client.runs.missing(id, values));
      assert.equal(missing.params, { a: '1' });
      unwrap(await client.runs.log(id, missing));
    }
    assert.is(rig.store.runs.get(id)?.points.size, metrics.length);
    assert.equal(unwrap(await client.runs.missing(id, values)), {
      metrics: [],
      params: {},
      tags: {},
    });
  });
}

test('a plain create is not repeated when its answer is lost, and says so', async () => {
  await using rig = await createRig();
  rig.fail('runs/create', { cut: 'after' });
  const error = errorOf(await rig.client().runs.create(wanted));
  assert.equal([error.kind, error.ambiguous], ['network', true]);
  assert.is(rig.store.runs.size, 1);
});

test('a run that the server made late, beside the one in use, is deleted; a used one never', async () => {
  await using rig = await createRig();
  const client = rig.client();
  // The first try is lost to us; it becomes visible only after the second was made.
  rig.fail('runs/create', { cut: 'after' });
  rig.fail('runs/search', { forget: true }, { forget: true });
  const run = unwrap(await client.runs.ensure(wanted));
  assert.is(rig.store.runs.size, 2);
  assert.equal(
    active(rig).map(({ id }) => id),
    [run.id],
  );
});

test('of two runs with the tag the one that holds something is used', async () => {
  await using rig = await createRig();
  const client = rig.client();
  const tags = { 'affekt.run_uid': 'u1' };
  unwrap(await client.runs.create({ ...wanted, tags }));
  const used = unwrap(await client.runs.create({ ...wanted, tags }));
  unwrap(await client.runs.log(used.id, { params: { a: '1' } }));
  assert.is(unwrap(await client.runs.ensure(wanted)).id, used.id);
  assert.is(active(rig).length, 2, 'it was not us who made two');
});

test('a run that was deleted on the server stays deleted', async () => {
  await using rig = await createRig();
  const client = rig.client();
  const { id } = unwrap(await client.runs.ensure(wanted));
  unwrap(await client.runs.delete(id));
  const again = unwrap(await client.runs.ensure(wanted));
  assert.equal([again.id, again.lifecycle], [id, 'deleted']);
});

test('MLflow 2 refuses NaN a second time: counted as there, and the rest arrives', async () => {
  await using rig = await createRig({ mlflow2: true });
  const client = rig.client();
  const { id } = unwrap(await client.runs.create(wanted));
  const point = (n: number) => ({ key: 'loss', value: Number.NaN, timestamp: n, step: n });
  unwrap(await client.runs.log(id, { metrics: [point(1), point(2)] }));
  unwrap(await client.runs.log(id, { metrics: [0, 1, 2, 3, 4].map(point) }));
  assert.is(rig.store.runs.get(id)?.points.size, 5);
});

test('an answer of 200 that does not hold what was sent is no success', async () => {
  await using rig = await createRig();
  const client = rig.client({ retry: { attempts: 1 } });
  rig.fail('runs/create', { forget: true });
  assert.is(errorOf(await client.runs.create(wanted)).kind, 'answer');
  const info = { run_id: 'abc', start_time: wanted.started };
  const misread = [
    { info: { ...info, start_time: 0 }, data: { tags: [{ key: 'level', value: 'trial' }] } },
    { info, data: {} },
  ];
  for (const run of misread) {
    rig.fail('runs/create', { status: 200, body: JSON.stringify({ run }) });
    assert.is(errorOf(await client.runs.create(wanted)).kind, 'answer', 'no start, no tags');
  }
  const { id } = unwrap(await client.runs.create(wanted));
  rig.fail('runs/update', { forget: true });
  const done = { status: 'FINISHED', ended: 1_700_000_001_000 } as const;
  assert.is(errorOf(await client.runs.update(id, done)).kind, 'answer');
  unwrap(await client.runs.update(id, done));
  const run = unwrap(await client.runs.get(id));
  assert.equal([run.status, run.ended], ['FINISHED', 1_700_000_001_000]);
});

test('infinity is stored as the largest double, and not missing', async () => {
  await using rig = await createRig();
  const client = rig.client();
  const { id } = unwrap(await client.runs.create(wanted));
  const point = (value: number, step: number) => ({ key: 'm', value, timestamp: 1, step });
  const stored = [point(Number.MAX_VALUE, 0), point(-Number.MAX_VALUE, 1)];
  unwrap(await client.runs.log(id, { metrics: stored }));
  const metrics = [point(Number.POSITIVE_INFINITY, 0), point(Number.NEGATIVE_INFINITY, 1)];
  assert.equal(unwrap(await client.runs.missing(id, { metrics })).metrics, []);
});

test('a param with another value is a conflict, and costs no metric', async () => {
  await using rig = await createRig();
  const client = rig.client();
  const { id } = unwrap(await client.runs.create(wanted));
  unwrap(await client.runs.log(id, { params: { a: '1' } }));
  const metrics = [{ key: 'm', value: 1, timestamp: 1, step: 0 }];
  const error = errorOf(await client.runs.log(id, { params: { a: '2' } }));
  assert.equal([error.kind, error.retry], ['conflict', 'never']);
  unwrap(await client.runs.log(id, { metrics }));
  assert.is(rig.store.runs.get(id)?.points.size, 1);
});

test('an experiment is made once, found again, and not revived unasked', async () => {
  await using rig = await createRig();
  const client = rig.client();
  rig.fail('experiments/create', { cut: 'after' });
  const { id } = unwrap(await client.experiments.ensure({ name: 'emodb' }));
  assert.is(unwrap(await client.experiments.ensure({ name: 'emodb' })).id, id);
  assert.is(rig.store.experiments.size, 1);

  const stored = rig.store.experiments.get(id);
  if (stored !== undefined) stored.lifecycle = 'deleted';
  const error = errorOf(await client.experiments.ensure({ name: 'emodb' }));
  assert.equal([error.kind, error.retry], ['exists', 'setup']);
  const restored = unwrap(await client.experiments.ensure({ name: 'emodb', restore: true }));
  assert.equal([restored.id, restored.lifecycle], [id, 'active']);
});

test('a tag that is gone is gone, also when the first answer was lost', async () => {
  await using rig = await createRig();
  const client = rig.client();
  const { id } = unwrap(await client.runs.create(wanted));
  rig.fail('delete-tag', { cut: 'after' });
  unwrap(await client.runs.deleteTag(id, 'level'));
});

test.run();
