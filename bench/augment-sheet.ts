import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { decodeMono } from '../src/audio/decode.ts';
import { encodeWav } from '../src/audio/wav-writer.ts';
import { pyin } from '../src/dsp/pitch/pyin.ts';
import { createStft } from '../src/dsp/stft.ts';
import { rootMeanSquare } from '../src/dsp/waveform/level.ts';
import { alter, type Sound } from '../src/stages/augment/alter.ts';
import { type Setting, settingsOf } from '../src/stages/augment/settings.ts';
import { type SoundParams, soundOperations } from '../src/stages/augment/sound-params.ts';
import { reverberationTime } from '../test/util/sound-measures.ts';

/**
 * A contact sheet of what `augment` does to sound: spectrograms and players of every operation at a fixed
 * strength, and what is measured of them, on clips that are given.
 *
 *     node --import tsx bench/augment-sheet.ts FOLDER CLIP...
 *
 * Writes sheet.html and sheet.png (rows as in the table, columns as the clips) to FOLDER and prints the
 * table: mean over the clips, and the value furthest from what was asked.
 */
const [folder, ...paths] = process.argv.slice(2);
if (folder === undefined || paths.length === 0) {
  console.error('node --import tsx bench/augment-sheet.ts FOLDER CLIP...');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

const none = Object.fromEntries(Object.keys(soundOperations).map((name) => [name, null]));

/** Settings of params as a spec would write them. */
function settings(params: object): readonly Setting[] {
  const long = Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      const map = soundOperations[name as keyof typeof soundOperations].anyOf[2].properties;
      const defaults = Object.entries(map).map(([key, { default: own }]) => [key, own]);
      return [name, { ...Object.fromEntries(defaults), ...value }];
    }),
  );
  const given = { copies: 1, keep: true, sounds_path: null, ...none, ...long };
  return settingsOf(given as SoundParams);
}

type Measures = Readonly<Record<'level' | 'duration' | 'f0' | 'centroid' | 'snr' | 'rt60', number>>;

interface Row {
  readonly name: string;
  readonly params: object;
  /** What was asked for, by measure. */
  readonly asked: Partial<Measures>;
}

const both = (key: string, value: number): object => ({
  [`min_${key}`]: value,
  [`max_${key}`]: value,
});
const noise = (color: string): Row => ({
  name: `add_color_noise ${color} 10 dB`,
  params: { add_color_noise: { color, ...both('snr_db', 10) } },
  asked: { snr: 10, duration: 1 },
});
const kept = { level: 0, duration: 1, f0: 1 };

const rows: readonly Row[] = [
  { name: 'as it is', params: {}, asked: kept },
  ...[2, -2].map(
    (n): Row => ({
      name: `pitch_shift ${n > 0 ? '+' : ''}${n}`,
      params: { pitch_shift: both('semitones', n) },
      asked: { level: 0, duration: 1, f0: 2 ** (n / 12) },
    }),
  ),
  ...[1.1, 0.9].map(
    (rate): Row => ({
      name: `time_stretch ${rate}`,
      params: { time_stretch: both('rate', rate) },
      asked: { level: 0, duration: 1 / rate, f0: 1 },
    }),
  ),
  ...[1.1, 0.9].map(
    (factor): Row => ({
      name: `speed ${factor}`,
      params: { speed: both('factor', factor) },
      asked: { level: 0, duration: 1 / factor, f0: factor },
    }),
  ),
  ...[1.15, 0.87].map(
    (alpha): Row => ({
      name: `vtlp ${alpha}`,
      params: { vtlp: both('alpha', alpha) },
      asked: { level: 0, duration: 1, f0: 1 },
    }),
  ),
  { name: 'shift 0.1', params: { shift: both('shift', 0.1) }, asked: { duration: 1 } },
  ...[0.2, 0.5].map(
    (time): Row => ({
      name: `room_simulator ${time} s`,
      params: { room_simulator: both('target_rt60', time) },
      asked: { ...kept, rt60: time },
    }),
  ),
  {
    name: 'add_babble 10 dB',
    params: { add_babble: both('snr_db', 10) },
    asked: { snr: 10, duration: 1 },
  },
  ...['white', 'pink', 'brown'].map(noise),
  {
    name: 'high_pass_filter 300 Hz',
    params: { high_pass_filter: { ...both('cutoff_freq', 300), ...both('rolloff', 24) } },
    asked: { duration: 1 },
  },
  {
    name: 'low_pass_filter 3 kHz',
    params: { low_pass_filter: { ...both('cutoff_freq', 3000), ...both('rolloff', 24) } },
    asked: { duration: 1, f0: 1 },
  },
  { name: 'gain +6 dB', params: { gain: both('gain_db', 6) }, asked: { ...kept, level: 6 } },
  {
    name: 'clipping_distortion 10 %',
    params: { clipping_distortion: both('percentile_threshold', 10) },
    asked: { duration: 1, f0: 1 },
  },
];

