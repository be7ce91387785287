import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeFiles } from './chain.ts';
import { oneProgram, StepLoop, stepsOf, tryAll } from './fs-steps.ts';
import { Bench } from './launch.ts';

const test = suite('a fault at a file-system step of the engine');

test('is named or without effect, and the same command then completes with the right bytes', async () => {
  using bench = new Bench();
  writeFiles(bench.root, { 'spec.yaml': oneProgram });
  const loop = new StepLoop(bench, 'spec.yaml');
  const { engine } = await loop.count();
  process.stdout.write(`${engine} steps\n`);
  assert.ok(engine > 50);
  assert.equal(await tryAll(loop, stepsOf('engine', engine, 3), 2), []);
});

test.run();
