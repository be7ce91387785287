import { type Static, Type } from 'typebox';
import type { ParamProblem } from '../../engine/stage.ts';

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(
  schema: T,
  description: string,
) => Type.Union([Type.Null(), schema], { default: null, description });

export const denoiseParams = Type.Object(
  {
    method: Type.Enum(['logmmse', 'spectral_gate', 'none'], {
      default: 'logmmse',
      description:
        'logmmse: log-spectral amplitude estimator with a noise level per frequency from the quiet tenth of the clip; clean speech passes through. spectral_gate: as noisereduce defines it. none: only what follows.',
    }),
    stationary: Type.Boolean({
      default: false,
      description:
        'Of spectral_gate: one threshold per frequency for the whole clip, instead of a floor that follows the sound.',
    }),
    prop_decrease: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 1,
      description: 'Of spectral_gate: how much of the noise is taken away.',
    }),
    trim_db: orNull(
      Type.Number({ exclusiveMinimum: 0 }),
      'Cuts off what lies before and after the frames (2048 samples, hop 512) within this many dB of the loudest one, as librosa.effects.trim does; null keeps all.',
    ),
    loudness: orNull(
      Type.Number({ maximum: 0 }),
      'Integrated loudness in LUFS (ITU-R BS.1770-4) that every clip is brought to: −23 is usual. Silence stays silence, nothing is clipped. null: as it is.',
    ),
    peak: orNull(
      Type.Number({ maximum: 0 }),
      'Largest sample in dB below full scale that every clip is brought to. Not beside loudness. null: as it is.',
    ),
  },
  { additionalProperties: false },
);

export type DenoiseParams = Static<typeof denoiseParams>;

/** What the schema cannot say. */
export function checkDenoiseParams(params: DenoiseParams): readonly ParamProblem[] {
  const { method, stationary, prop_decrease, loudness, peak } = params;
  const problems: ParamProblem[] = [];
  if (method !== 'spectral_gate') {
    const set = [stationary && 'stationary', prop_decrease !== 1 && 'prop_decrease'] as const;
    for (const name of set) {
      if (name === false) continue;
      problems.push({
        path: [name],
        message: `${name} has no effect with method ${method}`,
        hint: 'Remove it, or use method: spectral_gate.',
      });
    }
  }
  if (loudness !== null && peak !== null) {
    problems.push({
      path: ['peak'],
      message: 'loudness and peak cannot both be set',
      hint: 'Keep one of them.',
    });
  }
  return problems;
}
