import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { commands } from '../../src/cli/commands.ts';

const test = suite('./run');
const script = resolve(import.meta.dirname, '../../run');
const old = new Date('2026-01-01');
const older = new Date('2025-01-01');

/**
 * A checkout in a folder with a space, whose `npm` notes what it was asked and makes what the real
 * one would, and whose program prints its folder and arguments.
 */
class Checkout {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'affekt run ')));
  readonly home = join(this.root, 'a checkout');
  readonly bin = join(this.root, 'bin');

  constructor() {
    this.write('package-lock.json', '{}', older);
    this.write('package.json', '{}', older);
    this.write('src/a.ts', '', older);
    this.write('scripts/build.ts', '', older);
    this.write(
      'bin/affekt.js',
      'process.stdout.write(JSON.stringify([process.cwd(), ...process.argv.slice(2)]))',
    );
    for (const folder of ['src', 'scripts']) utimesSync(join(this.home, folder), older, older);
    copyFileSync(script, join(this.home, 'run'));
    this.program(
      'npm',
      `echo "$*" >>"${this.root}/npm.log"
case "$*" in
  ci*) mkdir -p node_modules && echo {} >node_modules/.package-lock.json ;;
  *build*) rm -rf dist && mkdir dist && echo >dist/cli.js ;;
esac`,
    );
    symlinkSync(process.execPath, join(this.bin, 'node'));
  }

  write(path: string, text: string, time?: Date): void {
    const file = join(this.home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (time !== undefined) utimesSync(file, time, time);
  }

  program(name: string, body: string): void {
    mkdirSync(this.bin, { recursive: true });
    rmSync(join(this.bin, name), { force: true });
    writeFileSync(join(this.bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(this.bin, name), 0o755);
  }

  run(args: readonly string[], options: { cwd?: string; path?: string; start?: string } = {}) {
    const { cwd = this.root, path = `${this.bin}:/usr/bin:/bin`, start } = options;
    const env = { PATH: path, HOME: this.root };
    const entry = start ?? join(this.home, 'run');
    const { status, stdout, stderr } = spawnSync('/bin/sh', [entry, ...args], {
      cwd,
      env,
      encoding: 'utf8',
    });
    return { status, out: stdout, err: stderr };
  }

  /** What npm was asked since the last look. */
  npm(): readonly string[] {
    const log = join(this.root, 'npm.log');
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
    rmSync(log, { force: true });
    return lines.map((line) => line.split(' ')[0] ?? '');
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

test('a fresh checkout installs, builds and runs; the second time it only runs', () => {
  using checkout = new Checkout();
  const first = checkout.run(['demo.yaml', 'a.b=c d']);
  assert.is(first.status, 0, first.err);
  assert.equal(JSON.parse(first.out), [checkout.root, 'run', 'demo.yaml', 'a.b=c d']);
  assert.match(first.err, /^installed packages in \d+ s\nbuilt in \d+ s\n$/);
  assert.equal(checkout.npm(), ['ci', 'run']);

  const second = checkout.run(['demo.yaml']);
  assert.is(second.err, '');
  assert.equal(JSON.parse(second.out), [checkout.root, 'run', 'demo.yaml']);
  assert.equal(checkout.npm(), []);
});

test('commands pass through, and the folder is the one it is called from', () => {
  using checkout = new Checkout();
  checkout.run([]);
  const cwd = join(checkout.root, 'bin');
  const passed = [...commands.map(({ name }) => [name, 'x.yaml']), ['--help'], ['cache', 'du']];
  for (const args of passed) {
    assert.equal(JSON.parse(checkout.run(args, { cwd }).out), [cwd, ...args]);
  }
  for (const args of [['x.yaml'], ['experiments/x'], ['--only', 'mel', 'x.yaml']]) {
    assert.equal(JSON.parse(checkout.run(args, { cwd }).out), [cwd, 'run', ...args]);
  }
});

test('builds again after a change in src, a new file, a removed file; not after one elsewhere', () => {
  using checkout = new Checkout();
  checkout.write('src/b.ts', '', older);
  checkout.run([]);
  checkout.npm();
  const settle = (): void => {
    utimesSync(join(checkout.home, 'dist/.started'), old, old);
    for (const path of ['src', 'src/a.ts', 'src/b.ts', 'scripts', 'package.json']) {
      if (existsSync(join(checkout.home, path)))
        utimesSync(join(checkout.home, path), older, older);
    }
  };
  settle();
  checkout.write('README.md', 'x');
  checkout.run([]);
  assert.equal(checkout.npm(), []);
  checkout.write('src/a.ts', 'x');
  checkout.run([]);
  assert.equal(checkout.npm(), ['run']);
  settle();
  rmSync(join(checkout.home, 'src/b.ts'));
  checkout.run([]);
  assert.equal(checkout.npm(), ['run']);
  settle();
  rmSync(join(checkout.home, 'dist/cli.js'));
  checkout.run([]);
  assert.equal(checkout.npm(), ['run']);
});

test('installs again when the lock file has changed, not when it was only touched', () => {
  using checkout = new Checkout();
  checkout.run([]);
  checkout.npm();
  const future = new Date(Date.now() + 60_000);
  utimesSync(join(checkout.home, 'package-lock.json'), future, future);
  checkout.run([]);
  assert.equal(checkout.npm(), []);
  checkout.write('package-lock.json', '{"a":1}', future);
  checkout.run([]);
  assert.equal(checkout.npm(), ['ci']);
});

test('packages that somebody installed by hand are taken as they are', () => {
  using checkout = new Checkout();
  checkout.write('node_modules/.package-lock.json', '{}');
  checkout.run([]);
  assert.equal(checkout.npm(), ['run']);
});

test('works through a symbolic link', () => {
  using checkout = new Checkout();
  symlinkSync(join('a checkout', 'run'), join(checkout.root, 'go'));
  const { out, err } = checkout.run(['x.yaml'], { start: join(checkout.root, 'go') });
  assert.equal(JSON.parse(out || `"${err}"`), [checkout.root, 'run', 'x.yaml']);
});

test('without Node, or with one that is too old: what to install, exit 2', () => {
  using checkout = new Checkout();
  const empty = join(checkout.root, 'empty');
  mkdirSync(empty);
  for (const tool of ['dirname', 'readlink']) {
    symlinkSync(`/usr/bin/${tool}`, join(empty, tool));
  }
  const none = checkout.run(['x.yaml'], { path: empty });
  assert.is(none.status, 2, none.err);
  assert.match(none.err, /needs Node\.js 20\.19 or newer, and there is no "node" on the PATH/);
  assert.match(none.err, /brew install node/);
  for (const version of ['v18.20.1', 'v20.18.9']) {
    checkout.program('node', `echo ${version}`);
    const { status, err } = checkout.run(['x.yaml']);
    assert.is(status, 2);
    assert.match(err, new RegExp(`this is ${version}`));
  }
  assert.equal(checkout.npm(), [], 'nothing is installed');
});

test('a failing install or build ends with 1 and is tried again the next time', () => {
  using checkout = new Checkout();
  checkout.program('npm', 'echo no network >&2; exit 1');
  const install = checkout.run(['x.yaml']);
  assert.is(install.status, 1);
  assert.match(install.err, /no network\nnpm ci failed/);
  assert.is(install.out, '');
  checkout.write('node_modules/.package-lock.json', '{}');
  const build = checkout.run(['x.yaml']);
  assert.is(build.status, 1);
  assert.match(build.err, /the build failed/);
  assert.not.ok(existsSync(join(checkout.home, 'dist/.started')));
});

test.run();
