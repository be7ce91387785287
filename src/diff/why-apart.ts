import type { MetricSet } from '../artifacts/metrics.ts';
import type { SetDiff } from './types.ts';

/** Why two sets are not compared, in words; null where they are. */
export function whyApart({ a, b, onlyA, onlyB, comparison }: SetDiff): string | null {
  if (comparison !== null) return null;
  const [one, other] = [a.protocol, b.protocol];
  if (one.role !== other.role) return `${sideOf(a)} in A and ${sideOf(b)} in B`;
  if (onlyA.length + onlyB.length > 0)
    return `A alone scored ${onlyA.length} clips, B alone ${onlyB.length}`;
  const [classesA, classesB] = [a, b].map(({ per_class }) => Object.keys(per_class).join(', '));
  if (classesA !== classesB) return `the classes are ${classesA} in A, and ${classesB} in B`;
  const stampsA = one.stamps.filter((stamp) => !other.stamps.includes(stamp));
  const stampsB = other.stamps.filter((stamp) => !one.stamps.includes(stamp));
  for (const [run, stamps, than] of [
    ['A', stampsA, 'B'],
    ['B', stampsB, 'A'],
  ] as const) {
    if (!stamps.includes('optimistic')) continue;
    return `the params of ${run} were chosen on the very clips that score it, those of ${than} were not: ${run} would win by that alone`;
  }
  const rules = [
    ['scheme', `${one.scheme} (${one.folds})`, `${other.scheme} (${other.folds})`],
    ['groups', one.groups.join(', '), other.groups.join(', ')],
    ['what no two sides share', one.disjoint.join(', '), other.disjoint.join(', ')],
    ['what both sides share', one.shared.join(', '), other.shared.join(', ')],
    ['stamps', stampsA.join(', '), stampsB.join(', ')],
  ] as const;
  const odd = rules.find(([, x, y]) => x !== y);
  if (odd === undefined) return 'they were not scored alike';
  const [what, x, y] = odd;
  return `the protocols differ in ${what}: ${x || 'none'} in A, ${y || 'none'} in B`;
}

function sideOf({ protocol }: MetricSet): string {
  return protocol.role === 'validate' ? 'validation clips are scored' : 'test clips are scored';
}

const choices: Readonly<Record<MetricSet['protocol']['selection'], string>> = {
  none: 'as the spec has them',
  nested: 'searched in each outer fold, inside the clips that it trains on',
  shared: 'searched on the very clips that are scored',
  development: 'searched among speakers who are not scored',
};

/** How the params of each came about, where that is not the same. */
export function choicesApart({ a, b }: SetDiff): { readonly a: string; readonly b: string } | null {
  const [one, other] = [a.protocol.selection, b.protocol.selection];
  return one === other ? null : { a: choices[one], b: choices[other] };
}
