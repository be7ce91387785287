import type { MetricSet } from './metrics.ts';

/** A scheme with what its name does not tell: the groups that folds keep together, and how much is held out. */
export function schemeWords({
  scheme,
  groups: [group],
  test_fraction: part,
}: Pick<MetricSet['protocol'], 'scheme' | 'groups' | 'test_fraction'>): string {
  if (group === undefined || !['stratified-group-k-fold', 'hold-out'].includes(scheme))
    return scheme;
  const share = part === undefined ? '' : ` of ${Number((100 * part).toFixed(1))} %`;
  return `${scheme} by ${group}${share}`;
}
