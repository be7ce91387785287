import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { features, openFeatures } from '../../src/artifacts/features.ts';
import { bandAxisOf, decibelOf } from '../../src/artifacts/mel-definition.ts';
import { delta as differentiate } from '../../src/dsp/cepstrum/delta.ts';
import { createMfcc } from '../../src/dsp/cepstrum/mfcc.ts';
import type { Artifact } from '../../src/engine/artifact.ts';
import { validateParams } from '../../src/engine/spec/validate.ts';
import { type StageKind, TaskError } from '../../src/engine/stage.ts';
import { delta } from '../../src/stages/delta.ts';
import { mfcc } from '../../src/stages/mfcc.ts';
import type { JsonObject } from '../../src/util/json.ts';
import { npyHeader } from '../../src/util/npy.ts';
import { createRandom } from '../../src/util/random.ts';
import { runStage, Store } from '../util/stage-context.ts';

const test = suite('mfcc and delta');

const bands = 6;
const random = createRandom(5);
const values = Float32Array.from({ length: 20 * bands }, () => random.normal());

function shard(from: number, to: number): Buffer {
  const part = values.slice(from * bands, to * bands);
  return Buffer.concat([npyHeader(to - from, bands), Buffer.from(part.buffer)]);
}

const definition = {
  ...{ format: 'affekt.features/1', kind: 'melspec', bands, rate: 16000, frames_per_second: 62.5 },
  params: { fmin: 50, fmax: 8000, htk: false, power: 2, scale: 'db' },
};

/** c and d share their rows; a lies in another shard than the rest; b begins after a row of nobody. */
function melOf(store: Store, change: object = {}, more: Readonly<Record<string, string>> = {}) {
  return store.artifact('features', {
    'features.json': JSON.stringify({ ...definition, ...change }),
    'index.csv': 'id,shard,offset,frames\na,1,0,12\nb,0,1,3\nc,0,4,4\nd,0,4,4\n',
    'shards/000.npy': shard(0, 8),
    'shards/001.npy': shard(8, 20),
    ...more,
  });
}

const rowsOf: Readonly<Record<string, Float32Array>> = {
  a: values.slice(8 * bands, 20 * bands),
  b: values.slice(1 * bands, 4 * bands),
  c: values.slice(4 * bands, 8 * bands),
  d: values.slice(4 * bands, 8 * bands),
};

async function run(store: Store, kind: StageKind, input: Artifact, params: JsonObject) {
  assert.equal(validateParams(kind.params, params), []);
  const done = await runStage(store, kind, {
    params,
    inputs: { features: input },
    types: [features],
  });
  const ids = done.consumed.flatMap((one) => (one.role === 'apply' ? one.ids : ['?'])).sort();
  assert.equal(ids, ['a', 'b', 'c', 'd']);
  return openFeatures(store.open(done.outputs['features'] as Artifact));
}

async function refusal(kind: StageKind, input: (store: Store) => Artifact, params: JsonObject) {
  const store = new Store();
  try {
    await run(store, kind, input(store), params);
  } catch (error) {
    if (error instanceof TaskError) return error.message;
    throw error;
  }
  throw new Error('no error');
}

test('mfcc transforms every frame and remembers the spectrogram', async () => {
  const store = new Store();
  const made = await run(store, mfcc, melOf(store), { n_mfcc: 3, lifter: 5 });
  assert.equal(made.definition, {
    ...{ format: 'affekt.features/1', kind: 'mfcc', params: { n_mfcc: 3, lifter: 5 }, bands: 3 },
    ...{ rate: 16000, frames_per_second: 62.5, of: definition },
  });
  const transform = createMfcc(bands, { count: 3, lifter: 5 });
  for (const [id, { data, frames }] of made.load('apply', ['a', 'b', 'c', 'd'])) {
    const own = rowsOf[id] ?? new Float32Array(0);
    assert.equal(data, transform({ data: own, frames, bands }).data, id);
  }
  // Coefficients lie nowhere in Hz and are no loudness.
  assert.is(bandAxisOf(made.definition), null);
  assert.is(decibelOf(made.definition), null);
});

