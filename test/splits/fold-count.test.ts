import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Clip } from '../../src/splits/clip.ts';
import { foldCount } from '../../src/splits/fold-count.ts';
import { makeSplit } from '../../src/splits/make-split.ts';
import { schemes } from '../../src/splits/schemes.ts';

const test = suite('folds counted before they are made');

/** Five speakers of two corpora, two labels, three texts. */
const clips: readonly Clip[] = ['a', 'b', 'c', 'd', 'e'].flatMap((speaker) =>
  ['anger', 'calm'].flatMap((label) =>
    ['1', '2', '3'].map((text) => {
      const id = `${speaker}-${label}-${text}`;
      const corpus = speaker < 'c' ? 'one' : 'two';
      return { id, label, speaker, text, audio: id, source: '', corpus };
    }),
  ),
);

for (const scheme of schemes) {
  test(`${scheme}: as many as the split has`, () => {
    const count = foldCount({ scheme, folds: 3 }, clips);
    if (scheme === 'file') {
      assert.is(count, undefined);
      return;
    }
    const { folds } = makeSplit(clips, {
      ...{
        scheme,
        folds: 3,
        groups: 'speaker',
        shuffle: true,
        testFraction: 0.2,
        testSpeakers: [],
        seed: 1,
      },
      ...{ trainOn: ['one'], testOn: ['two'], validationSpeakers: 0 },
    });
    assert.is(count, folds.length);
  });
}

test.run();
