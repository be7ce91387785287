import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeFiles } from './chain.ts';
import { StepLoop, stepsOf, tryAll, twoPrograms } from './fs-steps.ts';
import { Bench } from './launch.ts';

const test = suite('a fault at a file-system step of a worker');

test('is named or without effect, and the same command then completes with the right bytes', async () => {
  using bench = new Bench();
  writeFiles(bench.root, { 'spec.yaml': twoPrograms });
  const loop = new StepLoop(bench, 'spec.yaml');
  const { worker } = await loop.count();
  process.stdout.write(`${worker} steps\n`);
  assert.ok(worker > 20);
  assert.equal(await tryAll(loop, stepsOf('worker', worker, 2), 2), []);
});

test.run();
