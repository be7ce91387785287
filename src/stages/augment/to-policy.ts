import type { PolicyFile } from '../../artifacts/policy.ts';
import { noPolicy, type Policy } from '../../model/feed/policy.ts';

/** What the feed of a training is told of `policy.json`; without one, nothing but crops. */
export function toPolicy(file: PolicyFile | null): Policy {
  if (file === null) return noPolicy;
  const style = file.freq_mixstyle;
  return {
    tempo: file.tempo ?? 0,
    vtlp: file.vtlp ?? 0,
    frequencyWarp: file.frequency_warp ?? 0,
    timeShift: file.time_shift ?? 0,
    frequencyMask: file.frequency_mask ?? null,
    timeMask: file.time_mask ?? null,
    mixup: file.mixup ?? 0,
    freqMixStyle: style === undefined ? null : { probability: style.p, alpha: style.alpha },
  };
}
