import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

/**
 * Training steps of affekt and of PyTorch in both memory layouts, fp32, one thread each, warm, in
 * turns within one run; medians over the rounds. Processor seconds are what a loaded machine leaves
 * comparable; wall time needs a quiet one.
 *
 *     node --import tsx bench/training/bench.ts --python VENV/bin/python [--rounds 7] [--steps 20]
 */
const { values } = parseArgs({
  options: {
    python: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    steps: { type: 'string', default: '20' },
    only: { type: 'string', multiple: true, default: ['reference', 'cnn4'] },
  },
});
const { python } = values;
if (!python) throw new Error('--python names an interpreter that has torch');
const steps = Number(values.steps);
const rounds = Number(values.rounds);
const batch: Readonly<Record<string, number>> = { reference: 32, cnn4: 16 };

interface Seconds {
  readonly wall: number;
  readonly cpu: number;
}

interface Engine {
  readonly name: string;
  run(): Promise<Seconds>;
  end(): void;
}

function start(name: string, command: string, args: readonly string[]): Engine {
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    name,
    async run() {
      child.stdin.write(`${steps}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${name} ended early`);
      const [wall = Number.NaN, cpu = Number.NaN] = value.split(' ').map(Number);
      return { wall, cpu };
    },
    end: () => child.stdin.end(),
  };
}

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
}

for (const model of values.only) {
  const peer = join(import.meta.dirname, 'peer.py');
  const engines = [
    start('affekt', process.execPath, [
      ...['--import', 'tsx', join(import.meta.dirname, 'engine.ts'), model],
    ]),
    ...['nchw', 'nhwc'].map((layout) => start(`torch ${layout}`, python, [peer, model, layout])),
  ];
  const times = engines.map((): Seconds[] => []);
  for (const engine of engines) await engine.run();
  for (let round = 0; round < rounds; round++) {
    for (const [i, engine] of engines.entries()) times[i]?.push(await engine.run());
  }
  for (const engine of engines) engine.end();
  const speeds = times.map((list) => {
    const samples = steps * (batch[model] ?? Number.NaN);
    return {
      wall: samples / median(list.map(({ wall }) => wall)),
      cpu: samples / median(list.map(({ cpu }) => cpu)),
    };
  });
  const [own, ...peers] = speeds;
  const best = (of: keyof Seconds): number =>
    (own?.[of] ?? 0) / Math.max(...peers.map((s) => s[of]));
  console.log(`\n${model}, batch ${batch[model]}\n`);
  console.log('| engine | samples/s | samples/cpu-s |');
  console.log('|---|---|---|');
  for (const [i, { name }] of engines.entries()) {
    console.log(
      `| ${model}: ${name} | ${speeds[i]?.wall.toFixed(0)} | ${speeds[i]?.cpu.toFixed(0)} |`,
    );
  }
  console.log(`| ${model}: ratio | ${best('wall').toFixed(2)} | ${best('cpu').toFixed(2)} |`);
}
