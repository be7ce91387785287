import { exp } from '../../dsp/elementary.ts';
import {
  type OperationName,
  operationNames,
  type SoundParams,
  soundOperations,
} from './sound-params.ts';

/** The long form of an operation. */
export type Settings<N extends OperationName> = Exclude<SoundParams[N], null | number>;

export type Setting = {
  readonly [N in OperationName]: { readonly name: N; readonly of: Settings<N> };
}[OperationName];

const around = (value: number): readonly [number, number] => [exp(-value), exp(value)];

/** What a number alone says of an operation; the rest is as in an empty map. */
const short: { readonly [N in OperationName]: (value: number) => Partial<Settings<N>> } = {
  pitch_shift: (value) => ({ min_semitones: -value, max_semitones: value }),
  time_stretch(value) {
    const [min_rate, max_rate] = around(value);
    return { min_rate, max_rate };
  },
  speed(value) {
    const [min_factor, max_factor] = around(value);
    return { min_factor, max_factor };
  },
  vtlp(value) {
    const [min_alpha, max_alpha] = around(value);
    return { min_alpha, max_alpha };
  },
  shift: (value) => ({ min_shift: -value, max_shift: value }),
  room_simulator: (value) => ({ min_target_rt60: value, max_target_rt60: value }),
  add_babble: (value) => ({ min_snr_db: value, max_snr_db: value }),
  add_background_noise: (value) => ({ min_snr_db: value, max_snr_db: value }),
  add_color_noise: (value) => ({ min_snr_db: value, max_snr_db: value }),
  high_pass_filter: (value) => ({ min_cutoff_freq: value, max_cutoff_freq: value }),
  low_pass_filter: (value) => ({ min_cutoff_freq: value, max_cutoff_freq: value }),
  gain: (value) => ({ min_gain_db: -value, max_gain_db: value }),
  clipping_distortion: (value) => ({
    ...{ min_percentile_threshold: value, max_percentile_threshold: value },
  }),
};

/** What params ask for, in the order in which it is applied, in the long form. */
export function settingsOf(params: SoundParams): readonly Setting[] {
  return operationNames.flatMap((name): readonly Setting[] => {
    const given = params[name];
    if (given === null) return [];
    const of = typeof given === 'number' ? { ...defaultsOf(name), ...short[name](given) } : given;
    return [{ name, of } as Setting];
  });
}

function defaultsOf(name: OperationName): object {
  const { properties } = soundOperations[name].anyOf[2];
  return Object.fromEntries(
    Object.entries(properties).map(([key, schema]) => [
      key,
      (schema as { readonly default?: unknown }).default,
    ]),
  );
}
