import { readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import Type from 'typebox';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { artifactTypes } from '../../src/artifacts/index.ts';
import { eachObject, eachRecord } from '../../src/engine/cache/inventory.ts';
import { CachePaths } from '../../src/engine/cache/paths.ts';
import { verifyCache } from '../../src/engine/cache/verify.ts';
import { sha256 } from '../../src/engine/digest.ts';
import { defineStage, type StageKind } from '../../src/engine/stage.ts';
import { stageKinds } from '../../src/kinds.ts';
import { createEngineProject, type Done, type EngineProject, finished } from '../util/project.ts';
import { everyKind, writeTinyCorpus } from '../util/tiny-corpus.ts';

function rig(name?: string): EngineProject {
  const project = createEngineProject(name);
  writeTinyCorpus(project);
  project.write({ 'x.yaml': everyKind });
  return project;
}

/** Digests by address and port of everything that the cache's records name, nested tasks included. */
function results(project: EngineProject): string {
  return [...eachRecord(new CachePaths(project.cache))]
    .map(({ record }) => {
      const outputs = Object.entries(record.outputs).map(
        ([port, { digest }]) => `${port}=${digest}`,
      );
      return `${record.key} ${record.kind} ${outputs.join(' ')}`;
    })
    .sort()
    .join('\n');
}

function succeeded(done: Done): Done {
  const failures = 'failures' in done ? done.failures : [];
  assert.equal(failures, []);
  return done;
}

/** The user's files as they are: content and everything that a touch would change. */
function look(project: EngineProject): string {
  return readdirSync(project.path('wav'))
    .map((name) => {
      const path = project.path(`wav/${name}`);
      const { mode, mtimeMs, ino } = statSync(path);
      return `${name} ${mode} ${mtimeMs} ${ino} ${sha256(readFileSync(path))}`;
    })
    .join('\n');
}

/** One run of every kind, with one job in this process, that several tests look at. */
interface Once {
  readonly project: EngineProject;
  readonly done: ReturnType<typeof finished>;
  /** The user's files before it. */
  readonly before: string;
}

const test = suite<{ once: Once }>('contract of every kind');

test.before(async (context) => {
  const project = rig('one');
  const before = look(project);
  const host = project.host({ jobs: 1 });
  context.once = {
    project,
    before,
    done: finished(succeeded(await project.run('x.yaml', { host }))),
  };
});

test.after(({ once }) => once.project[Symbol.dispose]());

test('inputs are left as they are, the user’s files and the cache’s', async ({ once }) => {
  const { project, before } = once;
  assert.is(look(project), before);
  assert.equal(await verifyCache(project.cache), {
    checked: [...eachObject(new CachePaths(project.cache))].length,
    bad: [],
    missing: 0,
  });
});

test('no artifact holds a path, a host, a run or a time of its making', ({ once }) => {
  const { project, done } = once;
  const paths = new CachePaths(project.cache);
  const year = new Date().toISOString().slice(0, 11);
  const words = [project.folder, tmpdir(), `-${done.info.id}`, `"${done.info.id}"`, year];
  if (hostname().length > 5) words.push(hostname());
  let looked = 0;
  for (const { digest, inPlace } of eachObject(paths)) {
    if (inPlace) continue;
    const bytes = readFileSync(paths.object(digest));
    looked++;
    for (const word of words) {
      assert.not.ok(bytes.includes(word), `${digest} holds ${word}: ${bytes.subarray(0, 200)}`);
    }
  }
  assert.ok(looked > 10);
});

test('twice, elsewhere, later, with more jobs, in other processes: the same keys and the same bytes', async ({
  once,
}) => {
  const { project: one, done: first } = once;
  using two = rig('a folder with spaces');
  const kinds = new Set(
    [...eachRecord(new CachePaths(one.cache))].map(({ record }) => record.kind),
  );
  const leaves = Object.values(stageKinds).flatMap((kind) =>
    'coordinate' in kind ? [] : [kind.kind],
  );
  assert.equal(
    [...kinds].sort(),
    leaves.sort(),
    'every kind takes part: add a new one to the spec',
  );

  const cwd = process.cwd();
  process.chdir(tmpdir());
  try {
    const host = two.host({ jobs: 4, local: true });
    const second = finished(succeeded(await two.run('x.yaml', { host })));
    assert.equal(second.outputs, first.outputs);
  } finally {
    process.chdir(cwd);
  }
  assert.is(results(two), results(one));
  assert.is((await one.run('x.yaml')).state, 'nothing-to-do');

  const all = { selection: { from: ['speech', 'other'] } };
  const forced = finished(succeeded(await one.run('x.yaml', { host: one.host(), ...all })));
  assert.is(forced.ran, first.ran, 'everything again');
  assert.equal(forced.outputs, first.outputs);
});

test('a task after others in a warm worker gives what it gives alone', async () => {
  using together = rig();
  using apart = rig();
  const host = together.host({ local: true, jobs: 1 });
  succeeded(await together.run('x.yaml', { host }));
  const alone = apart.host({ local: true, jobs: 1 });
  const stages = Object.keys((parse(everyKind) as { readonly stages: object }).stages);
  assert.ok(stages.length > 15, `${stages}`);
  for (const stage of stages) {
    succeeded(await apart.run('x.yaml', { host: alone, selection: { only: [stage] } }));
  }
  assert.is(results(apart), results(together));
});

test('every kind that is stopped says cancelled, and leaves neither record nor attempt', async () => {
  using project = rig();
  const host = project.host({ jobs: 1 });
  const kinds = Object.values(stageKinds).filter((kind) => !('coordinate' in kind));
  const seen = new Set<string>();
  // Each round stops one kind more; what came before is cached by then.
  for (let round = 0; round < kinds.length; round++) {
    const stop = new AbortController();
    let stopped = '';
    const done = finished(
      await project.run('x.yaml', {
        host,
        signal: stop.signal,
        listener(event) {
          if (event.type !== 'task-started' || seen.has(event.kind) || stopped !== '') return;
          stopped = event.key;
          seen.add(event.kind);
          stop.abort();
        },
      }),
    );
    assert.is(done.state, 'interrupted');
    const [failed] = done.failures;
    assert.equal(failed?.failure, { reason: 'cancelled' }, failed?.address);
    const records = [...eachRecord(new CachePaths(project.cache))];
    assert.not.ok(
      records.some(({ record }) => record.key === stopped),
      failed?.address,
    );
    assert.equal(project.list('cache/attempts'), []);
  }
  assert.is(seen.size, kinds.length);
  succeeded(await project.run('x.yaml', { host }));
});

test('a wrong artifact of any type is refused at the door of its stage, and nothing is kept', async () => {
  using project = createEngineProject();
  const types = Object.keys(artifactTypes);
  const liar = (type: string): StageKind =>
    defineStage({
      kind: `liar-${type}`,
      version: 1,
      summary: 'Writes nonsense.',
      tier: 'inline',
      inputs: {},
      outputs: { out: { type, summary: 'nonsense' } },
      params: Type.Object({}),
      async run(context) {
        const { writeFileSync } = await import('node:fs');
        const output = context.output('out');
        // Two files: a folder may hold anything but nothing, a file is one.
        if (type === 'directory') return;
        writeFileSync(output.path('nonsense.txt'), '\u0000{"');
        writeFileSync(output.path(`${type}.csv`), 'a,a\n1\n');
        writeFileSync(output.path(`${type}.json`), '{');
      },
    });
  const kinds = Object.fromEntries(types.map((type) => [`liar-${type}`, liar(type)]));
  const host = project.host({ kinds });
  for (const type of types) {
    project.write({ 'x.yaml': `name: x\nstages: { bad: { uses: liar-${type} } }\n` });
    const done = finished(await project.run('x.yaml', { host }));
    const [failed] = done.failures;
    const expected = type === 'directory' ? 'missing-output' : 'bad-output';
    assert.is(failed?.failure.reason, expected, type);
    if (failed?.failure.reason === 'bad-output') {
      assert.is(failed.failure.port, 'out');
      assert.ok(failed.failure.problems.length > 0);
      for (const problem of failed.failure.problems) {
        assert.not.match(problem, /undefined|\[object|at .*\.ts/, `${type}: ${problem}`);
      }
    }
  }
  const paths = new CachePaths(project.cache);
  assert.is([...eachRecord(paths)].length + [...eachObject(paths)].length, 0);
});

test('odd names and odd files among outputs: kept where they are files, refused where not', async () => {
  using project = createEngineProject();
  const program = (line: string) =>
    `name: x\nstages: { c: { uses: command, with: { run: [sh, -c, ${JSON.stringify(line)}, sh, "{outputs.out}"] } } }\n`;
  const host = project.host();
  project.write({
    'good.yaml': program(
      'cd "$1"; mkdir -p "a b/ü"; for f in "new\nline" "-rf" ".hidden" "a b/ü/x" "tab\t"; do echo hi > "$f"; done',
    ),
  });
  const good = finished(succeeded(await project.run('good.yaml', { host })));
  const names = Object.keys(good.artifact('c', 'out')!.files);
  assert.equal(names, ['-rf', '.hidden', 'a b/ü/x', 'new\nline', 'tab\t']);
  const odd: Record<string, string> = {
    'a link': 'ln -s /etc/passwd "$1/link"',
    'a link to a folder': 'ln -s / "$1/link"',
    'a pipe': 'mkfifo "$1/pipe"',
  };
  for (const [name, line] of Object.entries(odd)) {
    project.write({ 'x.yaml': program(line) });
    const done = finished(await project.run('x.yaml', { host }));
    const failure = done.failures[0]?.failure;
    assert.is(failure?.reason, 'bad-output', name);
    assert.match(JSON.stringify(failure), /link|pipe/, name);
  }
});

test.run();
