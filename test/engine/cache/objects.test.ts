import fs, { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeFolder } from '../../../src/engine/cache/durable.ts';
import { ObjectWriter } from '../../../src/engine/cache/objects.ts';
import { CachePaths } from '../../../src/engine/cache/paths.ts';
import { sha256 } from '../../../src/engine/digest.ts';

const test = suite('objects beside another writer');

function folder(): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'affekt-objects-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Whatever folder `call` misses is there right after it failed: another process made it meanwhile. */
function overtaken(name: 'renameSync' | 'mkdirSync', of: (args: readonly unknown[]) => string) {
  const functions = fs as unknown as Record<string, (...args: readonly unknown[]) => unknown>;
  const make = fs.mkdirSync;
  const real = functions[name]!;
  let times = 0;
  functions[name] = (...args) => {
    try {
      return real(...args);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        times++;
        make(dirname(of(args)), { recursive: true });
      }
      throw error;
    }
  };
  syncBuiltinESMExports();
  return {
    times: () => times,
    [Symbol.dispose]() {
      functions[name] = real;
      syncBuiltinESMExports();
    },
  };
}

test('an object whose folder another worker makes at the same time is stored', () => {
  using at = folder();
  const paths = new CachePaths(at.path);
  const file = join(at.path, 'made');
  writeFileSync(file, 'content');
  const digest = sha256('content');
  using race = overtaken('renameSync', ([, target]) => String(target));
  const writer = new ObjectWriter(paths);
  writer.put(file, digest);
  writer.sync();
  assert.is(race.times(), 1);
  assert.is(readFileSync(paths.object(digest), 'utf8'), 'content');
});

test('a folder whose parents others make at the same time is made', () => {
  using at = folder();
  using race = overtaken('mkdirSync', ([path]) => String(path));
  makeFolder(join(at.path, 'a', 'b', 'c'));
  assert.ok(race.times() > 0);
  assert.ok(existsSync(join(at.path, 'a', 'b', 'c')));
});

test('where no folder can be made, it is said and not tried for ever', () => {
  assert.throws(() => makeFolder('/proc/affekt/a'), /ENOENT|EACCES|EPERM|EROFS/);
});

test.run();