const decibels = (a: number, b: number): number => 20 * Math.log10(a / b);
const noBackground = (): Promise<Float32Array> => Promise.resolve(new Float32Array(1));

function pitchOf({ samples, sampleRate }: Sound): Float64Array {
  const frameLength = 2 ** Math.round(Math.log2(0.064 * sampleRate));
  const framing = { frameLength, hopLength: frameLength / 8, center: true };
  return pyin(samples, { sampleRate, fmin: 65, fmax: 600, ...framing }).f0;
}

/** Median over the moments that are voiced in both, wherever they went. */
function pitchRatio(before: Sound, after: Sound): number {
  const [own, other] = [pitchOf(after), pitchOf(before)];
  const ratios = [...own].flatMap((value, t) => {
    const ratio = value / (other[Math.round((t * other.length) / own.length)] ?? Number.NaN);
    return Number.isNaN(ratio) ? [] : [ratio];
  });
  return ratios.sort((a, b) => a - b)[ratios.length >> 1] ?? Number.NaN;
}

function centroid({ samples, sampleRate }: Sound): number {
  const nFft = 1024;
  const framing = { nFft, hopLength: 512, winLength: nFft, window: 'hann' } as const;
  const stft = createStft({ ...framing, center: true, padMode: 'constant' });
  let [sum, weighted] = [0, 0];
  stft.power(samples, (_, power) => {
    for (const [k, value] of power.entries()) {
      sum += value;
      weighted += (value * k * sampleRate) / nFft;
    }
  });
  return weighted / sum;
}

async function measure(before: Sound, after: Sound, row: Row, id: string): Promise<Measures> {
  const added = after.samples.map((value, i) => value - (before.samples[i] ?? 0));
  let rt60 = Number.NaN;
  if (row.asked.rt60 !== undefined) {
    const samples = new Float32Array(2 * after.sampleRate);
    samples[100] = 1;
    const click = { samples, sampleRate: after.sampleRate };
    const heard = await alter(click, settings(row.params), { seed: 1, copy: 1, id }, noBackground);
    rt60 = reverberationTime(heard.subarray(100), after.sampleRate);
  }
  return {
    level: decibels(rootMeanSquare(after.samples), rootMeanSquare(before.samples)),
    duration: after.samples.length / before.samples.length,
    f0: pitchRatio(before, after),
    centroid: centroid(after) / centroid(before),
    snr: decibels(rootMeanSquare(before.samples), rootMeanSquare(added)),
    rt60,
  };
}

