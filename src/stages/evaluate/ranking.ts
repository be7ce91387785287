import type { MetricSet, Ranking } from '../../artifacts/metrics.ts';
import { schemeWords } from '../../artifacts/scheme-words.ts';
import type { Draws } from '../../stats/bootstrap.ts';
import type { ShareName } from '../../stats/metrics/index.ts';
import type { Scored } from '../../stats/predictions.ts';
import { groupBy } from '../../util/group-by.ts';
import { idsOf } from './rows.ts';

/** A set of models with what its numbers were made of. */
export interface ScoredSet {
  readonly set: MetricSet;
  readonly rows: readonly Scored[];
  readonly draws: Draws;
}

/** Values are means of the same fractions in another order; those this close are equal. */
const grain = 1e-12;

/**
 * Ranks sets that were scored by one protocol on the same clips. Under two protocols the easier one
 * would win, so every protocol has a ranking of its own; a set that is alone in its protocol has none.
 *
 * @param reference the set that the others of its protocol are compared with. Elsewhere, and by
 *   default, the first one: a choice that no score had a say in
 */
export function rank(
  sets: readonly ScoredSet[],
  metric: ShareName,
  reference: ScoredSet | undefined,
): readonly Ranking[] {
  const rankings: Ranking[] = [];
  for (const members of groupBy(sets, protocolKey).values()) {
    const [first] = members;
    if (first === undefined || members.length < 2) continue;
    const { set: own } = reference !== undefined && members.includes(reference) ? reference : first;
    const sorted = members
      .map(({ set }) => ({ set: set.name, value: set.values[metric]?.value ?? 0 }))
      .sort((a, b) => b.value - a.value);
    const ranked = sorted.map((one) => ({
      rank: 1 + sorted.filter(({ value }) => value > one.value + grain).length,
      ...one,
    }));
    const winners = ranked.filter((one) => one.rank === 1);
    rankings.push({
      metric,
      protocol: protocolName(first.set),
      reference: own.name,
      sets: ranked,
      best:
        winners.length > 1
          ? null
          : { set: winners[0]?.set ?? '', stamp: `best of ${members.length}` },
    });
  }
  return rankings;
}

/**
 * Validation speakers and a search inside the training part are left out: how a model is trained is what one
 * compares. A search on the scored clips has its stamp.
 */
function protocolKey({ set: { protocol }, rows }: ScoredSet): string {
  const { scheme, folds, groups, disjoint, shared, stamps } = protocol;
  const rules = [scheme, folds, groups, disjoint, shared, stamps];
  return JSON.stringify([rules, idsOf(rows)]);
}

function protocolName({ protocol }: MetricSet): string {
  const { folds, stamps } = protocol;
  return [`${schemeWords(protocol)} (${folds})`, ...stamps].join(', ');
}
