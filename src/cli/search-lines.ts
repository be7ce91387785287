import type { StudySearch, StudyTable } from '../artifacts/study.ts';
import { formatPercent } from '../report/format.ts';
import { metricName } from '../report/sentence.ts';
import { formatCount } from '../util/count.ts';

const selections: Readonly<Record<StudyTable['study']['selection'], string>> = {
  nested: 'nested, by',
  shared: 'shared, optimistic: by the scored clips, by',
  development: 'on development speakers, by',
};

/**
 * What the searches of a stage tried and chose, a line for each. The value is what a choice was made by, the
 * best of many: no result.
 */
export function searchLines(address: string, { study, trials }: StudyTable): readonly string[] {
  const { selection, objective, target, searches } = study;
  const judged = `${selections[selection]} ${metricName(objective)} of ${formatCount(study.folds, selection === 'shared' ? 'fold' : 'inner fold')}`;
  return searches.map((search) => {
    const own = trials.filter(({ outer }) => outer === search.outer);
    const count = (state: string): number => own.filter((one) => one.state === state).length;
    const [pruned, failed] = [count('pruned'), count('failed')];
    const ended = [
      ...(pruned > 0 ? [`${pruned} pruned`] : []),
      ...(failed > 0 ? [`${failed} failed`] : []),
    ];
    const of = search.outer === null ? '' : `, outer fold ${search.outer}`;
    return `${address}${of}: ${formatCount(own.length, 'trial')} of ${target}${ended.length === 0 ? '' : ` (${ended.join(', ')})`}, chosen ${winnerOf(search)} (${judged})`;
  });
}

function winnerOf({ winner, value }: StudySearch): string {
  const inner = value === null ? 'undefined' : `${formatPercent(value)} %`;
  return `${winner === 0 ? 'the spec itself' : `trial ${winner}`} at ${inner}`;
}
