import type { Comparison } from './metrics.ts';

/**
 * Which tests Holm's correction was over, and which were refused: one sentence each. `p_holm` of an
 * evaluation counts every test that ran, over all protocols, and none that was refused.
 */
export function familyWords(comparisons: readonly Comparison[]): readonly string[] {
  const tests = comparisons.filter(({ test }) => test !== null);
  const ran = tests.filter(({ p }) => p !== null).length;
  const refused = tests.filter(({ refused: reason }) => reason !== null);
  const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
  return [
    ...(ran === 0
      ? []
      : [
          `p (Holm) is corrected over ${ran === tests.length ? `the ${count(ran, 'test')} of this evaluation` : `the ${count(ran, 'test')} that ran, of ${tests.length} that were asked for`}.`,
        ]),
    ...refused.map(({ a, b, test, refused: why }) => `Not tested: ${a} − ${b}, ${test}: ${why}.`),
  ];
}
