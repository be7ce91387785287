import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { portableDigest } from './portable-digest.ts';

const test = suite('portable results');

/**
 * Every machine and every version of Node must give these bits: addresses of results hold them. Another
 * digest after an edit of the kernels means that kinds which use them need a new version.
 */
const pinned = 'b24067500ee530d7';

test('samples and spectra are the same bits everywhere', () => {
  assert.is(portableDigest(), pinned);
});

test('neither the compiler nor the processor’s extensions matter', () => {
  const older = process.arch === 'x64' ? [['--no-enable-avx', '--no-enable-fma3']] : [];
  for (const flags of [['--liftoff-only'], ['--no-liftoff'], ...older]) {
    const script = join(import.meta.dirname, 'portable-digest.ts');
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, '--import', 'tsx', script], {
      encoding: 'utf8',
    });
    assert.is(stdout, pinned, `${flags.join(' ')}: ${stderr}`);
  }
});

test.run();
