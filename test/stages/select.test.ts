import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { corpus as corpusType, readCorpus } from '../../src/artifacts/corpus.ts';
import { fillDefaults } from '../../src/engine/spec/defaults.ts';
import { validateParams } from '../../src/engine/spec/validate.ts';
import { select } from '../../src/stages/select.ts';
import type { JsonObject } from '../../src/util/json.ts';
import { corpusOf, crossed, type TestClip } from '../util/speech.ts';
import { runStage, Store } from '../util/stage-context.ts';

const clips = crossed(['01', '02', '10'], ['anger', 'calm', 'joy', 'neutral'], 2);
const labels = ['neutral', 'joy', 'calm', 'anger'];

async function run(params: JsonObject, from: readonly TestClip[] = clips, seed = 1) {
  const store = new Store();
  const input = corpusOf(store, from, labels);
  const { outputs, log } = await runStage(store, select, {
    params,
    seed,
    inputs: { corpus: input },
    types: [corpusType],
  });
  const output = outputs['corpus'];
  if (output === undefined) throw new Error('no output');
  const { info, utterances } = readCorpus(store.open(output));
  return { info, utterances, log, input, output, ids: utterances.map(({ id }) => id) };
}

async function refused(params: JsonObject): Promise<string> {
  try {
    await run(params);
  } catch (error) {
    assert.is((error as Error).name, 'TaskError');
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

const count = (values: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};

const test = suite('select');

test('keep takes what meets every condition, drop takes away what meets any', async () => {
  const { utterances, info, log } = await run({
    keep: { emotion: ['anger', 'joy'], text: 't0' },
    drop: { speaker: '02', id: 'joy-10-t0-0' },
  });
  assert.equal(
    utterances.map(({ id }) => id),
    ['anger-01-t0-0', 'anger-10-t0-0', 'joy-01-t0-0'],
  );
  assert.equal(info.labels, ['joy', 'anger'], 'in the order of the corpus');
  assert.is(info.title, 'Made-up Speech (MADEUP: 2 of 4 classes and 3 of 24 clips)');
  assert.equal(log, ['3 of 24 clips']);
});

test('only the audio of what is left is linked, and nothing is written but the tables', async () => {
  const { input, output, utterances } = await run({ keep: { speaker: '10' } });
  const audio = Object.keys(output.files).filter((file) => file.startsWith('audio/'));
  assert.is(audio.length, 8);
  for (const file of audio) assert.is(output.files[file], input.files[file]);
  assert.equal(
    Object.values(output.files).filter((digest) => utterances.some((u) => u.audio === digest))
      .length,
    8,
  );
});

test('numbers, ranges and unknown sex are conditions, too', async () => {
  assert.is((await run({ keep: { rate: 16000 }, drop: { speaker: '01' } })).ids.length, 16);
  assert.is(
    (await run({ keep: { duration: { min: 0.5, max: 2 }, emotion: 'joy' } })).ids.length,
    6,
  );
  assert.is((await run({ keep: { sex: '', speaker: [10] } })).ids.length, 8);
  assert.match(await refused({ keep: { duration: { min: 2 } } }), 'no clip of Made-up Speech');
});

test('values that no clip holds are mistakes, and all of them are listed', async () => {
  const message = await refused({
    keep: { emotion: 'angr', speaker: 1 },
    drop: { corpus: 'other' },
    labels: { happy: 'joy' },
  });
  assert.match(message, 'no clip has the emotion "angr", nearest is "anger"');
  assert.match(message, 'no clip has the speaker "1", nearest is "01"');
  assert.match(message, 'no clip has the corpus "other", which has made-up');
  assert.match(message, 'there is no emotion "happy"; there are neutral, joy, calm, anger');
});

test('labels are renamed in place, merged and dropped; what is not named stays', async () => {
  const { info, utterances } = await run({
    labels: { calm: 'neutral', joy: 'happiness', anger: null },
  });
  assert.equal(info.labels, ['neutral', 'happiness']);
  assert.equal(count(utterances.map(({ emotion }) => emotion)), { neutral: 12, happiness: 6 });
  assert.equal(info.dropped, { anger: 6 });
  assert.is(
    info.title,
    'Made-up Speech (MADEUP: 2 of 4 classes and relabelled and 18 of 24 clips)',
  );
});

test('balance draws as many of every combination as the rarest has, by the seed', async () => {
  const uneven = clips.filter(({ id }) => id !== 'joy-10-t1-0' && !/^calm-0.-t1/.test(id));
  const by = async (columns: readonly string[], seed = 1) =>
    run({ balance: columns as string[] }, uneven, seed);
  const classes = await by(['emotion']);
  assert.equal(count(classes.utterances.map(({ emotion }) => emotion)), {
    anger: 4,
    calm: 4,
    joy: 4,
    neutral: 4,
  });
  assert.match(classes.log.join(), '4 clips of each of 4 groups; the rarest is calm');
  const both = await by(['emotion', 'speaker']);
  assert.equal([...new Set(Object.values(count(both.ids.map((id) => id.slice(0, -5)))))], [1]);
  assert.equal((await by(['emotion'])).ids, classes.ids);
  const seeds = await Promise.all([2, 3, 4].map(async (seed) => (await by(['emotion'], seed)).ids));
  assert.ok(seeds.some((ids) => ids.join() !== classes.ids.join()));
});

test('a group keeps its draw when another group grows', async () => {
  const few = clips.filter(({ emotion, text }) => emotion !== 'joy' || text === 't0');
  const more = [...few, { ...(clips[0] as TestClip), id: 'calm-11', emotion: 'calm' }];
  const of = async (from: readonly TestClip[]) =>
    (await run({ balance: ['emotion'] }, from)).ids.filter((id) => id.startsWith('anger'));
  assert.equal(await of(more), await of(few));
});

test('a copy goes with its original', async () => {
  const noisy = clips.map((clip) => ({ ...clip, id: `${clip.id}~1`, source: clip.id, take: 'x' }));
  const all = [...clips, ...noisy];
  const kept = await run({ drop: { id: 'joy-10-t1-0' } }, all);
  assert.not.ok(kept.ids.includes('joy-10-t1-0~1'));
  assert.is(kept.ids.length, 46);
  const drawn = await run({ drop: { id: 'joy-10-t1-0' }, balance: ['emotion'] }, all);
  const originals = drawn.utterances.filter(({ source }) => source === '').map(({ id }) => id);
  assert.is(originals.length, 20);
  assert.equal(
    drawn.utterances.filter(({ source }) => source !== '').map(({ source }) => source),
    originals,
  );
});

test('a select that selects nothing, and columns that are none, are refused in the spec', () => {
  const check = (given: JsonObject) => select.check?.(fillDefaults(select.params, given) as never);
  assert.is(check({})?.length, 1);
  assert.is(check({ balance: ['emotion'] })?.length, 0);
  const problems = (given: JsonObject) =>
    validateParams(select.params, given).map(({ path }) => path.join('.'));
  assert.equal(problems({ keep: { emotoin: 'anger' } }), ['keep.emotoin']);
  assert.is(problems({ keep: { speaker: { min: 1 } } }).length, 1);
  assert.equal(problems({ keep: { speaker: ['a', 3], duration: { max: 4 } } }), []);
});

test.run();
