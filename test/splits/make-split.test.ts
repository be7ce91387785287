import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Clip, Fold } from '../../src/splits/clip.ts';
import { checkSplit, makeSplit, type Split } from '../../src/splits/make-split.ts';
import { type Scheme, type SplitOptions, schemes } from '../../src/splits/schemes.ts';
import { stratifiedKFold } from '../../src/splits/stratified-k-fold.ts';
import { copyOf, crossed, refuses } from './crossed-clips.ts';

const base: SplitOptions = {
  scheme: 'leave-one-speaker-out',
  folds: 3,
  groups: 'speaker',
  shuffle: true,
  testFraction: 0.25,
  testSpeakers: [],
  trainOn: ['one'],
  testOn: ['two'],
  validationSpeakers: 0,
  seed: 11,
};

/** Odd speakers in one corpus, even ones in another. */
const inTwo = (clips: readonly Clip[]): Clip[] =>
  clips.map((one) => ({ ...one, corpus: /[02468]$/.test(one.speaker) ? 'two' : 'one' }));

const make = (clips: readonly Clip[], options: Partial<SplitOptions> = {}): Split =>
  makeSplit(clips, { ...base, ...options });

const sideOf = (fold: Fold, id: string): string =>
  (['fit', 'validate', 'test'] as const).find((side) => fold[side].includes(id)) ?? 'none';

const test = suite('splits');

const made = schemes.filter((scheme): scheme is Exclude<Scheme, 'file'> => scheme !== 'file');

for (const scheme of made) {
  test(`${scheme}: every clip is scored at most once, and never trained on where it is`, () => {
    const clips = inTwo(crossed(4, 3, 4));
    const { folds } = make(clips, { scheme });
    const scored = folds.flatMap((fold) => fold.test);
    assert.is(new Set(scored).size, scored.length);
    if (scheme !== 'hold-out' && scheme !== 'cross-corpus') assert.is(scored.length, clips.length);
    for (const fold of folds) {
      const all = [...fold.fit, ...fold.validate, ...fold.test];
      assert.is(all.length, clips.length);
      assert.is(new Set(all).size, clips.length);
    }
  });

  test(`${scheme}: a copy trains where its original trains, and is scored nowhere`, () => {
    const clips = inTwo(crossed(4, 3, 4));
    const copies = clips.slice(0, 20).map((one) => copyOf(one, 'noisy'));
    const twice = copies.slice(0, 5).map((one) => copyOf(one, 'slow'));
    const all = [...clips, ...copies, ...twice];
    const { folds, test: found } = make(all, { scheme, validationSpeakers: 1 });
    for (const fold of folds) {
      for (const one of [...copies, ...twice]) {
        const [root = ''] = one.id.split('-noisy');
        const expected = sideOf(fold, root) === 'fit' ? 'fit' : 'none';
        assert.is(sideOf(fold, one.id), expected, one.id);
      }
    }
    assert.ok(found.disjoint.includes('source'));
    assert.equal(
      folds.map((fold) => fold.test),
      make(clips, { scheme, validationSpeakers: 1 }).folds.map((fold) => fold.test),
      'copies do not change who is scored',
    );
  });

  test(`${scheme}: the same seed gives the same folds`, () => {
    const clips = inTwo(crossed(6, 3, 4));
    assert.equal(make(clips, { scheme }), make(clips, { scheme }));
  });
}

test('the seed changes the shuffled schemes, and no others', () => {
  const clips = crossed(6, 3, 4);
  const differs = (scheme: Scheme, rest: Partial<SplitOptions> = {}): boolean => {
    const [a, b] = [1, 2].map((seed) => JSON.stringify(make(clips, { scheme, seed, ...rest })));
    return a !== b;
  };
  assert.ok(differs('stratified-k-fold'));
  assert.ok(differs('stratified-group-k-fold'));
  assert.ok(differs('hold-out'));
  assert.ok(differs('leave-one-speaker-out', { validationSpeakers: 1 }));
  assert.not.ok(differs('leave-one-speaker-out'));
  assert.not.ok(differs('leave-one-text-out'));
  assert.not.ok(differs('stratified-k-fold', { shuffle: false }));
});

