import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { decodeMono } from '../../src/audio/decode.ts';
import { makeSignal } from '../dsp/peer.ts';

/**
 * Decoding of a 3-second clip of 48 kHz in memory beside soundfile (libsndfile), both warm, in turns
 * within one run: medians of processor time.
 *
 *     node --import tsx bench/audio/decode.ts --python .venv/bin/python [--rounds 11] [--times 20]
 */
const { values } = parseArgs({
  options: {
    python: { type: 'string', default: '.venv/bin/python' },
    rounds: { type: 'string', default: '11' },
    times: { type: 'string', default: '20' },
  },
});
const rounds = Number(values.rounds);
const times = Number(values.times);
const seconds = 3;

const folder = mkdtempSync(join(tmpdir(), 'affekt-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const files = mkdtempSync(join(folder, 'files-'));
const signal = join(folder, 'signal.f32');
writeFileSync(signal, new Uint8Array(makeSignal(48_000, seconds).buffer));
const child = spawn(values.python, [join(import.meta.dirname, 'peer.py'), files, signal], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

async function answer(): Promise<string> {
  const { value, done } = await lines.next();
  if (done) throw new Error('peer.py ended early');
  return value;
}

async function theirs(name: string): Promise<number> {
  child.stdin.write(`${name}\t${times}\n`);
  return Number(await answer()) / times;
}

async function ours(name: string): Promise<number> {
  const bytes = readFileSync(join(files, name));
  const start = process.cpuUsage();
  for (let i = 0; i < times; i++) await decodeMono(bytes);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6 / times;
}

const median = (list: readonly number[]): number =>
  [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;

await answer();
console.log('| format | affekt, × real time | soundfile, × real time | ratio |');
console.log('|---|---|---|---|');
for (const name of readdirSync(files).sort()) {
  const own: number[] = [];
  const peer: number[] = [];
  await ours(name);
  await theirs(name);
  for (let round = 0; round < rounds; round++) {
    own.push(await ours(name));
    peer.push(await theirs(name));
  }
  const speeds = [median(own), median(peer)].map((time) => (seconds / time).toFixed(0));
  console.log(`| ${name} | ${speeds.join(' | ')} | ${(median(peer) / median(own)).toFixed(2)} |`);
}
child.stdin.end();
