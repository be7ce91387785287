import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { aesdd } from '../../src/corpora/aesdd.ts';
import { emodb } from '../../src/corpora/emodb.ts';
import { baseName } from '../../src/corpora/recording.ts';
import {
  describeRegistration,
  isPinned,
  manifestDigest,
  planRegistration,
} from '../../src/corpora/register.ts';
import { savee } from '../../src/corpora/savee.ts';
import { type Digest, sha256 } from '../../src/engine/digest.ts';

const test = suite('register');

const originals = aesdd.manifest as Readonly<Record<string, Digest>>;
const first = 'anger/a01 (1).wav';
const broken = 'sadness/s05 (3).wav';

/** The original's files under other folders, with some left out. */
function copyOf(place: (path: string) => string, ...without: readonly string[]) {
  return Object.fromEntries(
    Object.entries(originals).flatMap(([path, digest]) =>
      without.includes(path) ? [] : [[place(path), digest] as const],
    ),
  );
}

test('the original is pinned, in its own folders, unpacked deeper, or flat', () => {
  const places = [
    (path: string) => path,
    (path: string) => `Acted Emotional Speech Dynamic Database/${path}`,
    (path: string) => `data/${baseName(path)}`,
  ];
  for (const place of places) {
    const plan = planRegistration(aesdd, copyOf(place));
    assert.is(plan.verdict, 'pinned');
    assert.is(plan.matched.length, 604);
    assert.equal(plan.knownBad, [place(broken)]);
    assert.ok(isPinned(aesdd, manifestDigest(aesdd, plan.manifest)));
  }
});

test('the known bad recording may be there or not', () => {
  const plan = planRegistration(
    aesdd,
    copyOf((path) => path, broken),
  );
  assert.is(plan.verdict, 'pinned');
  assert.equal(plan.missing, []);
  assert.is(manifestDigest(aesdd, plan.manifest), manifestDigest(aesdd, originals));
});

test('documents beside the recordings are ignored', () => {
  const files = {
    ...copyOf((path) => path),
    'Tools and Documentation/readme.txt': sha256('x'),
    '__MACOSX/anger/._a01 (1).wav': sha256('y'),
  };
  const plan = planRegistration(aesdd, files);
  assert.is(plan.verdict, 'pinned');
  assert.is(plan.ignored, 2);
});

test('other bytes, lacking and additional recordings make it unpinned', () => {
  const differing = planRegistration(aesdd, {
    ...copyOf((path) => path),
    [first]: sha256('resampled'),
  });
  assert.is(differing.verdict, 'unpinned');
  assert.equal(differing.differing, [first]);
  assert.not(isPinned(aesdd, manifestDigest(aesdd, differing.manifest)));

  const missing = planRegistration(
    aesdd,
    copyOf((path) => path, first),
  );
  assert.is(missing.verdict, 'unpinned');
  assert.equal(missing.missing, [first]);

  const more = { ...copyOf((path) => path), 'anger/a99 (1).wav': sha256('new') };
  const extra = planRegistration(aesdd, more);
  assert.is(extra.verdict, 'unpinned');
  assert.equal(extra.extra, ['anger/a99 (1).wav']);
  assert.match(describeRegistration(aesdd, extra).join('\n'), '--unpinned');
});

test('of a recording that is there twice, the original is taken', () => {
  const plan = planRegistration(aesdd, {
    ...copyOf((path) => path),
    'old/a01 (1).wav': sha256('other'),
  });
  assert.is(plan.verdict, 'pinned');
  assert.is(plan.manifest['old/a01 (1).wav'], undefined);
});

test('two copies of a recording with the same bytes count once', () => {
  const plan = planRegistration(emodb, {
    'a/03a01Fa.wav': sha256('x'),
    'b/03a01Fa.wav': sha256('x'),
  });
  assert.equal(Object.keys(plan.manifest), ['a/03a01Fa.wav']);
});

test('two versions of a recording, neither the original, are ambiguous', () => {
  const plan = planRegistration(emodb, {
    'a/03a01Fa.wav': sha256('x'),
    'b/03a01Fa.wav': sha256('y'),
  });
  assert.is(plan.verdict, 'ambiguous');
  assert.equal(plan.ambiguous, [['a/03a01Fa.wav', 'b/03a01Fa.wav']]);
  assert.match(describeRegistration(emodb, plan).join('\n'), 'Delete one of each');
});

test('a folder without a recording says where to get them', () => {
  const plan = planRegistration(
    emodb,
    copyOf((path) => path),
  );
  assert.is(plan.verdict, 'empty');
  assert.match(describeRegistration(emodb, plan).join('\n'), emodb.obtain);
});

test('a corpus whose original nobody has pinned is taken unchecked, and says so', () => {
  const files = {
    'DC/a01.wav': sha256('a'),
    'JE/a01.wav': sha256('b'),
    'KL_a01.wav': sha256('c'),
    'KL/a01.wav': sha256('c'),
  };
  const plan = planRegistration(savee, files);
  assert.is(plan.verdict, 'unchecked');
  assert.equal(Object.keys(plan.manifest), ['DC/a01.wav', 'JE/a01.wav', 'KL/a01.wav']);
  assert.is(isPinned(savee, manifestDigest(savee, plan.manifest)), false);
  const words = describeRegistration(savee, plan).join('\n');
  assert.match(words, '3 of 480 recordings');
  assert.match(words, /No checksums .* "unpinned"/);
  const flat = { 'DC_a01.wav': sha256('a'), 'JE_a01.wav': sha256('b'), 'KL_a01.wav': sha256('c') };
  assert.is(manifestDigest(savee, flat), manifestDigest(savee, plan.manifest), 'in any layout');
  const other = { ...files, 'KL/a01.wav': sha256('d') };
  assert.is(planRegistration(savee, other).verdict, 'ambiguous');
});

test.run();