/** Levels from the loudest to 80 dB below, black to white; `height` rows from Nyquist or 8 kHz to 0. */
function spectrogram({ samples, sampleRate }: Sound, width: number, height: number): Uint8Array {
  const nFft = 2 ** Math.round(Math.log2(0.032 * sampleRate));
  const hopLength = Math.max(1, Math.round(0.01 * sampleRate));
  const framing = { nFft, hopLength, winLength: nFft, window: 'hann' } as const;
  const stft = createStft({ ...framing, center: true, padMode: 'constant' });
  const frames: Float64Array[] = [];
  stft.power(samples, (_, power) => frames.push(power.slice()));
  const loudest = Math.max(...frames.map((frame) => frame.reduce((a, b) => Math.max(a, b), 0)));
  const top = (Math.min(8000, sampleRate / 2) * nFft) / sampleRate;
  const image = new Uint8Array(width * height).fill(40);
  for (let x = 0; x < Math.min(width, frames.length); x++) {
    for (let y = 0; y < height; y++) {
      const bin = Math.round(((height - 1 - y) / (height - 1)) * top);
      const level = 10 * Math.log10((frames[x]?.[bin] ?? 0) / loudest + 1e-8);
      image[y * width + x] = Math.round(255 * (1 + level / 80));
    }
  }
  return image;
}

/** An 8-bit grey PNG. */
function png(pixels: Uint8Array, width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    lines.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...[chunk('IHDR', header), chunk('IDAT', deflateSync(lines)), chunk('IEND', Buffer.alloc(0))],
  ]);
}

const clips = await Promise.all(
  paths.map(async (path): Promise<Sound> => {
    const sound = await decodeMono(readFileSync(path));
    if (!sound.ok) throw new Error(`${path}: ${sound.error.message}`);
    return sound.value;
  }),
);

const [width, height] = [360, 96];
const sheet = new Uint8Array((width + 4) * clips.length * (height + 4) * rows.length);
const cells: string[] = [];
const names = ['level', 'duration', 'f0', 'centroid', 'snr', 'rt60'] as const;
console.log(`| operation | ${names.join(' | ')} |\n| --- |${' --- |'.repeat(names.length)}`);
for (const [r, row] of rows.entries()) {
  const found: Measures[] = [];
  cells.push(`<tr><th>${row.name}</th>`);
  for (const [c, clip] of clips.entries()) {
    const id = `clip ${c}`;
    const draw = { seed: 1, copy: 1, id };
    const samples = await alter(clip, settings(row.params), draw, noBackground);
    const after = { samples, sampleRate: clip.sampleRate };
    found.push(await measure(clip, after, row, id));
    const image = spectrogram(after, width, height);
    for (let y = 0; y < height; y++) {
      const line = (r * (height + 4) + y) * (width + 4) * clips.length + c * (width + 4);
      sheet.set(image.subarray(y * width, (y + 1) * width), line);
    }
    const picture = png(image, width, height).toString('base64');
    const sound = Buffer.from(encodeWav([samples], clip.sampleRate)).toString('base64');
    cells.push(
      `<td><img alt="${row.name}" src="data:image/png;base64,${picture}"><br><audio controls preload="none" src="data:audio/wav;base64,${sound}"></audio></td>`,
    );
  }
  cells.push('</tr>');
  const shown = names.map((name) => {
    const asked = row.asked[name];
    // A pitch is not asked for where noise hides it.
    if (asked === undefined && ['snr', 'rt60', 'f0'].includes(name)) return '';
    const values = found.map((one) => one[name]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const digits = name === 'level' || name === 'snr' ? 2 : 3;
    if (asked === undefined) return mean.toFixed(digits);
    const worst = values.reduce((a, b) => (Math.abs(b - asked) > Math.abs(a - asked) ? b : a));
    return `${mean.toFixed(digits)} (asked ${asked.toFixed(digits)}, furthest ${worst.toFixed(digits)})`;
  });
  console.log(`| ${row.name} | ${shown.join(' | ')} |`);
}
const total: readonly [number, number] = [(width + 4) * clips.length, (height + 4) * rows.length];
writeFileSync(join(folder, 'sheet.png'), png(sheet, ...total));
writeFileSync(
  join(folder, 'sheet.html'),
  `<!doctype html><meta charset="utf-8"><title>augment on sound</title>
<style>body{font:14px sans-serif}th{text-align:left;padding-right:1em}audio{width:${width}px}</style>
<table>${cells.join('\n')}</table>\n`,
);
