import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createRandom } from '../../src/util/random.ts';

/** Something that is timed: `run` repeats it and gives the processor seconds of one repetition. */
export interface Contender {
  readonly name: string;
  run(times: number): Promise<number>;
  end(): void;
}

const folder = mkdtempSync(join(tmpdir(), 'affekt-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Seconds of noise that swells and fades, quantised as sound files are. */
export function makeSignal(rate: number, seconds: number): Float32Array {
  const random = createRandom(5);
  return Float32Array.from({ length: rate * seconds }, (_, n) => {
    const level = 0.2 * Math.sin((7 * n) / rate) ** 2;
    return Math.round(32768 * level * random.normal()) / 32768;
  });
}

/** peer.py with these arguments, on one thread. */
export function startPeer(
  name: string,
  python: string,
  args: readonly (string | number)[],
  signal: Float32Array,
): Contender {
  const path = join(folder, `${name}.f32`);
  writeFileSync(path, new Uint8Array(signal.buffer));
  const threads = ['OMP', 'OPENBLAS', 'MKL', 'NUMBA'].map((lib) => [`${lib}_NUM_THREADS`, '1']);
  const env = { ...process.env, ...Object.fromEntries(threads), AFFEKT_BENCH_SIGNAL: path };
  const file = join(import.meta.dirname, 'peer.py');
  const child = spawn(python, [file, ...args.map(String)], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    name,
    async run(times) {
      child.stdin.write(`${times}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${name} ended early`);
      return Number(value.split(' ')[1]) / times;
    },
    end: () => child.stdin.end(),
  };
}

/** A function of this process. */
export function ours(name: string, compute: () => void): Contender {
  return {
    name,
    async run(times) {
      const start = process.cpuUsage();
      for (let i = 0; i < times; i++) compute();
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1e6 / times;
    },
    end: () => undefined,
  };
}

/** Median processor seconds of each, in turns within one run, after a warm-up that is not counted. */
export async function race(
  contenders: readonly Contender[],
  { rounds, times }: { readonly rounds: number; readonly times: number },
): Promise<readonly number[]> {
  const seconds = contenders.map((): number[] => []);
  for (const contender of contenders) await contender.run(times);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      seconds[i]?.push(await contender.run(times));
    }
  }
  for (const contender of contenders) contender.end();
  return seconds.map(
    (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN,
  );
}
