import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatDiagnostics } from '../../../src/engine/diagnostic-text.ts';
import { createRandom } from '../../../src/util/random.ts';
import { read } from './read.ts';

const test = suite('mangled specs');

const spec = `name: base
seed: 42
tags: { a: b }
vars: { rate: 16000, deep: { x: "\${vars.rate}" } }
stages:
  speech: { uses: fetch, with: { files: ./a.wav, labels: { x: null } } }
  clean: { uses: denoise, in: speech, with: { method: none } }
  mel:
    uses: melspec
    in: { corpus: clean }
    with: { n_mels: 64, sample_rate: "\${vars.deep.x}", scale: "\${env:SCALE:-db}" }
  cnn: { uses: train, in: [mel], with: { architecture: cnn4, split: { scheme: stratified-k-fold } } }
  scores: { uses: evaluate, in: "cnn[*]" }
matrix:
  mel.n_mels: [40, 64]
  front: { a: { clean.method: logmmse }, b: }
  exclude: [{ front: a, mel.n_mels: 40 }]
`;

const pieces = [
  ...'{}[]:,"\'*&!|>#%@-?\n\t \\',
  '${',
  '}',
  'null',
  '- ',
  '*a',
  '&a ',
  '<<: ',
  '[*]',
  '--- ',
  '0',
  '__proto__: ',
  'constructor: ',
];

test('600 specs with random damage: an answer, with places inside the text, never a throw', async () => {
  const random = createRandom(11);
  let wrong = 0;
  for (let i = 0; i < 600; i++) {
    let text = spec;
    for (let n = 1 + random.integer(4); n > 0; n--) {
      const at = random.integer(text.length);
      const cut = random.next() < 0.5 ? 0 : 1 + random.integer(12);
      const piece = random.next() < 0.3 ? '' : (pieces[random.integer(pieces.length)] ?? '');
      text = text.slice(0, at) + piece + text.slice(at + cut);
    }
    const override = text.slice(random.integer(40), 40 + random.integer(40)).trim();
    const result = await read(text, { overrides: random.next() < 0.3 ? [override] : [] });
    if (result.ok) continue;
    wrong++;
    assert.ok(result.error.length > 0);
    assert.is.not(formatDiagnostics(result.error), '');
    const lines = text.split('\n');
    for (const { location, message } of result.error) {
      if (location?.file !== 'spec.yaml') continue;
      const line = lines[location.line - 1] ?? '';
      assert.is(location.text, line.replace(/\r$/, ''), message);
      assert.ok(location.column >= 1 && location.column <= line.length + 1, message);
      assert.ok(
        location.column - 1 + location.length <= Math.max(line.length, location.column),
        message,
      );
    }
  }
  assert.ok(wrong > 300);
});

test.run();
