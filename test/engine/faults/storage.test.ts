import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeFiles } from './chain.ts';
import { twoPrograms } from './fs-steps.ts';
import { compareRun, runClean } from './kill-trials.ts';
import { Bench } from './launch.ts';

const test = suite('a full and a read-only disk');

/** Runs a program of the system as root. */
function system(program: string, args: readonly string[]): ReturnType<typeof spawnSync> {
  return spawnSync(program, args);
}

/** A bench with a disk of its own, small enough to fill. */
class DiskBench extends Bench {
  readonly disk = this.path('disk');
  /** False where the system does not let us mount. */
  readonly mounted: boolean;

  constructor(options: string) {
    super();
    mkdirSync(this.disk);
    const args = ['-t', 'tmpfs', '-o', options, 'tmpfs', this.disk];
    this.mounted = process.getuid?.() === 0 && system('mount', args).status === 0;
  }

  remount(option: 'ro' | 'rw'): void {
    const { status, stderr } = system('mount', ['-o', `remount,${option}`, this.disk]);
    if (status !== 0) throw new Error(`remount: ${stderr}`);
  }

  /** Fills the disk up to so many free blocks; returns what frees it again. */
  fill(free: number): () => void {
    const { bavail, bsize } = statfsSync(this.disk);
    const file = `${this.disk}/filler`;
    writeFileSync(file, Buffer.alloc(Math.max(0, bavail - free) * bsize));
    return () => rmSync(file);
  }

  override [Symbol.dispose](): void {
    if (this.mounted) system('umount', ['-l', this.disk]);
    super[Symbol.dispose]();
  }
}

const args = ['run', 'two.yaml', '-j', '1'];
const probe = new DiskBench('size=64k');
const canMount = probe.mounted;
probe[Symbol.dispose]();
if (!canMount) process.stdout.write('skip: a tmpfs cannot be mounted here (needs root)\n');
const onDisk = canMount ? test : test.skip;

onDisk(
  'full at any moment: a clear error, and after making room the same command completes',
  async () => {
    using bench = new DiskBench('size=1m');
    writeFiles(bench.root, { 'two.yaml': twoPrograms });
    const clean = await runClean(bench, args);
    let failed = 0;
    for (const free of [0, 2, 7, 14, 24]) {
      const state = `disk/free-${free}`;
      const makeRoom = bench.fill(free);
      const full = await bench.run(state, args);
      makeRoom();
      if (full.code !== 0) {
        failed++;
        assert.is(full.code, 1, full.err);
        // A program that meets the full disk itself says so in its own words.
        assert.match(
          full.err,
          /no space left on (the disk: .*disk|device)/i,
          `${free} free: ${full.err}`,
        );
        assert.not.match(full.out + full.err, /\n\s+at /, 'no stack');
      }
      const again = await bench.run(state, args);
      assert.is(again.code, 0, again.err);
      assert.equal(await compareRun(bench, state, clean), [], `${free} blocks free`);
      rmSync(bench.path(state), { recursive: true });
    }
    assert.ok(failed >= 3, `${failed} runs met the full disk`);
  },
);

onDisk('no file can be made any more: the same', async () => {
  using bench = new DiskBench('size=4m,nr_inodes=24');
  writeFiles(bench.root, { 'two.yaml': twoPrograms });
  const clean = await runClean(bench, args);
  const full = await bench.run('disk/x', args);
  assert.is(full.code, 1, full.out);
  assert.match(full.err, /no space left on (the disk: .*disk|device)/i);
  assert.not.match(full.out + full.err, /\n\s+at /, 'no stack');
  system('mount', ['-o', 'remount,nr_inodes=2000', bench.disk]);
  const again = await bench.run('disk/x', args);
  assert.is(again.code, 0, again.err);
  assert.equal(await compareRun(bench, 'disk/x', clean), []);
});

onDisk(
  'read-only: what is cached is served, anything else is refused in one sentence',
  async () => {
    using bench = new DiskBench('size=4m');
    writeFiles(bench.root, { 'two.yaml': twoPrograms });
    assert.is((await bench.run('disk/x', args)).code, 0);
    bench.remount('ro');
    const same = await bench.run('disk/x', args);
    assert.is(same.code, 0, same.err);
    assert.match(same.out, /^nothing to do/);
    const verify = await bench.run('disk/x', ['cache', 'verify']);
    assert.is(verify.code, 0, verify.out + verify.err);

    writeFiles(bench.root, { 'two.yaml': twoPrograms.replace('echo one', 'echo two') });
    const changed = await bench.run('disk/x', args);
    assert.is(changed.code, 1, changed.out);
    assert.match(changed.err, /the file system is read-only: .*disk/);
    assert.match(changed.err, /AFFEKT_CACHE|AFFEKT_RUNS/);
    assert.not.match(changed.out + changed.err, /\n\s+at /, 'no stack');
    bench.remount('rw');
    assert.is((await bench.run('disk/x', args)).code, 0);
  },
);

test.run();
