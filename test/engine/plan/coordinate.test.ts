import { readFileSync } from 'node:fs';
import Type from 'typebox';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Artifact } from '../../../src/engine/artifact.ts';
import { type CoordinateContext, defineStage, type StageKind } from '../../../src/engine/stage.ts';
import { createRandom } from '../../../src/util/random.ts';
import { computed, createEngineProject, finished } from '../../util/project.ts';
import { createTestKinds } from '../../util/test-kinds.ts';

const test = suite('coordinate');

type Coordinate = (
  context: CoordinateContext<{ n: number }>,
  say: StageKind,
) => Promise<Readonly<Record<string, Artifact>>>;

/** A project with one stage `fan` of the given coordinator, after a stage `top` and before `end`. */
function rig(coordinate: Coordinate) {
  const project = createEngineProject();
  const made = createTestKinds();
  const say = made.kinds['say']!;
  const fan = defineStage({
    kind: 'fan',
    version: 1,
    summary: 'Asks for tasks.',
    tier: 'inline',
    inputs: { x: { type: 'file', summary: 'text' } },
    outputs: { out: { type: 'file', summary: 'text' } },
    params: Type.Object({ n: Type.Integer({ default: 5, description: 'How many.' }) }),
    coordinate: (context) => coordinate(context, say),
  });
  project.write({
    'x.yaml': `name: x
stages:
  top: { uses: say, with: { label: top } }
  fan: { uses: fan, in: { x: top } }
  end: { uses: say, in: { x: fan }, with: { label: end } }
`,
  });
  return { project, host: project.host({ kinds: { ...made.kinds, fan }, jobs: 8 }), ...made };
}

/** Two waves of calls, the second made of what the first gave, and one that joins. */
const twoWaves: Coordinate = async (context, say) => {
  const out = async (answer: Promise<Readonly<Record<string, Artifact>>>): Promise<Artifact> =>
    (await answer)['out']!;
  const folds = Array.from({ length: context.params.n }, (_, i) => i + 1);
  const second = await Promise.all(
    folds.map(async (fold) => {
      const first = await out(
        context.call({
          kind: say,
          params: { label: `first${fold}` },
          inputs: { x: context.input('x') },
          select: { fold },
        }),
      );
      return out(
        context.call({
          kind: say,
          params: { label: `second${fold}` },
          inputs: { y: first },
          name: 'second',
          select: { fold },
        }),
      );
    }),
  );
  return context.call({
    kind: say,
    params: { label: 'join' },
    inputs: { all: second },
    name: 'join',
  });
};

test('a plan shows what a coordinator says of itself, as soon as its inputs are there', async () => {
  const { project, host } = rig((context, say) => {
    context.note(`${context.params.n} waves`);
    return twoWaves(context, say);
  });
  using _ = project;
  const noteOf = async () =>
    (await project.plan('x.yaml', { host })).stages.find(({ address }) => address === 'fan')?.note;
  assert.is(await noteOf(), undefined);
  await project.run('x.yaml', { host, selection: { only: ['top'] } });
  assert.is(await noteOf(), '5 waves');
});

test('whatever the order in which calls settle: the same calls, the same output', async () => {
  const seen: string[] = [];
  for (const seed of [1, 2, 3]) {
    const { project, host, instead } = rig(twoWaves);
    using _ = project;
    const random = createRandom(seed);
    const held: (() => void)[] = [];
    let together = 0;
    const hold = (): Promise<void> => {
      together++;
      // When all of a wave that can be there are there, they are let go in a random order.
      const freed = new Promise<void>((resolve) => held.push(resolve));
      if (together === 5) {
        together = 0;
        for (const free of random.shuffle(held.splice(0))) setImmediate(free);
      }
      return freed;
    };
    for (let fold = 1; fold <= 5; fold++) instead.set(`first${fold}`, hold);
    const done = finished(await project.run('x.yaml', { host }));
    assert.is(done.state, 'done');
    const calls = done.events
      .flatMap((event) => (event.type === 'task-queued' ? [`${event.address} ${event.key}`] : []))
      .sort();
    seen.push(JSON.stringify([calls, done.outputs]));
    const text = readFileSync(done.artifact('end', 'out')!.path('text'), 'utf8');
    const parts = [1, 2, 3, 4, 5].map((i) => `second${i}(first${i}(top))`);
    assert.is(text, `end(join(${parts.join(',')}))`);
    assert.is((await project.run('x.yaml', { host })).state, 'nothing-to-do');
  }
  assert.is(new Set(seen).size, 1);
});

test('a plan unfolds as far as the cache goes', async () => {
  const { project, host } = rig(twoWaves);
  using _ = project;
  const status = async (): Promise<readonly string[]> => {
    const plan = await project.plan('x.yaml', { host });
    return plan.stages.map(({ address, status: s, tasks }) => `${address} ${s} ${tasks.length}`);
  };
  assert.equal(await status(), ['top run 1', 'fan depends 0', 'end depends 0']);
  await project.run('x.yaml', { host, selection: { only: ['top'] } });
  assert.equal(await status(), ['top cached 1', 'fan run 5', 'end depends 0']);
});

