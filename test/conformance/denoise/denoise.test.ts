import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { stoi } from '../../../bench/denoise/measures.ts';
import { decodeMono } from '../../../src/audio/decode.ts';
import { exponentialIntegral } from '../../../src/dsp/denoise/exponential-integral.ts';
import { spectralGate } from '../../../src/dsp/denoise/spectral-gate.ts';
import { loudness } from '../../../src/dsp/loudness/loudness.ts';
import { createRandom } from '../../../src/util/random.ts';
import { runPython } from '../../util/run-python.ts';

const test = suite('denoise beside noisereduce, pyloudnorm, pystoi and scipy');

const testData =
  process.env['AFFEKT_TEST_DATA'] ?? join(import.meta.dirname, '../../../../shared/data');

interface Signal {
  readonly name: string;
  readonly rate: number;
  readonly samples: Float32Array;
}

/** Ramps of noise with pauses at several rates, and real clips where there are some. */
async function signals(): Promise<readonly Signal[]> {
  const made = [8000, 16_000, 22_050, 44_100].map((rate): Signal => {
    const random = createRandom(rate);
    const samples = Float32Array.from({ length: 2 * rate + 11 }, (_, i) => {
      const loud = Math.floor((4 * i) / rate) % 2 === 0 ? 0.3 : 0.01;
      return loud * (Math.sin((2 * Math.PI * 200 * i) / rate) + random.next() - 0.5);
    });
    return { name: `ramps at ${rate} Hz`, rate, samples };
  });
  const random = createRandom(3);
  const long = Float32Array.from(
    { length: 610_000 },
    (_, i) => random.next() * ((i % 9000) / 9000),
  );
  const folder = join(testData, 'emodb/wav');
  const clips: Signal[] = [];
  if (!existsSync(folder)) process.stdout.write(`skip: no EmoDB at ${folder}\n`);
  else {
    for (const name of readdirSync(folder).filter((_, i) => i % 100 === 0)) {
      const mono = await decodeMono(readFileSync(join(folder, name)));
      if (!mono.ok) throw new Error(name);
      clips.push({ name, rate: mono.value.sampleRate, samples: mono.value.samples });
    }
  }
  return [...made, { name: 'more than one piece', rate: 16_000, samples: long }, ...clips];
}

function ask(jobs: readonly object[]): readonly unknown[] {
  const input = jobs.map((job) => `${JSON.stringify(job)}\n`).join('');
  return runPython(join(import.meta.dirname, 'reference.py'), { input })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

test('E₁ is scipy.special.exp1', () => {
  const x = Array.from({ length: 400 }, (_, i) => 10 ** (-8 + i / 38));
  const [expected] = ask([{ x }]) as [readonly number[]];
  const worst = Math.max(...x.map((v, i) => Math.abs(exponentialIntegral(v) / expected[i]! - 1)));
  process.stdout.write(`E1: largest relative difference ${worst}\n`);
  assert.ok(worst < 1e-12);
});

test('spectral gating and loudness', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-denoise-'));
  try {
    const all = await signals();
    const jobs = all.flatMap(({ rate, samples }, i) => {
      const signal = join(folder, `${i}`);
      writeFileSync(signal, samples);
      return [
        { what: 'loudness', signal, rate },
        ...[true, false].map((stationary) => ({
          ...{ what: 'gate', signal, rate, stationary, prop_decrease: stationary ? 1 : 0.8 },
          out: `${signal}-${stationary}`,
        })),
      ];
    });
    const answers = ask(jobs);
    const worst = { loudness: 0, stationary: 0, following: 0 };
    for (const [i, { name, rate, samples }] of all.entries()) {
      const lufs = Math.abs(loudness(samples, rate) - Number(answers[3 * i]));
      worst.loudness = Math.max(worst.loudness, lufs);
      for (const stationary of [true, false]) {
        const file = readFileSync(join(folder, `${i}-${stationary}`));
        const expected = new Float32Array(new Uint8Array(file).buffer);
        const found = spectralGate(samples, {
          ...{ sampleRate: rate, stationary, propDecrease: stationary ? 1 : 0.8 },
        });
        assert.is(found.length, expected.length, name);
        const difference = found.reduce((m, v, n) => Math.max(m, Math.abs(v - expected[n]!)), 0);
        const kind = stationary ? 'stationary' : 'following';
        worst[kind] = Math.max(worst[kind], difference);
      }
    }
    process.stdout.write(
      `largest differences over ${all.length} sounds: ${JSON.stringify(worst)}\n`,
    );
    // Two libraries' transforms in double precision, rounded to float32 at full scale 1; a level that
    // lies on its threshold to the last digit would be a difference in the open, and none does here.
    assert.ok(worst.stationary < 1e-6, 'stationary');
    assert.ok(worst.following < 1e-6, 'following');
    // Constants of the filters are rounded otherwise.
    assert.ok(worst.loudness < 1e-6, 'LUFS');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('STOI of bench/denoise is pystoi’s', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-stoi-'));
  try {
    const pairs = (await signals()).map(({ name, rate, samples }, i) => {
      const random = createRandom(i);
      const noisy = samples.map((v) => v + 0.05 * (random.next() - 0.5));
      const [signal, other] = [join(folder, `${i}`), join(folder, `${i}-noisy`)];
      writeFileSync(signal, samples);
      writeFileSync(other, noisy);
      return { name, rate, samples, noisy, job: { what: 'stoi', signal, noisy: other, rate } };
    });
    const answers = ask(pairs.map(({ job }) => job)).map(Number);
    const off = pairs.map(({ rate, samples, noisy }, i) =>
      Math.abs(stoi(samples, noisy, rate) - answers[i]!),
    );
    process.stdout.write(`STOI: largest difference ${Math.max(...off)}\n`);
    // The two resample to 10 kHz by other filters, and a table states three digits.
    for (const [i, difference] of off.entries()) assert.ok(difference < 2e-3, pairs[i]?.name);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