test('delta puts derivatives into channels, or into bands: the same numbers', async () => {
  const store = new Store();
  const params = { width: 3, order: 2 };
  const channels = await run(store, delta, melOf(store), params);
  assert.equal([channels.channels, channels.bands], [3, bands]);
  const joined = await run(store, delta, melOf(store), { ...params, stack: 'bands' });
  assert.equal([joined.channels, joined.bands], [1, 3 * bands]);
  const ids = ['a', 'b', 'c', 'd'];
  const others = joined.load('apply', ids);
  for (const [id, { data, frames }] of channels.load('apply', ids)) {
    assert.equal(data, others.get(id)?.data);
    const own = { data: rowsOf[id] ?? new Float32Array(0), frames, bands };
    const slope = differentiate(own, { width: 3, order: 1, mode: 'interp' });
    const bend = differentiate(own, { width: 3, order: 2, mode: 'interp' });
    for (let t = 0; t < frames; t++) {
      const row = [own.data, slope, bend].flatMap((one) => [
        ...one.subarray(t * bands, (t + 1) * bands),
      ]);
      assert.equal([...data.subarray(3 * t * bands, 3 * (t + 1) * bands)], row, `${id} ${t}`);
    }
  }
  // The first channel is the spectrogram; among stacked bands nothing has a place in Hz.
  assert.equal(bandAxisOf(channels.definition), { bands, fmin: 50, fmax: 8000, htk: false });
  assert.is(decibelOf(channels.definition), 1);
  assert.is(bandAxisOf(joined.definition), null);
  assert.is(decibelOf(joined.definition), null);
});

test('order 1 gives two channels, and short clips go with mode nearest', async () => {
  const store = new Store();
  const made = await run(store, delta, melOf(store), { order: 1, mode: 'nearest' });
  assert.equal([made.channels, made.definition.channels], [2, 2]);
});

test('delta after mfcc: 13 + delta + delta-delta', async () => {
  const store = new Store();
  const done = await runStage(store, mfcc, {
    ...{ params: { n_mfcc: 4 }, inputs: { features: melOf(store) }, types: [features] },
  });
  const cepstra = done.outputs['features'] as Artifact;
  const made = await run(store, delta, cepstra, { width: 3, stack: 'bands' });
  assert.is(made.bands, 12);
  assert.is(made.definition.of?.of?.kind, 'melspec');
  assert.is(decibelOf(made.definition), null);
});

test('says what does not go together', async () => {
  const policy = {
    'policy.json': '{"format":"affekt.policy/1","time_mask":{"frames":2,"count":1}}',
  };
  assert.is(
    await refusal(mfcc, (store) => melOf(store, { kind: 'functionals' }), {}),
    'mfcc needs a spectrogram of melspec, and these are features of functionals',
  );
  assert.is(
    await refusal(mfcc, melOf, { n_mfcc: 7 }),
    'n_mfcc 7 is more than the 6 bands of the spectrogram',
  );
  const powers = { params: { ...definition.params, scale: 'power' } };
  assert.is(
    await refusal(mfcc, (store) => melOf(store, powers), { n_mfcc: 3 }),
    'mfcc needs a logarithm, and these bands are powers (scale: power)',
  );
  const augmented = (store: Store) => melOf(store, {}, policy);
  assert.match(
    await refusal(mfcc, augmented, { n_mfcc: 3 }),
    'these features are augmented already',
  );
  assert.match(await refusal(delta, augmented, {}), 'these features are augmented already');
  assert.is(
    await refusal(delta, melOf, { width: 5 }),
    '"b" has 3 frames, fewer than the width of 5',
  );
  assert.is(
    await refusal(delta, (store) => melOf(store, { bands: 3, channels: 2 }), {}),
    'these features have 2 channels already',
  );
  const [problem] = delta.check?.({ width: 4 } as never) ?? [];
  assert.is(problem?.message, 'width 4 is even, so it has no frame in its middle');
  assert.equal(delta.check?.({ width: 9 } as never), []);
});

test.run();
