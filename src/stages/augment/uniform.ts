import { exp, ln } from '../../dsp/elementary.ts';
import type { Random } from '../../util/random.ts';

/** U(low, high). */
export function uniform(random: Random, low: number, high: number): number {
  return low + (high - low) * random.next();
}

/** exp(U(ln low, ln high)), for what multiplies. */
export function uniformRatio(random: Random, low: number, high: number): number {
  return low === high ? low : exp(uniform(random, ln(low), ln(high)));
}