test('hold-out scores the speakers that it is told to, and refuses others', () => {
  const clips = crossed(4, 3, 4);
  const {
    folds,
    heldOut,
    test: found,
  } = make(clips, {
    scheme: 'hold-out',
    testSpeakers: ['s3', 's1'],
  });
  const speakers = new Map(clips.map(({ id, speaker }) => [id, speaker]));
  const of = (ids: readonly string[]) => [...new Set(ids.map((id) => speakers.get(id)))].sort();
  assert.equal(
    [of(folds[0]?.test ?? []), of(folds[0]?.fit ?? [])],
    [
      ['s1', 's3'],
      ['s2', 's4'],
    ],
  );
  assert.equal(heldOut, ['s1 + s3']);
  assert.ok(found.disjoint.includes('speaker'));
  assert.throws(
    () => make(clips, { scheme: 'hold-out', testSpeakers: ['s22'] }),
    /test_speakers: the corpus has no speaker "s22"/,
  );
});

test('what is shared is found, not assumed', () => {
  const clips = crossed(4, 3, 4);
  const speaker = make(clips);
  assert.equal(speaker.test, {
    disjoint: ['speaker', 'audio', 'source'],
    shared: ['text'],
    unknown: [],
  });
  const text = make(clips, { scheme: 'leave-one-text-out' });
  assert.equal(text.test.shared, ['speaker']);
  const own = clips.map((one) => ({ ...one, text: `${one.speaker} ${one.text}` }));
  assert.equal(make(own).test.shared, []);
  const silent = clips.map((one) => ({ ...one, text: '' }));
  assert.equal(make(silent).test.unknown, ['text']);
  const grouped = make(clips, { scheme: 'stratified-group-k-fold' });
  assert.ok(grouped.test.disjoint.includes('speaker'));
});

test('stratified k-fold is scikit-learn’s where nothing is bound, and keeps takes together', () => {
  const clips = crossed(3, 3, 5);
  const labels = clips.map((one) => one.label);
  const plain = make(clips, { scheme: 'stratified-k-fold', shuffle: false });
  const expected = stratifiedKFold(labels, 3);
  assert.equal(
    clips.map((one) => plain.folds.findIndex((fold) => fold.test.includes(one.id))),
    expected,
  );
  const takes = clips.flatMap((one) => [
    { ...one, id: `${one.id}-a`, audio: `${one.id}-a` },
    { ...one, id: `${one.id}-b`, audio: `${one.id}-b` },
  ]);
  const { folds } = make(takes, { scheme: 'stratified-k-fold' });
  for (const fold of folds) {
    for (const one of clips) assert.is(sideOf(fold, `${one.id}-a`), sideOf(fold, `${one.id}-b`));
  }
});

test('equal audio stays together under any name, in every scheme that can', () => {
  const clips = crossed(4, 2, 6);
  // The same recording under two texts, and under two speakers.
  const twins = clips.map((one) =>
    ['c0-s1-t0', 'c0-s1-t5', 'c0-s2-t3'].includes(one.id) ? { ...one, audio: 'same' } : one,
  );
  for (const scheme of ['stratified-k-fold', 'stratified-group-k-fold', 'hold-out'] as const) {
    const { test: found, warnings } = make(twins, { scheme, folds: 2, groups: 'speaker' });
    assert.ok(found.disjoint.includes('audio'), scheme);
    assert.equal(warnings, []);
  }
  // A speaker is left out with all that is heard of it: twins are in no training and no validation part.
  for (const validationSpeakers of [0, 1]) {
    const { folds, test: found, validation } = make(twins, { validationSpeakers });
    assert.ok(found.disjoint.includes('audio'));
    assert.ok(validation?.disjoint.includes('audio') ?? true);
    const scored = folds.find(({ test: ids }) => ids.includes('c0-s2-t3'));
    const away = ['c0-s1-t0', 'c0-s1-t5'].filter(
      (id) => scored?.fit.includes(id) || scored?.validate.includes(id),
    );
    assert.equal(away, []);
  }
});

