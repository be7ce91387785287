import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decodeMono } from '../../src/audio/decode.ts';
import { logMmse } from '../../src/dsp/denoise/log-mmse.ts';
import { spectralGate } from '../../src/dsp/denoise/spectral-gate.ts';
import { createRandom } from '../../src/util/random.ts';
import { siSdr, stoi } from './measures.ts';

/**
 * What the methods of `denoise` make of real speech with noise at known levels: SI-SDR in dB and STOI,
 * means over the clips, and how many seconds of sound they clean per processor second. Spectral gating is noisereduce's
 * to the last digit (test/conformance/denoise), so its rows are noisereduce's.
 *
 *     node --import tsx bench/denoise/bench.ts --clips FOLDER [--every 40]
 */
const { values } = parseArgs({
  options: { clips: { type: 'string' }, every: { type: 'string', default: '40' } },
});
if (values.clips === undefined) throw new Error('--clips names a folder of 16 kHz speech');

const rate = 16_000;
const names = readdirSync(values.clips).filter((_, i) => i % Number(values.every) === 0);
const clean: Float32Array[] = [];
for (const name of names) {
  const mono = await decodeMono(readFileSync(join(values.clips, name)));
  if (mono.ok && mono.value.sampleRate === rate) clean.push(mono.value.samples);
}

const random = createRandom(1);
const normal = (): number => {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random.next();
  return sum;
};

const noises: Readonly<Record<string, (length: number) => Float32Array>> = {
  white: (length) => Float32Array.from({ length }, normal),
  // Paul Kellet's filter: −3 dB per octave within 0.05 dB above 10 Hz.
  pink: (length) => {
    const state = new Float64Array(3);
    return Float32Array.from({ length }, () => {
      const w = normal();
      state[0] = 0.99765 * state[0]! + w * 0.099046;
      state[1] = 0.963 * state[1]! + w * 0.2965164;
      state[2] = 0.57 * state[2]! + w * 1.0526913;
      return state[0]! + state[1]! + state[2]! + w * 0.1848;
    });
  },
  babble: (length) => {
    const out = new Float32Array(length);
    for (let voice = 0; voice < 8; voice++) {
      const clip = clean[Math.floor(random.next() * clean.length)]!;
      const start = Math.floor(random.next() * clip.length);
      for (let i = 0; i < length; i++) out[i]! += clip[(start + i) % clip.length]!;
    }
    return out;
  },
};

function mixed(signal: Float32Array, noise: Float32Array, snr: number): Float32Array {
  const power = (x: Float32Array): number => x.reduce((s, v) => s + v * v, 0);
  const factor = Math.sqrt(power(signal) / power(noise) / 10 ** (snr / 10));
  return signal.map((value, i) => value + factor * noise[i]!);
}

const methods: Readonly<Record<string, (x: Float32Array) => Float32Array>> = {
  none: (x) => x,
  'gate, stationary': (x) =>
    spectralGate(x, { sampleRate: rate, stationary: true, propDecrease: 1 }),
  'gate, following': (x) =>
    spectralGate(x, { sampleRate: rate, stationary: false, propDecrease: 1 }),
  logmmse: (x) => logMmse(x, rate),
};

const seconds = clean.reduce((sum, x) => sum + x.length, 0) / rate;
console.log(`${clean.length} clips, ${seconds.toFixed(0)} s; SI-SDR in dB / STOI\n`);
console.log(`| noise | ${Object.keys(methods).join(' | ')} |`);
console.log(`|---|${'---|'.repeat(Object.keys(methods).length)}`);
const spent = new Map<string, { cpu: number; sound: number }>();
const row = (title: string, noisy: readonly Float32Array[]): void => {
  const cells = Object.entries(methods).map(([name, method]) => {
    const before = process.cpuUsage().user;
    const out = noisy.map(method);
    const used = spent.get(name) ?? { cpu: 0, sound: 0 };
    used.cpu += (process.cpuUsage().user - before) / 1e6;
    used.sound += seconds;
    spent.set(name, used);
    const mean = (of: (x: Float32Array, y: Float32Array) => number): number =>
      clean.reduce((sum, x, i) => sum + of(x, out[i]!), 0) / clean.length;
    return `${mean(siSdr).toFixed(1)} / ${mean((x, y) => stoi(x, y, rate)).toFixed(3)}`;
  });
  console.log(`| ${title} | ${cells.join(' | ')} |`);
};
row('none', clean);
for (const [name, make] of Object.entries(noises)) {
  for (const snr of [0, 5, 10, 20]) {
    row(
      `${name}, ${snr} dB`,
      clean.map((x) => mixed(x, make(x.length), snr)),
    );
  }
}
console.log('');
for (const [name, { cpu, sound }] of spent) {
  if (name !== 'none') console.log(`${name}: ${(sound / cpu).toFixed(0)} × real time`);
}
