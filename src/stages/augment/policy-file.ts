import type { PolicyFile, PolicyMask } from '../../artifacts/policy.ts';
import type { AugmentParams } from './policy-params.ts';

/** Masks that a width alone stands for. */
const counts = { frequency_mask: 1, time_mask: 2 } as const;
const mixStyleAlpha = 0.4;

/** What params ask for in the long form, on top of what the features have. */
export function policyFile(params: AugmentParams, before: PolicyFile | null): PolicyFile {
  const mask = (name: keyof typeof counts): PolicyMask | null => {
    const given = params[name];
    return typeof given === 'number' ? { width: given, count: counts[name] } : given;
  };
  const style = params.freq_mixstyle;
  const { tempo, vtlp, frequency_warp, time_shift, mixup } = params;
  const asked = {
    ...{ tempo, vtlp, frequency_warp, time_shift, mixup },
    frequency_mask: mask('frequency_mask'),
    time_mask: mask('time_mask'),
    freq_mixstyle: typeof style === 'number' ? { p: style, alpha: mixStyleAlpha } : style,
  };
  const given = Object.entries(asked).filter(([, value]) => value !== null);
  return { ...before, ...(Object.fromEntries(given) as PolicyFile) };
}
