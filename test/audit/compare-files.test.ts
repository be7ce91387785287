import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { numericDifference } from '../../src/audit/compare-files.ts';
import { encodeSafetensors } from '../../src/model/safetensors.ts';
import { writeNpy } from '../../src/util/npy.ts';

const test = suite('numeric difference of files');

function compare(file: string, write: (path: string, which: 0 | 1) => void): number {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-compare-'));
  try {
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    write(a, 0);
    write(b, 1);
    return numericDifference(file, a, b);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const texts = (file: string, a: string, b: string): number =>
  compare(file, (path, which) => writeFileSync(path, which === 0 ? a : b));

test('numbers are compared relative to the larger of 1 and themselves', () => {
  assert.is(texts('x.csv', 'id,p\na,0.5\n', 'id,p\na,0.25\n'), 0.25);
  assert.is(texts('x.json', '{"a":[1,200]}', '{"a":[1,100]}'), 0.5);
  const rows = [Float32Array.of(1, 2), Float32Array.of(1, 2.5)] as const;
  const npy = compare('d.npy', (path, which) => writeNpy(path, 2, [rows[which]]));
  assert.is(npy, 0.2);
  const tensor = (value: number) =>
    encodeSafetensors({ w: { shape: [1], data: Float32Array.of(value) } });
  const weights = compare('w.safetensors', (path, which) =>
    writeFileSync(path, tensor(which === 0 ? 0 : 0.5)),
  );
  assert.is(weights, 0.5);
});

test('anything but a number is no rounding', () => {
  for (const [file, a, b] of [
    ['x.csv', 'id,p\na,1\n', 'id,p\nb,1\n'],
    ['x.csv', 'id,p\na,1\n', 'id,p\na,1\nb,1\n'],
    ['x.json', '{"a":1}', '{"b":1}'],
    ['x.json', '{"a":1}', '{"a":'],
    ['x.json', '[1]', '[null]'],
    ['x.wav', '1', '2'],
    ['x.npy', '1', '2'],
  ] as const) {
    assert.is(texts(file, a, b), Number.POSITIVE_INFINITY, `${a} ${b}`);
  }
});

test.run();
