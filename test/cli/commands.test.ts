import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createProject, type Project } from '../util/cli.ts';

const test = suite('commands');

const program = (line: string): string => `[sh, -c, ${JSON.stringify(line)}, sh, "{outputs.out}"]`;

function project(): Project {
  const made = createProject();
  made.write({
    'affekt.config.yaml': 'jobs: 2\n',
    'chain.yaml': `name: chain
stages:
  first: { uses: command, with: { run: ${program('echo said; echo one > "$1/a"')}, params: { size: 3 } } }
  second: { uses: command, in: { first: first.out }, with: { run: ${program('touch "$1/b"')} } }
`,
  });
  return made;
}

/** Squeezes runs of spaces, so that column widths do not matter. */
const squeeze = (text: string): string => text.replace(/ {2,}/g, '  ');

test('plan: before, after, and after a change', async () => {
  using p = project();
  const before = await p.affekt(['plan', 'chain.yaml']);
  assert.is(before.code, 0, before.err);
  assert.match(squeeze(before.out), /^first {2}RUN {2}new {2}1 task {2}\?/);
  assert.match(squeeze(before.out), /\nsecond {2}depends/);
  assert.match(before.out, /\n2 stages, 0 cached, 1 to run, 1 depend on what runs\n$/);
  assert.equal(p.list('runs'), [], 'a plan makes nothing');

  await p.affekt(['run', 'chain.yaml']);
  const after = await p.affekt(['plan', 'chain.yaml']);
  assert.match(after.out, /\n2 stages, 2 cached, 0 to run\n$/);

  const changed = await p.affekt(['plan', 'chain.yaml', 'first.params.size=4']);
  assert.match(
    squeeze(changed.out),
    /^first {2}RUN {2}param params \{"size":3\} → \{"size":4\} {2}1 task {2}~/,
  );

  const json = await p.affekt(['plan', 'chain.yaml', '--json']);
  const plan = JSON.parse(json.out) as { stages: { address: string; status: string }[] };
  assert.equal(
    plan.stages.map(({ address, status }) => [address, status]),
    [
      ['first', 'cached'],
      ['second', 'cached'],
    ],
  );
});

test('why: marks the fields that differ; without a spec, of the run that was last', async () => {
  using p = project();
  await p.affekt(['run', 'chain.yaml', 'first.params.size=5']);
  const why = await p.affekt(['why', 'chain.yaml', 'first']);
  assert.is(why.code, 0, why.err);
  assert.match(squeeze(why.out), /\n {2}\* {2}param params {2}\{"size":3\} {2}was \{"size":5\}\n/);
  const last = await p.affekt(['why', 'first']);
  assert.match(last.out, /^first {2}command {2}cached/, 'the overrides of that run are used too');
  assert.is((await p.affekt(['why', 'chain.yaml'])).code, 2);
  assert.is((await p.affekt(['why', 'chain.yaml', 'nothing'])).code, 2);
});

test('runs, show and logs tell of what ran, also when a later run found it cached', async () => {
  using p = project();
  assert.is((await p.affekt(['runs'])).out, 'no run yet in runs\n  Make one: affekt run SPEC\n');
  const none = await p.affekt(['show']);
  assert.is(none.code, 2);
  assert.match(none.err, /there is no run yet/);

  await p.affekt(['run', 'chain.yaml']);
  await p.affekt(['run', 'chain.yaml', '--record']);
  const runs = (await p.affekt(['runs'])).out.trimEnd().split('\n');
  assert.is(runs.length, 2);
  assert.match(squeeze(runs[0] ?? ''), /^[a-z0-9]{4} {2}done {2}chain {2}just now/);

  const show = await p.affekt(['show']);
  assert.match(squeeze(show.out), /\n {2}first {2}1 task {2}cached\n/);
  const log = await p.affekt(['logs', 'first']);
  assert.is(log.code, 0, log.err);
  assert.match(log.out, /said/);
  assert.match(log.err, /log of run [a-z0-9]{4}; cached in run [a-z0-9]{4}/);
  const wrong = await p.affekt(['logs', 'frist']);
  assert.is(wrong.code, 2);
  assert.match(wrong.err, /no log of "frist"; did you mean first\?/);
  const id = (runs[1] ?? '').slice(0, 4);
  assert.match(squeeze((await p.affekt(['show', id])).out), /first {2}1 task {2}1 ran/);
  assert.ok(existsSync(p.path('runs/index.html')));
});