test('copies of a recording go where their original goes, also when that is left out for its sound', () => {
  const clips = crossed(4, 2, 6).map((one) =>
    ['c0-s1-t0', 'c0-s2-t3'].includes(one.id) ? { ...one, audio: 'same' } : one,
  );
  const altered = clips.filter(({ id }) => id.endsWith('t0')).map((one) => copyOf(one, 'high'));
  for (const validationSpeakers of [0, 1]) {
    const { folds } = make([...clips, ...altered], { validationSpeakers });
    const scored = folds.find(({ test: ids }) => ids.includes('c0-s2-t3'));
    assert.ok(scored);
    assert.equal(
      ['c0-s1-t0', 'c0-s1-t0-high'].map((id) => sideOf(scored, id)),
      ['none', 'none'],
    );
    assert.ok(
      scored.fit.some((id) => id.endsWith('-high')),
      'other copies train',
    );
  }
});

test('copies without their original stand for it, together', () => {
  const clips = inTwo(crossed(4, 2, 3));
  const [first, ...others] = clips as [Clip, ...Clip[]];
  const all = [...others, copyOf(first, 'noisy'), copyOf(first, 'slow')];
  for (const scheme of made) {
    const { folds, test: found } = make(all, { scheme });
    assert.ok(found.disjoint.includes('source'), scheme);
    for (const fold of folds) {
      assert.is(sideOf(fold, `${first.id}-noisy`), sideOf(fold, `${first.id}-slow`));
    }
  }
  assert.ok(make(all).test.disjoint.includes('speaker'));
});

test('a fixed split may not score a copy', () => {
  const clips = crossed(4, 2, 2);
  const [first] = clips as [Clip, ...Clip[]];
  const all = [...clips, copyOf(first, 'noisy')];
  const [fold] = make(clips).folds as [Fold, ...Fold[]];
  const without = (ids: readonly string[]): readonly string[] =>
    ids.filter((id) => id !== first.id);
  const sides = {
    fit: without(fold.fit),
    validate: without(fold.validate),
    test: without(fold.test),
  };
  for (const role of ['test', 'validate'] as const) {
    const wrong = { ...sides, [role]: [...sides[role], `${first.id}-noisy`] };
    refuses(
      () => checkSplit(all, [wrong]),
      /fold 1 scores ".*-noisy", which is an altered copy of/,
      /keep: false/,
    );
  }
  assert.is(checkSplit(all, [fold]).folds.length, 1);
});

test('validation speakers come out of the training part and are compared with it', () => {
  const clips = crossed(5, 2, 2);
  const { folds, validation, test: found } = make(clips, { validationSpeakers: 2 });
  for (const fold of folds) {
    const speakers = new Set(fold.validate.map((id) => id.split('-')[1]));
    assert.is(speakers.size, 2);
    assert.is(fold.validate.length, 8);
    assert.is(fold.fit.length, 8);
  }
  assert.equal(validation?.disjoint, ['speaker', 'audio', 'source']);
  assert.equal(found.disjoint, ['speaker', 'audio', 'source']);
  assert.is(make(clips).validation, null);
});

test('all speakers validate in turn, so that validation clips can be scored as a whole', () => {
  const clips = crossed(7, 2, 2);
  for (const count of [1, 2, 5]) {
    const { folds } = make(clips, { validationSpeakers: count });
    const times = new Map<string, number>();
    for (const id of folds.flatMap((fold) => fold.validate))
      times.set(id, (times.get(id) ?? 0) + 1);
    assert.equal(
      [...times.values()],
      clips.map(() => count),
    );
  }
  const known = make(clips, { scheme: 'stratified-k-fold', folds: 4, validationSpeakers: 1 }).folds;
  const each = known.map((fold) =>
    [...new Set(fold.validate.map((id) => id.split('-')[1]))].join(),
  );
  assert.is(new Set(each).size, 4);
});

