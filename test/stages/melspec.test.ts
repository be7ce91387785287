import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { features, openFeatures } from '../../src/artifacts/features.ts';
import { encodeWav } from '../../src/audio/wav-writer.ts';
import type { Artifact } from '../../src/engine/artifact.ts';
import { type Digest, sha256 } from '../../src/engine/digest.ts';
import { fillDefaults } from '../../src/engine/spec/defaults.ts';
import { type ItemRows, type Shard, type TaskContext, TaskError } from '../../src/engine/stage.ts';
import { createClipReader } from '../../src/stages/melspec/clip.ts';
import { melspec } from '../../src/stages/melspec.ts';
import type { JsonObject } from '../../src/util/json.ts';
import { writeNpy } from '../../src/util/npy.ts';
import { made } from '../golden/features/load.ts';
import { golden, worstDifference } from '../golden/librosa/load.ts';
import { rowsEach } from '../util/rows-each.ts';
import { Store } from '../util/stage-context.ts';

const test = suite('melspec');

const each = rowsEach(melspec);

function fill(params: JsonObject): never {
  return fillDefaults(melspec.params, params) as never;
}

/** A corpus of sounds by id; equal bytes share one audio file. */
function corpusOf(store: Store, sounds: Readonly<Record<string, Uint8Array>>): Artifact {
  const rows = Object.entries(sounds).map(([id, bytes]) =>
    [id, 'joy', '1', '', '', '', '', sha256(bytes), 16000, 1].join(),
  );
  const info = {
    ...{ format: 'affekt.corpus/1', name: 'x', title: 'X', licence: '', citations: [] },
    ...{ labels: ['joy'], bad: [], dropped: {}, manifest: sha256(''), pinned: true, audio: 'none' },
  };
  return store.artifact('corpus', {
    'corpus.csv': `id,emotion,speaker,sex,text,take,source,audio,rate,duration\n${rows.join('\n')}\n`,
    'corpus.json': JSON.stringify(info),
    ...Object.fromEntries(
      Object.values(sounds).map((bytes) => [`audio/${sha256(bytes)}.wav`, bytes]),
    ),
  });
}

/** Runs items in chunks of `size` and combines them, as the engine does. */
async function run(
  store: Store,
  sounds: Readonly<Record<string, Uint8Array>>,
  { params = {}, size = 2 }: { readonly params?: JsonObject; readonly size?: number } = {},
): Promise<{ readonly artifact: Artifact; readonly log: readonly string[] }> {
  const input = store.open(corpusOf(store, sounds));
  const items = each.items(input);
  const compute = await each.open(fill(params));
  const shards: Shard[] = [];
  const rows = new Map<Digest, ItemRows>();
  for (let first = 0; first < items.length; first += size) {
    const parts: Float32Array[] = [];
    let columns = 0;
    let offset = 0;
    for (const item of items.slice(first, first + size)) {
      const { data, meta, ...result } = await compute(item, store.object(item.digest));
      columns = result.columns;
      const count = data.length / columns;
      rows.set(item.digest, {
        ...{ shard: shards.length, offset, rows: count },
        ...(meta !== undefined && { meta }),
      });
      parts.push(data);
      offset += count;
    }
    const path = join(store.folder, 'chunk.npy');
    writeNpy(path, columns, parts);
    const digest = store.put(readFileSync(path));
    shards.push({ digest, path: store.object(digest) });
  }
  const log: string[] = [];
  const files: Record<string, Digest> = {};
  const written: string[] = [];
  const context = {
    params: fill(params),
    input: () => input,
    output: () => ({
      path(file: string) {
        written.push(file);
        return join(store.folder, `out-${file}`);
      },
      link(file: string, digest: Digest) {
        files[file] = digest;
      },
    }),
    log: (line: string) => log.push(line),
  };
  await each.combine(context as unknown as TaskContext<never>, shards, rows);
  for (const file of written)
    files[file] = store.put(readFileSync(join(store.folder, `out-${file}`)));
  const artifact: Artifact = { type: 'features', digest: sha256(JSON.stringify(files)), files };
  assert.equal(await features.validate(store.open(artifact)), []);
  return { artifact, log };
}

const signal = golden('signal');
const voice = encodeWav([signal], 16000);
const quiet = encodeWav([signal.map((value) => value / 2)], 16000);
const stereo = encodeWav([signal, signal], 16000);

