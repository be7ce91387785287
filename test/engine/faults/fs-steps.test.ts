import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeFiles } from './chain.ts';
import { type Action, type Role, type Step, StepLoop, tryAll, twoPrograms } from './fs-steps.ts';
import { Bench } from './launch.ts';

const test = suite('a fault at the n-th file-system step');

const errors: readonly Action[] = ['ENOSPC', 'EIO', 'EACCES', 'EMFILE'];

/** Every step once, kills and errors in turn; bench/fs-steps.ts tries every pair. */
function stepsOf(role: Role, count: number): readonly Step[] {
  return Array.from({ length: count }, (_, i) => {
    const action = i % 2 === 0 ? 'kill' : (errors[((i - 1) / 2) % errors.length] ?? 'ENOSPC');
    return { role, n: i + 1, action };
  });
}

test('is named or without effect, and the same command then completes with the right bytes', async () => {
  using bench = new Bench();
  writeFiles(bench.root, { 'two.yaml': twoPrograms });
  const loop = new StepLoop(bench, 'two.yaml');
  const counts = await loop.count();
  const steps = [...stepsOf('engine', counts.engine), ...stepsOf('worker', counts.worker)];
  process.stdout.write(`${counts.engine} steps of the engine, ${counts.worker} of a worker\n`);
  assert.ok(counts.engine > 50 && counts.worker > 20);
  assert.equal(await tryAll(loop, steps, 2), []);
});

test.run();
