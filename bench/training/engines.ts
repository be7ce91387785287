import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Batch, TrainingOptions } from '../../src/model/engine.ts';
import { openEngine } from '../../src/model/engines.ts';
import { initialise } from '../../src/model/language/initialise.ts';
import { planModel } from '../../src/model/language/plan-model.ts';
import { initialState } from '../../src/model/train/initial-state.ts';
import { createRandom } from '../../src/util/random.ts';

/**
 * cnn4 trained by ONNX Runtime and by TensorFlow.js from the same weights on the same batches (16 crops of
 * 64 bands × 96 frames, AdamW, dropout), one thread each, in turns: how far the losses of the first steps
 * are apart, and what a step takes. Medians over the rounds; processor time is what a loaded machine
 * leaves comparable.
 *
 *     node --import tsx bench/training/engines.ts [--tfjs-node FOLDER] [--plain] [--steps 30] [--rounds 7]
 */
const { values } = parseArgs({
  options: {
    'tfjs-node': { type: 'string' },
    plain: { type: 'boolean', default: false },
    steps: { type: 'string', default: '30' },
    rounds: { type: 'string', default: '7' },
    child: { type: 'string' },
  },
});

const [bands, frames, classes, batchSize] = [64, 96, 5, 16];
/** Steps whose losses are shown. */
const marks = [1, 2, 5, 10, 20, 30];

interface Answer {
  readonly losses: readonly number[];
  readonly wall: number;
  readonly cpu: number;
}

if (values.child === undefined) await compare();
else await serve(values.child);

/** Trains as many steps as each line says, on batches that go on where the last line ended. */
async function serve(name: string): Promise<void> {
  const engine = await openEngine({
    ...{ engine: name === 'onnx' ? 'onnx' : 'tfjs', threads: 1 },
    folder: name === 'tfjs-node' ? (values['tfjs-node'] ?? '') : '',
  });
  const plan = planModel('cnn4', { channels: 1, bands, side: 0, classes });
  if (!plan.ok) throw new Error(plan.error[0]?.message);
  const options: TrainingOptions = {
    ...{ batchSize, frames, weightDecay: 0.02, gradientClip: 2 },
    ...{ labelSmoothing: 0.1, focalGamma: 0 },
    optimiser: { kind: 'adamw', betas: [0.9, 0.999], epsilon: 1e-8 },
  };
  const start = initialState(plan.value, initialise(plan.value, createRandom(1)));
  const session = await engine.openTraining(plan.value, options, start);
  let step = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    const batches = Array.from({ length: Number(line) }, (_, i) => batchOf(step + i));
    const losses: number[] = [];
    const [wall, cpu] = [performance.now(), process.cpuUsage()];
    for (const batch of batches) {
      const rates = { learningRate: 1e-3, averageWeight: 0.01, dropoutSeed: step++ };
      losses.push((await session.step(batch, rates)).loss);
    }
    const { user, system } = process.cpuUsage(cpu);
    const answer: Answer = {
      losses,
      wall: (performance.now() - wall) / batches.length,
      cpu: (user + system) / 1e3 / batches.length,
    };
    console.log(JSON.stringify(answer));
  }
  await session.close();
}

/** Noise, louder in a band that tells the class: something to learn. */
function batchOf(seed: number): Batch {
  const random = createRandom(seed);
  const truth = Array.from({ length: batchSize }, () => random.integer(classes));
  const size = bands * frames;
  return {
    x: Float32Array.from({ length: batchSize * size }, (_, i) => {
      const loud = Math.floor((i % size) / frames) % classes === truth[Math.floor(i / size)];
      return random.normal() + Number(loud);
    }),
    mask: new Float32Array(batchSize * frames).fill(1),
    target: Float32Array.from({ length: batchSize * classes }, (_, i) =>
      Number(truth[Math.floor(i / classes)] === i % classes),
    ),
    weight: new Float32Array(batchSize).fill(1),
  };
}

async function compare(): Promise<void> {
  const [steps, rounds] = [Number(values.steps), Number(values.rounds)];
  const names = [
    'onnx',
    ...(values['tfjs-node'] ? ['tfjs-node'] : []),
    ...(values.plain ? ['plain'] : []),
  ];
  const engines = names.map((name) => ({ name, ...start(name), times: [] as Answer[] }));
  const curves = new Map<string, readonly number[]>();
  for (const engine of engines) curves.set(engine.name, (await engine.train(steps)).losses);
  for (let round = 0; round < rounds; round++) {
    for (const engine of engines) {
      // A step in plain JavaScript takes as long as a round of the others.
      engine.times.push(await engine.train(engine.name === 'plain' ? 1 : 20));
    }
  }
  for (const engine of engines) engine.end();

  const onnx = curves.get('onnx') ?? [];
  console.log(`losses of step ${marks.join(', ')}; farthest from onnx in ${steps} steps\n`);
  for (const [name, losses] of curves) {
    const shown = marks.map((step) => losses[step - 1]?.toFixed(6) ?? '').join('  ');
    const farthest = Math.max(...losses.map((loss, i) => Math.abs(loss - (onnx[i] ?? 0))));
    console.log(`${name.padEnd(10)} ${shown}  ${farthest.toExponential(1)}`);
  }
  console.log(
    '\n| engine | ms a step | processor ms a step | steps per processor second, onnx = 1 |',
  );
  console.log('|---|---|---|---|');
  const base = median(engines[0]?.times.map(({ cpu }) => cpu) ?? []);
  for (const { name, times } of engines) {
    const [wall, cpu] = [median(times.map((t) => t.wall)), median(times.map((t) => t.cpu))];
    console.log(
      `| ${name} | ${wall.toFixed(1)} | ${cpu.toFixed(1)} | ${(base / cpu).toPrecision(2)} |`,
    );
  }
}

function start(name: string) {
  const folder = values['tfjs-node'] ? ['--tfjs-node', values['tfjs-node']] : [];
  const args = ['--import', 'tsx', import.meta.filename, '--child', name, ...folder];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async train(steps: number): Promise<Answer> {
      child.stdin.write(`${steps}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${name} ended early`);
      return JSON.parse(value) as Answer;
    },
    end: () => child.stdin.end(),
  };
}

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
}