test('the defaults are those of the contract and valid', () => {
  assert.equal(fill({}), {
    ...{ sample_rate: 16000, n_fft: 1024, win_length: 640, hop_length: 256, window: 'hann' },
    ...{ center: true, pad_mode: 'constant', power: 2, n_mels: 64, fmin: 50, fmax: 8000 },
    ...{
      htk: false,
      norm: 'slaney',
      scale: 'db',
      ref: 1,
      amin: 1e-10,
      top_db: null,
      trim_db: null,
    },
    pcen: { gain: 0.98, bias: 2, power: 0.5, time_constant: 0.4, eps: 1e-6 },
  });
  assert.equal(melspec.check?.(fill({})), []);
});

test('a clip in gives librosa’s log-mel out, through shards and index', async () => {
  const store = new Store();
  const { artifact, log } = await run(store, { a: quiet, b: voice, c: stereo });
  const opened = openFeatures(store.open(artifact));
  assert.equal(opened.ids, ['a', 'b', 'c']);
  const loaded = opened.load('apply', ['b', 'c']);
  for (const { data, bands } of loaded.values()) {
    const worst = worstDifference(data, golden('db_default_all'), bands);
    assert.ok(worst <= 2e-5, `${worst} dB`);
  }
  assert.equal(opened.definition, {
    format: 'affekt.features/1',
    kind: 'melspec',
    params: fill({}),
    bands: 64,
    rate: 16000,
    frames_per_second: 62.5,
  });
  assert.equal(log, []);
});

test('utterances with the same sound share an item; items are sorted', async () => {
  const store = new Store();
  const sounds = { a: voice, b: quiet, c: voice };
  const items = each.items(store.open(corpusOf(store, sounds)));
  assert.equal(
    items,
    [sha256(voice), sha256(quiet)].sort().map((digest) => ({ digest })),
  );
  const { artifact } = await run(store, sounds);
  const loaded = openFeatures(store.open(artifact)).load('apply', ['a', 'c']);
  assert.equal(loaded.get('a'), loaded.get('c'));
});

test('labels do not matter to items, and chunking does not matter to rows', async () => {
  const store = new Store();
  const sounds = { a: voice, b: quiet, c: stereo };
  const [one, three] = [
    await run(store, sounds, { size: 1 }),
    await run(store, sounds, { size: 3 }),
  ];
  const ids = ['a', 'b', 'c'];
  assert.equal(
    openFeatures(store.open(one.artifact)).load('apply', ids),
    openFeatures(store.open(three.artifact)).load('apply', ids),
  );
});

test('filters that a process keeps are those of the params, whatever chunks come between', async () => {
  const store = new Store();
  const sounds = { a: voice, b: quiet };
  const digest = async (params: JsonObject): Promise<string> =>
    (await run(store, sounds, { size: 1, params })).artifact.digest;
  const coarse = { n_mels: 40 };
  const low = { sample_rate: 8000, fmax: 4000 };
  const first = [await digest(coarse), await digest({}), await digest(low)];
  assert.is(new Set(first).size, 3);
  assert.equal([await digest(coarse), await digest({}), await digest(low)], first);

  const path = join(store.folder, 'voice.wav');
  writeFileSync(path, voice);
  const item = { digest: sha256(voice) };
  const readers = [coarse, {}, low].map((params) => createClipReader(fill(params)));
  const alone = await Promise.all(readers.map((read) => read(item, path)));
  const [a, b, c] = readers;
  const between = [await a?.(item, path), await b?.(item, path), await c?.(item, path)];
  assert.equal(between, alone);
  assert.equal(
    alone.map(({ columns }) => columns),
    [40, 64, 64],
  );
});

test('resamples to sample_rate, or keeps each clip’s own', async () => {
  const store = new Store();
  const low = encodeWav([signal.slice(0, 4000)], 8000);
  const fixed = await run(store, { a: low, b: voice });
  const rows = openFeatures(store.open(fixed.artifact));
  assert.equal([rows.frames('a'), rows.frames('b')], [1 + Math.floor(8000 / 256), 26]);
  assert.match(fixed.log.join('\n'), 'some clips have a rate of 8000 Hz, below 16000 Hz');

  const params = { sample_rate: 'native', fmax: null };
  const native = await run(store, { a: low, b: voice }, { params });
  const own = openFeatures(store.open(native.artifact));
  assert.equal([own.frames('a'), own.frames('b')], [1 + Math.floor(4000 / 256), 26]);
  assert.equal([own.definition.rate, own.definition.frames_per_second], [null, null]);
  assert.match(native.log.join('\n'), 'clips have different rates (8000, 16000 Hz)');
  const single = await run(store, { a: low }, { params });
  const { rate, frames_per_second } = openFeatures(store.open(single.artifact)).definition;
  assert.equal([rate, frames_per_second], [8000, 31.25]);
});

