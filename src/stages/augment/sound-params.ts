import { type Static, type TProperties, type TSchema, Type } from 'typebox';
import { noiseColors } from '../../dsp/waveform/color-noise.ts';
import type { ParamProblem } from '../../engine/stage.ts';
import { knowing, policyNames, refusePolicies, soundAliases } from './names.ts';

const probability = Type.Number({
  exclusiveMinimum: 0,
  maximum: 1,
  default: 1,
  description: 'How likely a copy is altered by this.',
});

/** Off, one number that says the most important part, or a map. */
function operation<S extends TSchema, P extends TProperties>(
  scalar: S,
  properties: P,
  description: string,
) {
  return Type.Union(
    [
      Type.Null(),
      scalar,
      Type.Object({ ...properties, p: probability }, { additionalProperties: false }),
    ],
    { default: null, description },
  );
}

interface Limits {
  readonly from: number;
  readonly to: number;
}

function end(which: 'Lowest' | 'Highest', what: string, value: number, { from, to }: Limits) {
  return Type.Number({
    ...{ minimum: from, maximum: to, default: value },
    description: `${which} ${what}.`,
  });
}

const above = (maximum: number) => Type.Number({ exclusiveMinimum: 0, maximum });

const decibels: Limits = { from: -20, to: 80 };
const ratio: Limits = { from: 0.5, to: 2 };
const warp: Limits = { from: 0.7, to: 1.4 };
const hertz: Limits = { from: 10, to: 24_000 };
const snr = Type.Number({ minimum: decibels.from, maximum: decibels.to });

const snrEnds = (lowest: number, highest: number) => ({
  min_snr_db: end('Lowest', 'signal-to-noise ratio in dB', lowest, decibels),
  max_snr_db: end('Highest', 'signal-to-noise ratio in dB', highest, decibels),
});

const rolloff = (which: 'Lowest' | 'Highest', value: number) =>
  Type.Integer({
    ...{ minimum: 6, maximum: 48, multipleOf: 6, default: value },
    description: `${which} slope in dB per octave, a multiple of 6.`,
  });

const filterEnds = (lowest: number, highest: number) => ({
  min_cutoff_freq: end('Lowest', 'cutoff in Hz, where it takes 3 dB', lowest, hertz),
  max_cutoff_freq: end('Highest', 'cutoff in Hz', highest, hertz),
  min_rolloff: rolloff('Lowest', 12),
  max_rolloff: rolloff('Highest', 24),
});

/**
 * Operations in the order in which they are applied: what the voice does, where it is in time, the room,
 * what else is heard there, and what records it. Names are audiomentations', defaults are narrowed to
 * what leaves an emotion recognisable.
 */
export const soundOperations = {
  pitch_shift: operation(
    above(12),
    {
      min_semitones: end('Lowest', 'shift', -2, { from: -12, to: 12 }),
      max_semitones: end('Highest', 'shift', 2, { from: -12, to: 12 }),
    },
    's: higher or lower by U(−s, s) semitones, formants too; the length stays.',
  ),
  time_stretch: operation(
    above(0.69),
    {
      min_rate: end('Lowest', 'rate', 0.9, ratio),
      max_rate: end('Highest', 'rate', 1.1, ratio),
    },
    't: faster by exp(U(−t, t)); the pitch stays. A map gives the ends, and the rate is exp(U(ln min, ln max)).',
  ),
  speed: operation(
    above(0.69),
    {
      min_factor: end('Lowest', 'factor', 0.9, ratio),
      max_factor: end('Highest', 'factor', 1.1, ratio),
    },
    's: faster and higher by exp(U(−s, s)), as a tape that runs faster.',
  ),
  vtlp: operation(
    above(0.33),
    {
      min_alpha: end('Lowest', 'α', 0.9, warp),
      max_alpha: end('Highest', 'α', 1.1, warp),
    },
    'v: formants lower by the factor α = exp(U(−v, v)), vocal tract length perturbation; the pitch stays.',
  ),
  shift: operation(
    above(1),
    {
      min_shift: end('Lowest', 'part of the length, negative for earlier', -0.1, {
        from: -1,
        to: 1,
      }),
      max_shift: end('Highest', 'part of the length', 0.1, { from: -1, to: 1 }),
      rollover: Type.Boolean({
        default: false,
        description: 'What leaves at one end comes in at the other; else it is lost.',
      }),
      fade_duration: Type.Number({
        ...{ minimum: 0, maximum: 1, default: 0.005 },
        description: 'Fades at the new ends, in s.',
      }),
    },
    'f: moved in time by U(−f, f) of the length.',
  ),
  room_simulator: operation(
    Type.Number({ minimum: 0.05, maximum: 2 }),
    {
      min_target_rt60: end('Lowest', 'reverberation time in s', 0.15, { from: 0.05, to: 2 }),
      max_target_rt60: end('Highest', 'reverberation time in s', 0.5, { from: 0.05, to: 2 }),
    },
    'T: heard in a room whose sound falls by 60 dB in T s, or in U(min, max).',
  ),
  add_babble: operation(
    snr,
    {
      ...snrEnds(5, 30),
      voices: Type.Integer({
        ...{ minimum: 1, maximum: 32, default: 6 },
        description: 'How many voices, all made of the clip itself.',
      }),
    },
    'Voices made of the clip itself, played backwards, this many dB below it.',
  ),
  add_background_noise: operation(
    snr,
    snrEnds(5, 30),
    'A random part of one of the files of sounds_path, this many dB below the clip.',
  ),
  add_color_noise: operation(
    snr,
    {
      color: Type.Enum(['any', ...noiseColors], {
        default: 'any',
        description: 'Even, −3 or −6 dB per octave; any draws one of the three.',
      }),
      ...snrEnds(5, 40),
    },
    'Gaussian noise, this many dB below the clip.',
  ),
  high_pass_filter: operation(
    Type.Number({ minimum: hertz.from, maximum: hertz.to }),
    filterEnds(20, 300),
    'Butterworth high-pass with this cutoff in Hz, or with one drawn evenly in octaves.',
  ),
  low_pass_filter: operation(
    Type.Number({ minimum: hertz.from, maximum: hertz.to }),
    filterEnds(3000, 7500),
    'Butterworth low-pass with this cutoff in Hz; one at or above half the rate does nothing.',
  ),
  gain: operation(
    above(60),
    {
      min_gain_db: end('Lowest', 'gain in dB', -6, { from: -60, to: 60 }),
      max_gain_db: end('Highest', 'gain in dB', 6, { from: -60, to: 60 }),
    },
    'g: louder by U(−g, g) dB. Louder than full scale is kept, not clipped.',
  ),
  clipping_distortion: operation(
    above(60),
    {
      min_percentile_threshold: end('Lowest', 'percentage', 0, { from: 0, to: 60 }),
      max_percentile_threshold: end('Highest', 'percentage', 10, { from: 0, to: 60 }),
    },
    'This percentage of the samples is clipped, half at either end.',
  ),
};

