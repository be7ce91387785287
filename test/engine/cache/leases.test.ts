import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { attemptFolder, sweepAttempts } from '../../../src/engine/cache/attempts.ts';
import { collectGarbage } from '../../../src/engine/cache/garbage.ts';
import { Leases } from '../../../src/engine/cache/leases.ts';
import { CachePaths } from '../../../src/engine/cache/paths.ts';
import { sha256 } from '../../../src/engine/digest.ts';
import { type ProcessIdentity, processIdentity } from '../../../src/util/process-identity.ts';

const test = suite('leases');
const key = sha256('key');

function rig() {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-leases-'));
  const paths = new CachePaths(folder);
  mkdirSync(paths.leases, { recursive: true });
  return {
    folder,
    paths,
    leases: new Leases(paths),
    owned: (owner: unknown) => writeFileSync(paths.lease(key), JSON.stringify(owner)),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A process that has ended, and its identity as it would have written it. */
async function endedProcess(): Promise<ProcessIdentity> {
  const child = spawn('true');
  await new Promise((ended) => child.on('exit', ended));
  return { ...processIdentity(), pid: child.pid ?? 0, start: '12345' };
}

test('one taker at a time; released, it is free again', () => {
  using at = rig();
  const other = new Leases(at.paths);
  assert.equal(at.leases.take(key), { taken: true });
  const refused = other.take(key);
  assert.is(refused.taken, false);
  assert.match((refused as { owner: string }).owner, `process ${process.pid}`);
  assert.ok(other.otherOwner());
  assert.is(at.leases.otherOwner(), undefined, 'its own leases are not another’s');
  at.leases.release(key);
  assert.equal(other.take(key), { taken: true });
  other.releaseAll();
  assert.equal(readdirSync(at.paths.leases), [], 'nothing is left behind');
});

test('a dead owner is taken over at once', async () => {
  using at = rig();
  at.owned(await endedProcess());
  assert.equal(at.leases.take(key), { taken: true });
  at.leases.releaseAll();
});

test('a pid that was given to another process is a dead owner', () => {
  using at = rig();
  // This very process, but as one that started at another time.
  at.owned({ ...processIdentity(), start: '1' });
  assert.equal(at.leases.take(key), { taken: true });
  at.leases.releaseAll();
});

test('an owner from before a reboot is dead', () => {
  using at = rig();
  at.owned({ ...processIdentity(), boot: 'another' });
  assert.equal(at.leases.take(key), { taken: true });
  at.leases.releaseAll();
});

test('an owner that cannot be seen is believed, as long as it may live', () => {
  using at = rig();
  for (const odd of [
    { ...processIdentity(), host: 'elsewhere' },
    { ...processIdentity(), namespace: 'pid:[1]' },
    null,
    {},
    [],
    'text',
    42,
  ]) {
    at.owned(odd);
    assert.is(at.leases.take(key).taken, false, JSON.stringify(odd));
    assert.is(new Leases(at.paths).take(key).taken, false, JSON.stringify(odd));
  }
  writeFileSync(at.paths.lease(key), '');
  assert.is(at.leases.take(key).taken, false, 'an empty file');
});

test('an owner elsewhere is given up after a minute without a heartbeat', () => {
  using at = rig();
  at.owned({ ...processIdentity(), host: 'elsewhere' });
  const { now } = performance;
  try {
    const start = now.call(performance);
    performance.now = () => start;
    assert.is(at.leases.take(key).taken, false);
    performance.now = () => start + 59_000;
    assert.is(at.leases.take(key).taken, false);
    performance.now = () => start + 61_000;
    assert.is(at.leases.take(key).taken, true);
  } finally {
    performance.now = now;
    at.leases.releaseAll();
  }
});

test('asking again and again writes nothing', () => {
  using at = rig();
  at.owned({ ...processIdentity() });
  const other = new Leases(at.paths);
  for (let i = 0; i < 20; i++) other.take(key);
  assert.equal(readdirSync(at.paths.leases), [key]);
});

test('garbage collection waits for whoever is at work', () => {
  using at = rig();
  at.leases.take(key);
  const result = collectGarbage(at.folder, {}, { maxBytes: 0 });
  assert.match(result.busy ?? '', `process ${process.pid}`);
  assert.is(result.removed, 0);
  at.leases.releaseAll();
  assert.is(collectGarbage(at.folder, {}, { maxBytes: 0 }).busy, undefined);
});

test('a killed run of another host or container does not hold up garbage collection for ever', () => {
  using at = rig();
  at.owned({ ...processIdentity(), host: 'elsewhere' });
  assert.match(collectGarbage(at.folder, {}, { maxBytes: 0 }).busy ?? '', 'elsewhere');
  const old = Date.now() / 1000 - 2 * 86_400;
  utimesSync(at.paths.lease(key), old, old);
  assert.is(collectGarbage(at.folder, {}, { maxBytes: 0 }).busy, undefined);
  assert.equal(readdirSync(at.paths.leases), []);
});

test('attempts of dead processes are swept, those of living and unseen ones stay', async () => {
  using at = rig();
  const mine = attemptFolder(at.paths, key);
  const { pid, start } = await endedProcess();
  const name = mine.slice(at.paths.attempts.length + 1);
  const here = `${processIdentity().pid}-${processIdentity().start}`;
  assert.ok(name.includes(here), name);
  const names = {
    mine: name,
    dead: name.replace(here, `${pid}-${start}`),
    reused: name.replace(here, `${process.pid}-1`),
    elsewhere: `${name.replace(here, `${pid}-${start}`)}.example`,
    container: name.replace(/-(\d+)\.([^-]*)$/, '-1.$2').replace(here, `${pid}-${start}`),
    foreign: 'README',
  };
  for (const one of Object.values(names)) {
    mkdirSync(join(at.paths.attempts, one, 'outputs'), { recursive: true });
    writeFileSync(join(at.paths.attempts, one, 'outputs', 'a'), '');
  }
  sweepAttempts(at.paths);
  const left = Object.entries(names).filter(([, one]) => existsSync(join(at.paths.attempts, one)));
  assert.equal(
    left.map(([which]) => which),
    ['mine', 'elsewhere', 'container', 'foreign'],
  );
});

test.run();
