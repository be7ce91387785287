import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CachePaths } from '../../../src/engine/cache/paths.ts';
import { openScratch, sweepScratch } from '../../../src/engine/cache/scratch.ts';
import { processIdentity } from '../../../src/util/process-identity.ts';

const test = suite('scratch folders');

test('a dead owner’s folder goes, a living or unknown one’s stays', () => {
  const root = mkdtempSync(join(tmpdir(), 'affekt-scratch-'));
  try {
    const paths = new CachePaths(root);
    const here = processIdentity();
    const put = (name: string, owner: object | undefined, days = 0): string => {
      const folder = join(root, name);
      mkdirSync(join(folder, 'run'), { recursive: true });
      if (owner !== undefined) writeFileSync(join(folder, 'owner.json'), JSON.stringify(owner));
      const time = Date.now() / 1000 - days * 86_400;
      utimesSync(folder, time, time);
      return folder;
    };
    const mine = openScratch(paths);
    const kept = openScratch(paths);
    kept.keep();
    const gone = [
      // A process id that was given to another process since.
      put('reproduce-reused', { ...here, start: '1' }),
      put('reproduce-boot', { ...here, boot: 'before' }),
      put('reproduce-old', undefined, 8),
    ];
    const stay = [
      mine.folder,
      kept.folder,
      put('reproduce-away', { ...here, host: 'elsewhere' }),
      put('reproduce-new', undefined),
      put('objects', { ...here, start: '1' }, 8),
    ];
    sweepScratch(paths);
    assert.equal(gone.filter(existsSync), []);
    assert.equal(
      stay.filter((folder) => !existsSync(folder)),
      [],
    );
    mine.remove();
    assert.not.ok(existsSync(mine.folder));
  } finally {
    rmSync(root, { recursive: true });
  }
});

test.run();