export type OperationName = keyof typeof soundOperations;

export const operationNames = Object.keys(soundOperations) as readonly OperationName[];

export const soundParams = Type.Object(
  {
    copies: Type.Integer({
      ...{ minimum: 0, maximum: 100, default: 1 },
      description: 'How many altered copies of each clip are stored.',
    }),
    keep: Type.Boolean({
      default: true,
      description:
        'Keeps the clips themselves, and copies are for training alone. false lets the first copy of each clip take its place: it is then what is scored.',
    }),
    sounds_path: Type.Union([Type.Null(), Type.String({ minLength: 1 })], {
      default: null,
      'x-affekt': 'path',
      description:
        'Sound files for add_background_noise: a path or glob from the folder of the spec.',
    }),
    ...soundOperations,
  },
  { additionalProperties: false, ...knowing([...policyNames, ...soundAliases]) },
);

export type SoundParams = Static<typeof soundParams>;

/** Ends of ranges, by the names of both. */
const ends = /^min_(.*)$/;

/** What the schema cannot say. */
export function checkSoundParams(params: SoundParams): readonly ParamProblem[] {
  const problems: ParamProblem[] = [...refusePolicies(params)];
  for (const name of operationNames) {
    const given = params[name];
    if (given === null || typeof given === 'number') continue;
    const values = given as Readonly<Record<string, unknown>>;
    for (const [key, low] of Object.entries(values)) {
      const other = `max_${ends.exec(key)?.[1]}`;
      const high = values[other];
      if (typeof low !== 'number' || typeof high !== 'number' || low <= high) continue;
      problems.push({
        path: [name, key],
        message: `${name}.${key} is ${low}, above ${other} ${high}`,
        hint: `Give both: ${key} is at most ${other}.`,
      });
    }
  }
  const altered = operationNames.some((name) => params[name] !== null);
  if (params.copies === 0 && !params.keep) {
    problems.push({
      path: ['copies'],
      message: 'with keep: false and copies: 0 nothing would be left',
      hint: 'Set copies: 1, so that each clip is replaced by an altered one.',
    });
  }
  if (params.copies > 0 && params.keep && !altered && problems.length === 0) {
    problems.push({
      path: [],
      message: 'augment is told to store copies, and nothing that alters them',
      hint: `Add an operation, like pitch_shift: 2, or set copies: 0. There are ${operationNames.join(', ')}.`,
    });
  }
  const noisy = params.add_background_noise !== null;
  if (noisy !== (params.sounds_path !== null)) {
    problems.push(
      noisy
        ? {
            path: ['add_background_noise'],
            message: 'add_background_noise needs sounds_path',
            hint: 'Add sounds_path: noise/*.wav, from the folder of the spec.',
          }
        : {
            path: ['sounds_path'],
            message: 'sounds_path has no effect without add_background_noise',
            hint: 'Add add_background_noise: {}, or take it out.',
          },
    );
  }
  return problems;
}