test('what the corpus cannot give is refused with the next step', () => {
  const clips = crossed(3, 2, 3);
  const alone = clips.filter((one) => one.speaker === 's1');
  refuses(() => make(alone), /two speakers; the corpus has one \("s1"\)/, /stratified-k-fold/);
  refuses(
    () => make(clips, { scheme: 'stratified-group-k-fold', folds: 5 }),
    /5 folds need at least 5 speakers; the corpus has 3/,
    /folds: 3 or fewer/,
  );
  refuses(() => make(clips, { validationSpeakers: 2 }), /none would be left/, /at most 1/);
  refuses(
    () =>
      make(
        clips.map((one) => ({ ...one, text: '' })),
        { scheme: 'leave-one-text-out' },
      ),
    /needs the text of every clip/,
    /text column/,
  );
  refuses(() => make(clips.map((one) => ({ ...one, label: 'x' }))), /only one class/, /labels/);
  const rare = clips.filter((one) => one.label === 'c0' || one.speaker === 's2');
  refuses(() => make(rare), /fold 2 \("s2" left out\) has no clip of c1 to train on/, /class/);
});

test('a class that is not scored in a fold is a warning', () => {
  const clips = crossed(3, 3, 2).filter((one) => one.label !== 'c2' || one.speaker !== 's3');
  assert.equal(make(clips).warnings, ['fold 3 ("s3" left out) scores no clip of c2']);
});

test('one corpus is left out at a time, and what corpora share is found', () => {
  const clips = inTwo(crossed(4, 3, 2));
  const { folds, heldOut, test: found } = make(clips, { scheme: 'leave-one-corpus-out' });
  assert.equal(heldOut, ['one', 'two']);
  for (const [index, fold] of folds.entries()) {
    const [away, other] = index === 0 ? ['one', 'two'] : ['two', 'one'];
    const corpora = (ids: readonly string[]) =>
      [...new Set(ids.map((id) => clips.find((clip) => clip.id === id)?.corpus))].sort();
    assert.equal(corpora(fold.test), [away]);
    assert.equal(corpora(fold.fit), [other]);
  }
  assert.equal(found.disjoint, ['speaker', 'audio', 'source', 'corpus']);
  assert.equal(found.shared, ['text'], 'these two corpora say the same sentences');
  assert.ok(make(clips).test.shared.includes('corpus'), 'leave-one-speaker-out trains on both');
});

test('training on one corpus and scoring another leaves a third alone', () => {
  const clips = crossed(6, 3, 2).map((one) => ({ ...one, corpus: `${one.speaker}`.slice(1) }));
  const options = { scheme: 'cross-corpus', trainOn: ['1', '2', '3'], testOn: ['5'] } as const;
  const { folds, heldOut } = make(clips, { ...options, validationSpeakers: 1 });
  assert.is(folds.length, 1);
  assert.equal(heldOut, ['5']);
  const [fold] = folds;
  assert.is(fold?.test.length, 6);
  assert.is(fold?.validate.length, 6);
  assert.is(fold?.fit.length, 12);
  const took = new Set(
    [...(fold?.fit ?? []), ...(fold?.validate ?? [])].map((id) => id.slice(3, 5)),
  );
  assert.equal([...took].sort(), ['s1', 's2', 's3']);
});

test('corpora that are not there are refused by name', () => {
  const clips = inTwo(crossed(4, 2, 2));
  refuses(
    () => make(clips, { scheme: 'cross-corpus', trainOn: ['one'], testOn: ['tow'] }),
    /no clip of the corpus "tow"/,
    /mean two.*one, two/,
  );
  refuses(
    () => make(crossed(4, 2, 2), { scheme: 'leave-one-corpus-out' }),
    /at least two corpora; the corpus has one \("one"\)/,
    /merge/,
  );
  const lacking = clips.filter(({ corpus, label }) => corpus === 'one' || label === 'c0');
  refuses(
    () => make(lacking, { scheme: 'leave-one-corpus-out' }),
    /fold 1 \("one" left out\) has no clip of c1 to train on/,
    /merge with classes: common/,
  );
  const alone = clips.filter(({ speaker, label }) => speaker === 's1' || label === 'c0');
  refuses(() => make(alone), /has no clip of c1 to train on/, /fewer folds/);
});

test.run();
