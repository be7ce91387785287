import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeFiles } from './chain.ts';
import {
  type Action,
  oneProgram,
  type Role,
  type Step,
  StepLoop,
  tryAll,
  twoPrograms,
} from './fs-steps.ts';
import { Bench } from './launch.ts';

const test = suite('a fault at the n-th file-system step');

const errors: readonly Action[] = ['ENOSPC', 'EIO', 'EACCES', 'EMFILE'];

/** Every second step, kills and errors in turn; bench/fs-steps.ts tries every pair. */
function stepsOf(role: Role, count: number): readonly Step[] {
  return Array.from({ length: Math.ceil(count / 2) }, (_, i) => {
    const action = i % 2 === 0 ? 'kill' : (errors[((i - 1) / 2) % errors.length] ?? 'ENOSPC');
    return { role, n: 2 * i + 1, action };
  });
}

test('is named or without effect, and the same command then completes with the right bytes', async () => {
  using bench = new Bench();
  writeFiles(bench.root, { 'one.yaml': oneProgram, 'two.yaml': twoPrograms });
  // A worker's inputs are copied for the second program, so it takes both to see all its steps.
  for (const [role, spec] of [['engine', 'one.yaml'] as const, ['worker', 'two.yaml'] as const]) {
    const loop = new StepLoop(bench, spec, `${role}-`);
    const count = (await loop.count())[role];
    process.stdout.write(`${count} steps of the ${role}\n`);
    assert.ok(count > 20);
    assert.equal(await tryAll(loop, stepsOf(role, count), 2), []);
  }
});

test.run();