test('cache: size, check, a damaged object, and room', async () => {
  using p = project();
  await p.affekt(['run', 'chain.yaml']);
  const du = JSON.parse((await p.affekt(['cache', 'du', '--json'])).out) as {
    objects: number;
    records: number;
  };
  assert.is(du.records, 2);
  assert.ok(du.objects >= 2);
  assert.match((await p.affekt(['cache', 'du'])).out, /2 records\n {2}command {2}2 records/);
  assert.is((await p.affekt(['cache', 'verify'])).code, 0);

  const prefix = readdirSync(p.path('cache/objects'))[0] ?? '';
  const object = join(
    p.path('cache/objects'),
    prefix,
    readdirSync(p.path(`cache/objects/${prefix}`))[0] ?? '',
  );
  rmSync(object, { force: true });
  writeFileSync(object, 'other bytes');
  const verify = await p.affekt(['cache', 'verify']);
  assert.is(verify.code, 3, verify.out);
  assert.match(verify.out, /bad {2}[0-9a-f]{64} {2}/);
  assert.is((await p.affekt(['run', 'chain.yaml'])).code, 0, 'the next run makes it again');
  assert.is((await p.affekt(['cache', 'verify'])).code, 0);

  const wrong = await p.affekt(['cache', 'gc', '--max-size', 'big']);
  assert.is(wrong.code, 2);
  assert.match(wrong.err, /--max-size must be a size such as 20 GB/);
  const dry = await p.affekt(['cache', 'gc', '--max-size', '0', '--dry-run']);
  assert.match(dry.out, /^would remove \d+ objects?, /);
  assert.is(
    (await p.affekt(['cache', 'du', '--json'])).out.includes(`"objects":${du.objects}`),
    true,
  );
  assert.is((await p.affekt(['cache', 'shrink'])).code, 2);
});

test('data: only what is a known corpus is registered, and a change is found', async () => {
  using p = project();
  mkdirSync(p.path('empty'));
  const list = await p.affekt(['data', 'list']);
  assert.match(list.out, /aesdd {2}not here/);
  const unknown = await p.affekt(['data', 'add', 'aesd', 'empty']);
  assert.is(unknown.code, 2);
  assert.match(unknown.err, /unknown corpus "aesd"; did you mean aesdd\?/);
  const empty = await p.affekt(['data', 'add', 'emodb', 'empty']);
  assert.is(empty.code, 2);
  assert.match(empty.err, /no recording of .* is below this folder/);
  assert.is((await p.affekt(['data', 'add', 'emodb', 'nowhere'])).code, 2);
  assert.is((await p.affekt(['data', 'rm', 'emodb'])).code, 2);

  p.write({ 'emodb/03a01Fa.wav': 'not the original', 'emodb/readme.txt': '' });
  const unpinned = await p.affekt(['data', 'add', 'emodb', 'emodb']);
  assert.is(unpinned.code, 2);
  assert.match(unpinned.err, /--unpinned/);
  const added = await p.affekt(['data', 'add', 'emodb', 'emodb', '--unpinned']);
  assert.is(added.code, 0, added.err);
  assert.match((await p.affekt(['data', 'list'])).out, /emodb {2}1 file {2}unpinned/);
  assert.is((await p.affekt(['data', 'verify'])).code, 0);
  p.write({ 'emodb/03a01Fa.wav': 'something else' });
  const verify = await p.affekt(['data', 'verify', 'emodb']);
  assert.is(verify.code, 3);
  assert.match(verify.out, /changed {2}03a01Fa\.wav/);
  assert.is((await p.affekt(['data', 'rm', 'emodb'])).code, 0);
  assert.ok(existsSync(p.path('emodb/03a01Fa.wav')), 'the files stay');
});

