import type { Analysis } from '../artifacts/analysis.ts';
import type { MetricSet } from '../artifacts/evaluation.ts';
import { formatPercent } from './format.ts';

/**
 * What the analysis of the scored clips says of the smallest difference that they can show: two sets of
 * models that disagree on a fifth of the clips. Undefined where no analysis is of the very clips that were
 * scored.
 */
export function smallestWords(
  { n, protocol }: MetricSet,
  analyses: readonly { readonly analysis: Analysis }[],
): string | undefined {
  const found = analyses.find(
    ({ analysis: { corpus } }) =>
      corpus.name === protocol.corpus.name &&
      corpus.clips === n.utterances &&
      corpus.speakers === n.speakers,
  );
  if (found === undefined) return undefined;
  const { alpha, expected } = found.analysis.smallest_difference;
  const middle = expected[Math.floor(expected.length / 2)];
  if (middle === undefined) return undefined;
  const far =
    middle.speakers === null ? '' : `, about ${formatPercent(middle.speakers)} for new ones`;
  return `about ${formatPercent(middle.clips)} points of UAR for these speakers${far}: what two sets of models that disagree on ${Math.round(middle.q * 100)} % of the clips must differ by to be told apart at ${alpha}`;
}
