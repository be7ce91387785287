import type { ParamProblem } from '../../engine/stage.ts';
import type { OperationName } from './sound-params.ts';

/** What else one may call an operation on sound. */
const aliases: Readonly<Record<string, OperationName>> = {
  ...{ pitch: 'pitch_shift', stretch: 'time_stretch', volume: 'gain', babble: 'add_babble' },
  ...{ noise: 'add_color_noise', white_noise: 'add_color_noise', pink_noise: 'add_color_noise' },
  ...{ brown_noise: 'add_color_noise', color_noise: 'add_color_noise' },
  ...{ gaussian_noise: 'add_color_noise', add_gaussian_noise: 'add_color_noise' },
  ...{ add_gaussian_snr: 'add_color_noise', background_noise: 'add_background_noise' },
  ...{ reverb: 'room_simulator', room: 'room_simulator', rir: 'room_simulator' },
  ...{ impulse_response: 'room_simulator', apply_impulse_response: 'room_simulator' },
  ...{ low_pass: 'low_pass_filter', lowpass: 'low_pass_filter' },
  ...{ high_pass: 'high_pass_filter', highpass: 'high_pass_filter' },
  ...{ clipping: 'clipping_distortion', clip: 'clipping_distortion' },
};

/** What comes closest on features to an operation on sound. */
const onFeatures: Readonly<Record<string, string>> = {
  shift: 'time_shift moves crops in time',
  time_stretch: 'tempo makes crops faster and slower',
  speed: 'tempo makes crops faster and slower, vtlp moves their formants',
  pitch_shift: 'vtlp moves the formants of crops',
};

/** What comes closest on sound to a policy. */
const onSound: Readonly<Record<string, OperationName | undefined>> = {
  ...{ tempo: 'time_stretch', frequency_warp: 'vtlp', time_shift: 'shift' },
  ...{ frequency_mask: undefined, time_mask: undefined, mixup: undefined },
  freq_mixstyle: undefined,
};

/** A schema that knows names, so that a refusal can say why. */
export function knowing(names: readonly string[]): {
  readonly patternProperties: Readonly<Record<string, object>>;
} {
  return { patternProperties: { [`^(${names.join('|')})$`]: {} } };
}

export const soundAliases = Object.keys(aliases);
export const policyNames = Object.keys(onSound);

/** Refuses operations on sound where features are given. `sound` are their names. */
export function refuseSound(params: object, sound: readonly string[]): readonly ParamProblem[] {
  return Object.keys(params).flatMap((name): readonly ParamProblem[] => {
    const operation = sound.includes(name) ? name : aliases[name];
    if (operation === undefined) return [];
    const instead = onFeatures[operation];
    const before = `To alter sound, put augment before the features: in: a corpus, with: ${operation}.`;
    return [
      {
        path: [name],
        message: `"${name}" changes sound, and augment is given features, which hold no sound any more`,
        hint: instead === undefined ? before : `On features ${instead}. ${before}`,
      },
    ];
  });
}

/** Refuses policies where a corpus is given, and says what operations are called. */
export function refusePolicies(params: object): readonly ParamProblem[] {
  return Object.keys(params).flatMap((name): readonly ParamProblem[] => {
    const called = aliases[name];
    if (called !== undefined) {
      return [
        { path: [name], message: `there is no "${name}"`, hint: `It is called ${called} here.` },
      ];
    }
    if (!Object.hasOwn(onSound, name)) return [];
    const instead = onSound[name];
    const after = 'Put augment after the features to add it to a policy.';
    return [
      {
        path: [name],
        message: `"${name}" alters features in training, and augment is given a corpus`,
        hint: instead === undefined ? after : `On sound it is ${instead}. ${after}`,
      },
    ];
  });
}
