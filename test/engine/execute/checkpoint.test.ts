import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CachePaths } from '../../../src/engine/cache/paths.ts';
import { computed, createEngineProject, failuresOf, finished } from '../../util/project.ts';

const test = suite('checkpoints');

/** Counts its attempts where they outlive it; gives up in the first `failures` of them. */
const stage = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineStage, Type } from 'affekt';

export default defineStage({
  kind: 'stubborn',
  version: 1,
  summary: 'Counts its attempts.',
  tier: 'own',
  inputs: {},
  outputs: { out: { type: 'file', summary: 'text' } },
  params: Type.Object({ failures: Type.Integer({ description: 'How often it gives up.' }) }),
  run(context) {
    const place = join(context.checkpoint(), 'attempts');
    const attempts = existsSync(place) ? Number(readFileSync(place, 'utf8')) : 0;
    writeFileSync(place, String(attempts + 1));
    if (attempts < context.params.failures) process.kill(process.pid, 'SIGKILL');
    writeFileSync(context.output('out').path('attempts'), String(attempts));
  },
});
`;

test('what an attempt left is there for the next one, and gone when the task is done', async () => {
  using project = createEngineProject();
  project.write({
    'stubborn.ts': stage,
    'x.yaml': 'name: x\nstages: { a: { uses: ./stubborn.ts, with: { failures: 2 } } }\n',
  });
  const host = project.host({ local: true });
  const { checkpoints } = new CachePaths(project.cache);
  for (const _ of [1, 2]) {
    const [failure] = failuresOf(await project.run('x.yaml', { host }));
    assert.is(failure?.reason, 'worker-lost');
    assert.is(readdirSync(checkpoints).length, 1);
  }
  const done = await project.run('x.yaml', { host });
  assert.equal(computed(done), ['a']);
  const artifact = finished(done).artifact('a', 'out');
  assert.is(readFileSync(artifact?.path('attempts') ?? '', 'utf8'), '2');
  assert.equal(readdirSync(checkpoints), []);
});

test('another task starts without one, and so does a forced task', async () => {
  using project = createEngineProject();
  const spec = (failures: number): string =>
    `name: x\nstages: { a: { uses: ./stubborn.ts, with: { failures: ${failures} } } }\n`;
  project.write({ 'stubborn.ts': stage, 'x.yaml': spec(1), 'y.yaml': spec(0) });
  const host = project.host({ local: true });
  await project.run('x.yaml', { host });
  const other = finished(await project.run('y.yaml', { host })).artifact('a', 'out');
  assert.is(readFileSync(other?.path('attempts') ?? '', 'utf8'), '0');
  const forced = await project.run('x.yaml', { host, selection: { force: ['a'] } });
  assert.is(failuresOf(forced)[0]?.reason, 'worker-lost', 'the first attempt again');
});

test.run();
