import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Block } from '../../src/model/language/block.ts';
import { initialise } from '../../src/model/language/initialise.ts';
import type { ModelPlan } from '../../src/model/language/model-plan.ts';
import { planModel } from '../../src/model/language/plan-model.ts';
import { encodeSafetensors } from '../../src/model/safetensors.ts';
import type { Checkpoint } from '../../src/model/train/checkpoint.ts';
import { initialState } from '../../src/model/train/initial-state.ts';
import { checkpointFile } from '../../src/stages/train-kfold/checkpoint-file.ts';
import { createRandom } from '../../src/util/random.ts';

const test = suite('checkpoint file');

function planned(kernel: number): ModelPlan {
  const blocks: readonly Block[] = [
    { conv: { filters: 2, kernel } },
    { norm: 'batch' },
    { frequency: 'flatten' },
    { pool_time: 'mean' },
  ];
  const plan = planModel(blocks, { channels: 1, bands: 4, side: 0, classes: 2 });
  if (!plan.ok) throw new Error(plan.error[0]?.message);
  return plan.value;
}

const plan = planned(3);

const checkpoint: Checkpoint = {
  state: { ...initialState(plan, initialise(plan, createRandom(1))), step: 7 },
  history: [
    {
      ...{ epoch: 1, step: 7, learningRate: 0.1, trainLoss: 0.7, trainUar: 0.5 },
      ...{ validationLoss: null, validationUar: 0.25 },
    },
  ],
  best: null,
};

function inFolder(check: (folder: string, file: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-checkpoint-'));
  try {
    check(folder, join(folder, 'checkpoint'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const machine = 'a processor; blocks of 16 channels';

test('gives back what was kept last, and nothing before', () => {
  inFolder((folder) => {
    const file = checkpointFile(folder, plan, machine);
    assert.is(file.read(), undefined);
    file.write({ ...checkpoint, history: [] });
    file.write(checkpoint);
    assert.equal(checkpointFile(folder, plan, machine).read(), checkpoint);
    assert.equal(readdirSync(folder), ['checkpoint']);
  });
});

test('a torn one is none, wherever it is torn', () => {
  inFolder((folder, path) => {
    const file = checkpointFile(folder, plan, machine);
    file.write(checkpoint);
    const whole = readFileSync(path);
    for (const length of [0, 1, 31, 32, 33, whole.length >> 1, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, length));
      assert.is(file.read(), undefined, `${length} bytes`);
    }
    const flipped = Buffer.from(whole);
    flipped.writeUInt8(flipped.readUInt8(whole.length - 3) ^ 1, whole.length - 3);
    writeFileSync(path, flipped);
    assert.is(file.read(), undefined);
  });
});

test('one of another model or another format is none', () => {
  inFolder((folder, path) => {
    checkpointFile(folder, plan, machine).write(checkpoint);
    assert.is(checkpointFile(folder, planned(5), machine).read(), undefined);
    const other = encodeSafetensors({ step: { shape: [1], data: Float64Array.of(1) } });
    for (const bytes of [other, Buffer.from('{}')]) {
      const digest = createHash('sha256').update(`${machine}\n`).update(bytes).digest();
      writeFileSync(path, Buffer.concat([digest, bytes]));
      assert.is(checkpointFile(folder, plan, machine).read(), undefined);
    }
  });
});

test('one of another processor, or of kernels with other blocks, is none', () => {
  inFolder((folder) => {
    checkpointFile(folder, plan, machine).write(checkpoint);
    for (const other of ['another; blocks of 16 channels', 'a processor; blocks of 8 channels']) {
      assert.is(checkpointFile(folder, plan, other).read(), undefined);
    }
    assert.equal(checkpointFile(folder, plan, machine).read(), checkpoint);
  });
});

test.run();