test('doctor: good here; says which folder is in the way', async () => {
  using p = project();
  const good = await p.affekt(['doctor']);
  assert.is(good.code, 0, good.out);
  assert.match(squeeze(good.out), /jobs {2}2 {2}affekt\.config\.yaml:1/);
  p.write({ file: '' });
  const bad = await p.affekt(['doctor'], { env: { AFFEKT_CACHE: 'file/cache' } });
  assert.is(bad.code, 2);
  assert.match(bad.out, /✗ cache: .*ENOTDIR\n {4}Choose another folder: .*AFFEKT_CACHE/);
});

test('every command has help that names its flags', async () => {
  using p = project();
  for (const name of [
    'run',
    'plan',
    'why',
    'runs',
    'show',
    'logs',
    'cache',
    'data',
    'engine',
    'schema',
    'doctor',
  ]) {
    const help = await p.affekt([name, '--help']);
    assert.is(help.code, 0, help.err);
    assert.match(help.out, new RegExp(`Usage: affekt ${name}`));
    assert.match(help.out, /--help {2,}this text/);
  }
  assert.match((await p.affekt(['--version'])).out, /^affekt \d+\.\d+\.\d+\n$/);
});

test('a folder that cannot be made: which setting it is, exit 2', async () => {
  using p = project();
  p.write({ file: '' });
  for (const variable of ['AFFEKT_CACHE', 'AFFEKT_RUNS']) {
    const run = await p.affekt(['run', 'chain.yaml'], { env: { [variable]: 'file/folder' } });
    assert.is(run.code, 2, run.out + run.err);
    assert.match(run.err, /(cache|runs)\.path .*file\/folder cannot be made: a file is in the way/);
    assert.ok(run.err.includes(`It comes from: ${variable}.`));
  }
});

test('the built program reads a configuration file and writes the resolved spec', async () => {
  using p = project();
  p.write({ 'affekt.config.yaml': 'jobs: 2\nruns: { path: ./elsewhere }\n' });
  const ran = await p.affekt(['run', 'chain.yaml']);
  assert.is(ran.code, 0, ran.err);
  assert.match(p.read('elsewhere/latest/resolved.yaml'), /^name: chain\n/);
});

test('problems are told with short paths, twenty at most, after a plan that cannot run too', async () => {
  using p = project();
  const stages = Array.from({ length: 30 }, (_, i) => `  s${i}: { uses: nothing }\n`).join('');
  p.write({ 'many.yaml': `stages:\n${stages}` });
  const many = await p.affekt(['plan', 'many.yaml']);
  assert.is(many.code, 2);
  assert.match(many.err, /^many\.yaml:2:15 error: unknown kind "nothing"/);
  assert.is(many.err.match(/ error: /g)?.length, 20);
  assert.match(many.err, /\n30 errors; the first 20 are shown\n$/);

  p.write({
    'own.yaml': 'stages:\n  speech: { uses: fetch, with: { files: "*.wav", table: no.csv } }\n',
  });
  const blocked = await p.affekt(['plan', 'own.yaml']);
  assert.is(blocked.code, 2);
  assert.match(blocked.out, /^speech {2}blocked: there is no file no\.csv\n/);
  assert.match(blocked.err, /\nown\.yaml:2:\d+ error: there is no file no\.csv\n/);
});

test('a cache below a folder that takes none is told at once', async () => {
  using p = project();
  // Node's recursive mkdir never returns there.
  if (!existsSync('/proc/self')) return;
  const ran = await p.affekt(['run', 'chain.yaml'], {
    env: { AFFEKT_CACHE: '/proc/affekt/cache' },
  });
  assert.is(ran.code, 2);
  assert.match(ran.err, /^error: cache\.path \/proc\/affekt\/cache cannot be made: /);
  assert.match(ran.err, /It comes from: AFFEKT_CACHE\./);
});

test.run();
