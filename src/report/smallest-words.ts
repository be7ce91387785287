import type { Analysis } from '../artifacts/analysis.ts';
import type { MetricSet } from '../artifacts/evaluation.ts';
import { formatCount } from '../util/count.ts';
import { formatPercent } from './format.ts';

/**
 * The smallest difference that the scored clips can show, for two sets of models that disagree on a fifth
 * of them: from the evaluation, or where an older one lacks it, from an analysis of the very clips that
 * were scored.
 */
export function smallestWords(
  { n, protocol, smallest_difference: own }: MetricSet,
  analyses: readonly { readonly analysis: Analysis }[],
): string | undefined {
  const found = analyses.find(
    ({ analysis: { corpus } }) =>
      corpus.name === protocol.corpus.name &&
      corpus.clips === n.utterances &&
      corpus.speakers === n.speakers,
  );
  const least = own ?? found?.analysis.smallest_difference;
  if (least === undefined) return undefined;
  const { alpha, expected, speaker_test: test } = least;
  const middle = expected[Math.floor(expected.length / 2)];
  if (middle === undefined) return undefined;
  const { q, clips, speakers } = middle;
  const points = (value: number): string => formatPercent(value);
  const far =
    test.least === null || speakers === null
      ? `; none for new ones, because no test over ${formatCount(least.speakers, 'speaker')} reaches ${alpha}`
      : `, ${points(speakers)} for new ones`;
  return `about ${points(clips)} points of UAR for these speakers${far}; between two sets of models that disagree on ${Math.round(q * 100)} % of the clips, at ${alpha}`;
}
