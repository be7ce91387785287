import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { NpyReader, writeNpy } from '../../src/util/npy.ts';

const test = suite('npy');

test('rows are read at the beginning of what is given for them, or anew', () => {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-npy-'));
  try {
    const path = join(folder, 'x.npy');
    writeNpy(path, 2, [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6)]);
    const reader = new NpyReader(path);
    const buffer = new Float32Array(8);
    const into = buffer.subarray(1, 6);
    assert.equal(reader.read(0, 2, into), Float32Array.of(1, 2, 3, 4));
    assert.equal(reader.read(2, 1, into), Float32Array.of(5, 6));
    assert.equal(buffer, Float32Array.of(0, 5, 6, 3, 4, 0, 0, 0));
    assert.equal(reader.read(1, 2), Float32Array.of(3, 4, 5, 6));
    assert.throws(() => reader.read(0, 3, into), /no room for 3 rows of 2/);
    assert.throws(() => reader.read(2, 2), /rows 2 to 4 of 3/);
    reader.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
