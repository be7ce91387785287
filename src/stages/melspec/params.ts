import { isDeepStrictEqual } from 'node:util';
import { type Static, Type } from 'typebox';
import { isFftSize, nearestFftSize } from '../../dsp/fft-size.ts';
import { padModes } from '../../dsp/frames.ts';
import { windowNames } from '../../dsp/window.ts';
import type { ParamProblem } from '../../engine/stage.ts';

const pcenDefaults = { gain: 0.98, bias: 2, power: 0.5, time_constant: 0.4, eps: 1e-6 } as const;

/** Params of librosa.feature.melspectrogram and power_to_db under their own names; defaults are ours. */
export const melspecParams = Type.Object(
  {
    sample_rate: Type.Union(
      [Type.Integer({ minimum: 1000, maximum: 384000 }), Type.Literal('native')],
      {
        default: 16000,
        description: 'Hz to resample every clip to; native keeps the rate of each file.',
      },
    ),
    n_fft: Type.Integer({
      minimum: 16,
      maximum: 65536,
      default: 1024,
      description: 'Transform length in samples; even, and a product of 2, 3 and 5 alone.',
    }),
    win_length: Type.Integer({
      minimum: 1,
      maximum: 65536,
      default: 640,
      description: 'Window length in samples, centred in n_fft.',
    }),
    hop_length: Type.Integer({
      minimum: 1,
      maximum: 65536,
      default: 256,
      description: 'Samples from one frame to the next.',
    }),
    window: Type.Enum([...windowNames], {
      default: 'hann',
      description: 'Window shape; periodic, as scipy.signal.get_window gives it.',
    }),
    center: Type.Boolean({
      default: true,
      description: 'Centres frame t on sample t × hop_length; false starts it there.',
    }),
    pad_mode: Type.Enum([...padModes], {
      default: 'constant',
      description:
        'What lies beyond the ends of a clip when frames are centred: zeros, its mirror image without (reflect) or with (symmetric) its last sample, or its last sample.',
    }),
    power: Type.Number({
      exclusiveMinimum: 0,
      maximum: 4,
      default: 2,
      description: 'Exponent of the magnitude: 2 is power, 1 amplitude.',
    }),
    n_mels: Type.Integer({
      minimum: 1,
      maximum: 512,
      default: 64,
      description: 'Number of mel bands.',
    }),
    fmin: Type.Number({ minimum: 0, default: 50, description: 'Lowest frequency in Hz.' }),
    fmax: Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0 })], {
      default: 8000,
      description: 'Highest frequency in Hz; null is half the sample rate.',
    }),
    htk: Type.Boolean({
      default: false,
      description: 'Uses HTK’s mel formula instead of Slaney’s.',
    }),
    norm: Type.Union([Type.Literal('slaney'), Type.Null(), Type.Number({ exclusiveMinimum: 0 })], {
      default: 'slaney',
      description:
        'Scales each triangle to unit area (slaney), to a peak of 1 (null), or so that its p-norm is 1 (a number p).',
    }),
    scale: Type.Enum(['db', 'ln', 'power', 'pcen'], {
      default: 'db',
      description:
        '10 log10 of the bands (db), their natural logarithm (ln), the bands as they are (power), or per-channel energy normalisation (pcen), usually with power: 1.',
    }),
    ref: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Literal('max')], {
      default: 1,
      description: 'Value that is 0 dB (scale db), or max for the greatest of each utterance.',
    }),
    amin: Type.Number({
      exclusiveMinimum: 0,
      default: 1e-10,
      description: 'Smallest value that the logarithm sees.',
    }),
    top_db: Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0 })], {
      default: null,
      description:
        'Clips each utterance this many dB below its loudest value (scale db); null clips nothing.',
    }),
    pcen: Type.Object(
      {
        gain: Type.Number({
          minimum: 0,
          default: pcenDefaults.gain,
          description: 'Strength of the gain control: 1 cancels the level of a band, 0 keeps it.',
        }),
        bias: Type.Number({
          minimum: 0,
          default: pcenDefaults.bias,
          description: 'Added before the root is taken.',
        }),
        power: Type.Number({
          minimum: 0,
          default: pcenDefaults.power,
          description: 'The root; 0 takes a logarithm instead.',
        }),
        time_constant: Type.Number({
          exclusiveMinimum: 0,
          default: pcenDefaults.time_constant,
          description: 'Memory of the level of a band in seconds.',
        }),
        eps: Type.Number({
          exclusiveMinimum: 0,
          default: pcenDefaults.eps,
          description: 'Keeps the gain of a silent band finite.',
        }),
      },
      {
        additionalProperties: false,
        default: {},
        description:
          'With scale pcen: the params of librosa.pcen, which is given 2³¹ times the bands.',
      },
    ),
    trim_db: Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0 })], {
      default: null,
      description:
        'Drops leading and trailing frames this many dB below the loudest frame, keeping 3 frames on each side; null keeps all.',
    }),
  },
  { additionalProperties: false },
);

export type MelspecParams = Static<typeof melspecParams>;

/** What the schema cannot say: params that exclude each other, or that would be silently ignored. */
export function checkMelspecParams(params: MelspecParams): readonly ParamProblem[] {
  const problems: ParamProblem[] = [];
  const add = (path: string, message: string, hint: string): void => {
    problems.push({ path: [path], message, hint });
  };
  const { n_fft, win_length, fmin, fmax, sample_rate } = params;
  if (!isFftSize(n_fft)) {
    add(
      'n_fft',
      `n_fft ${n_fft} is odd or has a prime factor above 5`,
      `Use ${nearestFftSize(n_fft)}, with win_length for the duration of a frame.`,
    );
  }
  if (win_length > n_fft) {
    add(
      'win_length',
      `win_length ${win_length} is longer than n_fft ${n_fft}`,
      `Use at most ${n_fft}, or raise n_fft.`,
    );
  }
  const nyquist = sample_rate === 'native' ? Number.POSITIVE_INFINITY : sample_rate / 2;
  if (fmax !== null && fmax > nyquist) {
    add(
      'fmax',
      `fmax ${fmax} Hz is above half of sample_rate ${sample_rate} Hz`,
      `Use at most ${nyquist}, or null.`,
    );
  }
  if (fmin >= (fmax ?? nyquist)) {
    add(
      'fmin',
      `fmin ${fmin} Hz is not below fmax ${fmax ?? nyquist} Hz`,
      'Lower fmin or raise fmax.',
    );
  }
  for (const [name, isSet, scales] of [
    ['ref', params.ref !== 1, ['db']],
    ['top_db', params.top_db !== null, ['db']],
    ['amin', params.amin !== 1e-10, ['db', 'ln']],
    ['pcen', !isDeepStrictEqual(params.pcen, pcenDefaults), ['pcen']],
  ] as const) {
    if (!isSet || scales.some((scale) => scale === params.scale)) continue;
    const message = `${name} has no effect with scale ${params.scale}`;
    add(name, message, `Remove it, or use scale: ${scales.join(' or ')}.`);
  }
  if (!params.center && params.pad_mode !== 'constant') {
    add('pad_mode', 'pad_mode has no effect with center: false', 'Remove it, or use center: true.');
  }
  return problems;
}
