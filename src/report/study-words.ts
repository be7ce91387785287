import type { StudyTable } from '../artifacts/study.ts';
import { samplerWords } from '../search/index.ts';
import { formatCount } from '../util/count.ts';
import type { JsonObject } from '../util/json.ts';
import { metricName } from './sentence.ts';

/** What was searched, how, what a trial was judged by, and what a choice could see. */
export function studyWords(
  { study, trials }: StudyTable,
  params: JsonObject,
): { readonly searched: string; readonly selection: string; readonly ended: string } {
  const { target, objective, asked, folds, searches, sampler, space } = study;
  const names = Object.keys(space);
  const each = searches.length > 1 ? ` in each of ${searches.length} outer folds` : '';
  const where =
    study.selection === 'shared' ? `the ${folds} folds that are scored` : `${folds} inner folds`;
  const searched = `Searched: ${formatCount(names.length, 'param')} of ${target} and of what it reads (${names.join(', ')}), ${formatCount(asked, 'trial')}${each}, with points from ${samplerWords(sampler)}. A trial is judged by its ${metricName(objective)}, pooled over ${where}; the highest is chosen.`;
  const count = (state: string): number => trials.filter((one) => one.state === state).length;
  const ended = `${endedWords(trials.length, count)} The value of a trial is no result: the best of many is too high, and the number of this run is the score of the models that were trained with what was chosen.`;
  return { searched, selection: selectionWords(study.selection, params), ended };
}

function endedWords(all: number, count: (state: string) => number): string {
  const [pruned, failed] = [count('pruned'), count('failed')];
  if (pruned + failed === 0) return `All ${formatCount(all, 'trial')} were finished.`;
  return `Of ${formatCount(all, 'trial')}, ${count('complete')} were finished, ${pruned} pruned, and ${failed} failed.`;
}

function selectionWords(selection: string, params: JsonObject): string {
  if (selection === 'nested') {
    return 'Nested: each outer fold has a search of its own, inside the clips that it trains on. No choice saw a clip that is scored, so the score is that of the whole procedure.';
  }
  if (selection === 'shared') {
    return 'Shared: one search, on the very clips that are scored. The score is therefore optimistic.';
  }
  const speakers = params['development_speakers'];
  const whom = Array.isArray(speakers)
    ? `${speakers.length === 1 ? 'speaker' : 'speakers'} ${speakers.join(', ')}`
    : 'development speakers';
  return `Development: one search among ${whom}, who are not scored. No choice saw a clip that is scored.`;
}