test('--only of some nested tasks runs those, and says nothing to do the second time', async () => {
  const { project, host, taken } = rig(twoWaves);
  using _ = project;
  const selection = { only: ['fan[fold=2]'] };
  const done = await project.run('x.yaml', { host, selection });
  assert.equal(computed(done), ['fan[fold=2]', 'top']);
  const plan = await project.plan('x.yaml', { host, selection });
  const open = plan.stages.flatMap(({ tasks }) => tasks).filter(({ status }) => status === 'run');
  assert.equal(open, [], 'a plan lists what a run would do');
  taken();
  assert.is((await project.run('x.yaml', { host, selection })).state, 'nothing-to-do');
  const more = await project.run('x.yaml', { host, selection: { only: ['fan/second[fold=2]'] } });
  assert.equal(computed(more), ['fan/second[fold=2]']);
  const all = await project.run('x.yaml', { host });
  assert.is(computed(all).length, 10, 'all but the three that were made');
});

test('--force of a nested task makes that one again', async () => {
  const { project, host } = rig(twoWaves);
  using _ = project;
  await project.run('x.yaml', { host });
  const one = await project.run('x.yaml', { host, selection: { force: ['fan[fold=3]'] } });
  assert.equal(computed(one), ['fan[fold=3]']);
  const glob = await project.run('x.yaml', { host, selection: { force: ['fan/second[fold=*]'] } });
  assert.is(computed(glob).length, 5);
});

/** The run fails with this, in words, and the process lives on. */
async function breaks(coordinate: Coordinate, message: RegExp): Promise<void> {
  const { project, host, instead } = rig(coordinate);
  using _ = project;
  instead.set('bad', () => {
    throw new Error('told to break');
  });
  const done = finished(await project.run('x.yaml', { host, keepGoing: true }));
  assert.is(done.state, 'failed');
  const failure = done.failures[0]!.failure as { reason: string; message: string };
  assert.is(failure.reason, 'internal-error');
  assert.match(failure.message, message);
  assert.equal(done.outputs['end'], undefined);
}

test('two different calls of one address are an error that names it', () =>
  breaks(async (context, say) => {
    const select = { fold: 1 };
    await context.call({ kind: say, params: { label: 'a' }, inputs: {}, select });
    return context.call({ kind: say, params: { label: 'b' }, inputs: {}, select });
  }, /two different calls have the address fan\[fold=1\]/));

test('the same call twice is no error and runs once', async () => {
  const { project, host, taken } = rig(async (context, say) => {
    const call = { kind: say, params: { label: 'a' }, inputs: {}, select: { fold: 1 } };
    await Promise.all([context.call(call), context.call(call)]);
    return context.call(call);
  });
  using _ = project;
  assert.is((await project.run('x.yaml', { host })).state, 'done');
  assert.equal(taken(), ['top', 'a', 'end']);
});

test('a coordinator that forgets its output fails by itself', () =>
  breaks(() => Promise.resolve({}), /fan ends without its output: out is missing/));

test('a coordinator that ends in an artifact of another type fails by itself', () =>
  breaks(
    (context) => Promise.resolve({ out: { ...context.input('x'), type: 'models' } }),
    /out is models, not file/,
  ));

test('a call that fails while the coordinator awaits another does not end the process', () =>
  breaks(async (context, say) => {
    const good = context.call({ kind: say, params: { label: 'good' }, inputs: {}, name: 'good' });
    const bad = context.call({ kind: say, params: { label: 'bad' }, inputs: {}, name: 'bad' });
    await good;
    return bad;
  }, /told to break/));

test('a coordinator that waits for a clock is reported, not taken as done', () =>
  breaks(async (context) => {
    await new Promise(() => undefined);
    return { out: context.input('x') };
  }, /fan waits for something other than its calls/));

test('only leaves can be called', () =>
  breaks(async (context) => {
    const { codes } = createTestKinds().kinds;
    return context.call({ kind: codes!, inputs: { words: context.input('x') } });
  }, /codes cannot be called/));

test('a coordinator that throws says so at plan time, too', async () => {
  const { project, host } = rig(() => {
    throw new TypeError('a bug');
  });
  using _ = project;
  await project.run('x.yaml', { host, selection: { only: ['top'] } });
  const plan = await project.plan('x.yaml', { host });
  assert.equal(
    plan.stages.map(({ status, message }) => [status, message ?? '']),
    [
      ['cached', ''],
      ['blocked', 'a bug'],
      ['blocked', 'fan cannot be planned'],
    ],
  );
});

test.run();
