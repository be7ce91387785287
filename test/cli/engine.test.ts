import { chmodSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pinned } from '../../src/model/tfjs/backend.ts';
import { createProject, type Project } from '../util/cli.ts';

const test = suite('engine');

/** A folder of programs that is all of PATH: what is not in it is not installed. */
function pathOf(p: Project, programs: Readonly<Record<string, string>>): { readonly PATH: string } {
  p.write({ 'bin/readme': '' });
  for (const [name, body] of Object.entries(programs)) {
    p.write({ [`bin/${name}`]: `#!/bin/sh\n${body}\n` });
    chmodSync(p.path(`bin/${name}`), 0o755);
  }
  return { PATH: p.path('bin') };
}

const there = 'exit 0';
/** An npm that does this when it is asked to install. */
const npm = (install: string): string => `[ "$1" = --version ] && exit 0\n${install}`;

test('list: what there is, and how to get the rest; nothing is loaded or asked for', async () => {
  using p = createProject();
  const shown = await p.affekt(['engine', 'list']);
  assert.is(shown.code, 0, shown.err);
  assert.match(shown.out, /onnx +ONNX Runtime \d+\.\d+\.\d+ +cpu, webgpu/);
  assert.match(shown.out, /tfjs-node 4.*not installed +affekt engine install tfjs-node\n/);
  assert.match(
    shown.out,
    /tfjs-node-gpu 4.*not installed +affekt engine install tfjs-node --gpu\n/,
  );
  assert.match(shown.out, /tfjs +TensorFlow\.js 4\.22\.0 in plain JavaScript +cpu/);
  const json = await p.affekt(['engine', 'list', '--json']);
  const rows = json.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { ready: boolean });
  assert.equal(
    rows.map(({ ready }) => ready),
    [true, false, false, true],
  );
  const doctor = await p.affekt(['doctor']);
  assert.match(doctor.out, /engine tfjs: .*plain JavaScript, device cpu\n.*affekt engine install/);
});

test('check: plain JavaScript computes what ONNX Runtime does', async () => {
  using p = createProject();
  const checked = await p.affekt(['engine', 'check']);
  assert.is(checked.code, 0, checked.err);
  assert.match(checked.out, /plain JavaScript: gradients within \d.\de-\d.*the same bits twice/);
});

test('install: names all tools that are missing, before it fetches anything', async () => {
  using p = createProject();
  const env = pathOf(p, { npm: npm('exit 1') });
  const refused = await p.affekt(['engine', 'install', 'tfjs-node'], { env });
  assert.is(refused.code, 2);
  assert.match(
    refused.err,
    /takes g\+\+ and python3 with pip\n.*apt-get install g\+\+; apt-get install python3-pip/,
  );
  assert.is(refused.out, '');
});

test('install: a step that fails is named, with what its program said; nothing is left', async () => {
  using p = createProject();
  const said = npm('echo "404 no such package" >&2; exit 1');
  const env = { ...pathOf(p, { npm: said, 'g++': there, python3: there }), AFFEKT_DATA: 'data' };
  const failed = await p.affekt(['engine', 'install', 'tfjs-node'], { env });
  assert.is(failed.code, 1);
  assert.match(
    failed.err,
    /404 no such package\n.*npm could not install @tensorflow\/tfjs-node@4.*\n.*npm config get registry/,
  );
  assert.equal(p.list('data/engines'), []);
});

test('install: Ctrl-C ends it, and leaves nothing', async () => {
  using p = createProject();
  // The package manager is at work for ever when the signal comes.
  const busy = npm('kill -INT $PPID; while :; do :; done');
  const env = { ...pathOf(p, { npm: busy, 'g++': there, python3: there }), AFFEKT_DATA: 'data' };
  const ended = await p.affekt(['engine', 'install', 'tfjs-node'], { env });
  assert.is(ended.code, 130, ended.err);
  assert.equal(p.list('data/engines'), []);
});

test('names that are no engine are refused', async () => {
  using p = createProject();
  for (const [args, says] of [
    [['install'], /a name is needed/],
    [['install', 'torch'], /no engine "torch" to install/],
    [['check', 'torch'], /no engine "torch"\n.*tfjs-node-gpu/],
    [['check', 'tfjs-node'], /tfjs-node is not installed\n.*affekt engine install tfjs-node/],
    [['remove'], /unknown action "remove"/],
  ] as const) {
    const refused = await p.affekt(['engine', ...args]);
    assert.is(refused.code, 2);
    assert.match(refused.err, says);
  }
});

test('the version that is installed on demand is the one that the package has and peers name', () => {
  const file = resolve(import.meta.dirname, '../../package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>;
  // Those that are bundled are needed to build alone.
  const { devDependencies = {}, peerDependencies = {} } = manifest;
  const named = Object.entries({ ...devDependencies, ...peerDependencies }).filter(([name]) =>
    name.startsWith('@tensorflow/'),
  );
  assert.is(named.length, 4);
  assert.equal([...new Set(named.map(([, version]) => version))], [pinned.tfjs]);
});

test.run();