test('computes PCEN, and decibels of a reference', async () => {
  const store = new Store();
  const features = async (params: JsonObject) => {
    const { artifact } = await run(store, { a: voice }, { params });
    return openFeatures(store.open(artifact)).load('apply', ['a']).get('a')?.data ?? [];
  };
  const peak = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => Math.max(a, b));
  // Of a float32 power.
  assert.ok(Math.abs(peak(await features({ ref: 'max', top_db: 80 }))) < 1e-6);
  const loud = peak(await features({}));
  assert.ok(Math.abs(peak(await features({ ref: 10 })) - loud + 10) < 1e-5);
  const { values, options } = made('pcen_root');
  const { gain, bias, power, time_constant, eps } = options;
  const pcen = { gain, bias, power, time_constant, eps } as JsonObject;
  const small = { n_fft: 512, win_length: 400, hop_length: 160, n_mels: 40 };
  const levels = await features({ ...small, scale: 'pcen', pcen });
  assert.ok(worstDifference(Float32Array.from(levels), values, 40) <= 1e-6 * peak(values));
});

test('warns of bands that are always empty', async () => {
  const { log } = await run(new Store(), { a: voice }, { params: { n_mels: 512 } });
  assert.match(log.join('\n'), /^warning: \d+ of 512 mel bands are narrower than a frequency bin/);
});

test('says which clip cannot be read, and why', async () => {
  const store = new Store();
  const path = join(store.folder, 'bad');
  const digest = sha256('bad');
  const failure = async (bytes: Uint8Array, params: JsonObject = {}): Promise<TaskError> => {
    writeFileSync(path, bytes);
    const compute = await each.open(fill(params));
    try {
      await compute({ digest }, path);
    } catch (error) {
      if (error instanceof TaskError) return error;
      throw error;
    }
    throw new Error('no error');
  };
  const name = digest.slice(0, 12);
  assert.is(
    (await failure(Buffer.from('wvpk'))).message,
    `cannot read clip ${name}: it is a WavPack file`,
  );
  assert.is(
    (await failure(new Uint8Array(0))).message,
    `cannot read clip ${name}: the file is empty (0 bytes)`,
  );
  const low = encodeWav([signal], 8000);
  assert.is(
    (await failure(low, { sample_rate: 'native' })).message,
    `clip ${name} has a rate of 8000 Hz, too low for fmax 8000 Hz`,
  );
  assert.is(
    (await failure(low, { sample_rate: 'native', fmin: 5000, fmax: null })).message,
    `clip ${name} has a rate of 8000 Hz, too low for fmin 5000 Hz`,
  );
});

test('checks params against each other', () => {
  const told = (params: JsonObject): string =>
    (melspec.check?.(fill(params)) ?? [])
      .map(({ path, message }) => `${path}: ${message}`)
      .join('; ');
  assert.is(told({ n_fft: 1000 }), '');
  assert.is(told({ n_fft: 882 }), 'n_fft: n_fft 882 is odd or has a prime factor above 5');
  assert.is(told({ n_fft: 512 }), 'win_length: win_length 640 is longer than n_fft 512');
  assert.is(told({ sample_rate: 8000 }), 'fmax: fmax 8000 Hz is above half of sample_rate 8000 Hz');
  assert.is(told({ sample_rate: 8000, fmax: null }), '');
  assert.is(told({ sample_rate: 'native' }), '');
  assert.is(told({ fmin: 5000, fmax: 4000 }), 'fmin: fmin 5000 Hz is not below fmax 4000 Hz');
  assert.is(told({ fmin: 8000, fmax: null }), 'fmin: fmin 8000 Hz is not below fmax 8000 Hz');
  assert.is(told({ scale: 'ln', top_db: 80 }), 'top_db: top_db has no effect with scale ln');
  for (const params of [{ ref: 'max' }, { top_db: 80 }, { pcen: { gain: 1 } }]) {
    const [name] = Object.keys(params);
    assert.is(
      told({ ...params, scale: 'power' }),
      `${name}: ${name} has no effect with scale power`,
    );
  }
  assert.is(told({ scale: 'pcen', amin: 1e-5 }), 'amin: amin has no effect with scale pcen');
  assert.is(told({ scale: 'ln', amin: 1e-5 }), '');
  assert.is(told({ scale: 'db', amin: 1e-5, ref: 'max', top_db: 80 }), '');
  assert.is(told({ scale: 'pcen', pcen: { gain: 1 }, power: 1, norm: 2, window: 'parzen' }), '');
  assert.is(
    told({ center: false, pad_mode: 'edge' }),
    'pad_mode: pad_mode has no effect with center: false',
  );
});

test.run();
