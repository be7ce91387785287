import { readFileSync } from 'node:fs';
import { toMono } from '../../audio/audio.ts';
import { decodeAudio } from '../../audio/decode.ts';
import { readPcmHeader } from '../../audio/pcm.ts';
import { createResamplers } from '../../audio/resamplers.ts';
import { type PcmFormat, pcmFormats, sniffFormat } from '../../audio/sniff.ts';
import { exp } from '../../dsp/elementary.ts';
import { createF0Tracker, type F0Track } from '../../dsp/functionals/f0-track.ts';
import { createLogMel } from '../../dsp/log-mel.ts';
import { loudness } from '../../dsp/loudness/loudness.ts';
import { measurePeaks } from '../../dsp/measures/clipping.ts';
import { fingerprint } from '../../dsp/measures/fingerprint.ts';
import { frameLevels } from '../../dsp/measures/frame-levels.ts';
import { bandSums, pictureBands, poolPicture, powerDb } from '../../dsp/measures/picture.ts';
import { countNuclei } from '../../dsp/measures/syllables.ts';
import { type Item, type ItemResult, TaskError } from '../../engine/stage.ts';
import { quantile } from '../../stats/quantile.ts';
import type { Measured } from './measured.ts';

/** Hz that pitch and spectrum are taken at. */
const pitchRate = 8000;
const spectrumRate = 16_000;
const hop = 256;
/** With fewer voiced frames a clip has no pitch. */
const leastVoiced = 5;

/** Reads a sound file, measures it, and makes the picture of its spectrogram. */
export function createMeasurer(): (item: Item, path: string) => Promise<ItemResult> {
  const track = createF0Tracker({ sampleRate: pitchRate, f0Min: 70, f0Max: 500 });
  const mel = createLogMel({
    ...{ sampleRate: spectrumRate, nFft: 1024, winLength: 640, hopLength: hop, window: 'hann' },
    ...{ center: true, padMode: 'constant', power: 2, nMels: pictureBands, fmin: 50, fmax: 8000 },
    ...{ htk: false, norm: 'slaney', scale: 'power', amin: 1e-10, topDb: null, trimDb: null },
  });
  const resample = createResamplers();
  return async ({ digest }, path) => {
    const bytes = readFileSync(path);
    const sound = await decodeAudio(bytes);
    if (!sound.ok) {
      throw new TaskError(`cannot read clip ${digest.slice(0, 12)}: ${sound.error.message}`, {
        hint: 'Its row in corpus.csv is the one whose audio column starts with this number.',
      });
    }
    const { sampleRate, channels } = sound.value;
    const mono = toMono(channels);
    const spoken = resample(mono, sampleRate, spectrumRate);
    const levels = frameLevels(spoken, spectrumRate);
    const peaks = channels.map(measurePeaks);
    const { data: power, frames } = mel.compute(spoken);
    const picture = poolPicture(power, frames);
    const pitch = track(resample(mono, sampleRate, pitchRate));
    const measured: Measured = {
      ...formatOf(bytes, channels.length),
      peak: powerDb(Math.max(...peaks.map(({ peak }) => peak)) ** 2),
      clipped: peaks.reduce((sum, { clipped }) => sum + clipped, 0),
      ...levels,
      loudness: loudnessOf(mono, sampleRate),
      ...pitchOf(pitch),
      nuclei: countNuclei(bandSums(power), pitch.voiced),
      print: printOf(picture, levels.quiet),
    };
    return { data: picture, columns: pictureBands, meta: rounded(measured) };
  };
}

function formatOf(bytes: Uint8Array, channels: number): Pick<Measured, 'format' | 'channels'> {
  const kind = sniffFormat(bytes);
  if (!(pcmFormats as readonly string[]).includes(kind)) return { format: kind, channels };
  const header = readPcmHeader(bytes, kind as PcmFormat);
  if (!header.ok) return { format: kind, channels };
  const { format, bits } = header.value;
  const encoding = format.encoding === 'unsigned' ? 'pcm' : format.encoding;
  const coded = encoding === 'alaw' || encoding === 'ulaw';
  return { format: `${kind} ${encoding}${coded ? '' : ` ${bits}-bit`}`, channels };
}

function pitchOf({ logF0, voiced }: F0Track): Pick<Measured, 'f0' | 'f0Range' | 'voiced'> {
  const found = logF0.filter((_, t) => voiced[t]);
  const share = found.length / Math.max(1, voiced.length);
  if (found.length < leastVoiced) return { f0: null, f0Range: null, voiced: share };
  const [low, middle, high] = [0.1, 0.5, 0.9].map((q) => quantile(found, q)) as [
    number,
    number,
    number,
  ];
  return {
    f0: exp(middle),
    f0Range: (12 / Math.LN2) * (high - low),
    voiced: share,
  };
}

function loudnessOf(mono: Float32Array, sampleRate: number): number | null {
  const lufs = loudness(mono, sampleRate);
  return lufs === Number.NEGATIVE_INFINITY ? null : lufs;
}

/** Silence has no fingerprint: all of it is alike. */
function printOf(picture: Float32Array, quiet: number): string {
  if (quiet === 1) return '';
  const bytes = new Uint8Array(fingerprint(picture, pictureBands).buffer);
  return Buffer.from(bytes).toString('base64');
}

/** Three decimals, which every engine rounds alike. */
function rounded(measured: Measured): NonNullable<ItemResult['meta']> {
  return Object.fromEntries(
    Object.entries(measured).map(([name, value]) => [
      name,
      typeof value === 'number' ? Number(value.toFixed(3)) : value,
    ]),
  );
}
