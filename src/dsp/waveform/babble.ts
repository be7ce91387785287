import type { Random } from '../../util/random.ts';
import { matchLevel } from './level.ts';
import { changeSpeed, type Resample } from './resampling.ts';

/**
 * Many voices made of one clip alone: each is the clip played backwards from a random place on, round
 * its ends, faster or slower by up to 15 %. The sum has the clip's long-term spectrum and the rhythm of
 * speech, no words, and nothing of any other clip. Of the clip's length; each voice equally loud.
 */
export function selfBabble(
  signal: Float32Array,
  voices: number,
  random: Random,
  resample: Resample,
): Float32Array {
  const sum = new Float64Array(signal.length);
  const reversed = signal.slice().reverse();
  for (let voice = 0; voice < voices; voice++) {
    const factor = [85 + random.integer(31), 100] as const;
    const own = matchLevel(changeSpeed(reversed, factor, resample), signal);
    const start = random.integer(Math.max(1, own.length));
    for (let i = 0; i < sum.length; i++) sum[i]! += own[(start + i) % own.length]!;
  }
  return Float32Array.from(sum);
}
