import type { StudyTable, StudyTrial } from '../artifacts/study.ts';
import { readSpace } from '../search/index.ts';
import type { JsonObject } from '../util/json.ts';
import { formatPercent } from './format.ts';
import { type Html, html } from './html.ts';
import { shorten, valueWord } from './study-axis.ts';
import type { SearchView } from './study-frame.ts';
import { frame } from './tables.ts';

/** Longer values, as a network written in blocks, are cut. */
const room = 48;

/** More params than this do not stand beside the winners on paper. */
const beside = 4;

/** What each search chose. Many params stand in a table of their own, a column for each search. */
export function chosenTable(names: readonly string[], views: readonly SearchView[]): Html {
  const outer = views.some(({ search }) => search.outer !== null);
  const held = views.some(({ search }) => search.held_out !== null);
  const apart = names.length > beside && names.length >= views.length;
  const shown = apart ? [] : names;
  const header = [
    outer ? 'outer fold' : 'search',
    ...(held ? ['held out'] : []),
    ...['winner', 'its value, %', 'the spec, %'],
    ...shown.map(asWritten),
  ];
  const rows = views.map(({ search, trials }) => [
    search.outer === null ? 'one for all' : String(search.outer),
    ...(held ? [search.held_out ?? '–'] : []),
    search.winner === 0 ? 'the spec itself' : `trial ${search.winner}`,
    formatPercent(search.value),
    formatPercent(trials.find(({ trial }) => trial === 0)?.value),
    ...shown.map((name) => cell(search.set, name)),
  ]);
  const table = frame('What was chosen', header, rows);
  if (!apart) return table;
  const columns = views.map(({ search: { outer: of } }) => (of === null ? 'value' : `fold ${of}`));
  const params = names.map((name) => [name, ...views.map(({ search }) => cell(search.set, name))]);
  return html`${table}${frame('Params of the winners', ['param', ...columns], params)}`;
}

/** How alike the winners are: each choice with how often it won, of a range what the winners span. */
export function stabilityTable(
  { study }: StudyTable,
  names: readonly string[],
  views: readonly SearchView[],
): Html {
  if (views.length < 2) return html``;
  const { space } = readSpace(study.space);
  const rows = names.map((name) => {
    const ranged = space.find((one) => one.name === name)?.dimension.kind !== 'choice';
    const having = views.filter(({ search }) => Object.hasOwn(search.set, name));
    const numbers = having.flatMap(({ search }) => {
      const value = search.set[name];
      return typeof value === 'number' ? [value] : [];
    });
    const spanned = ranged && numbers.length === having.length && new Set(numbers).size > 2;
    const absent = views.length - having.length;
    const words = [
      ...(spanned ? [spanWords(numbers)] : tally(having, name)),
      ...(absent > 0 ? [`not set × ${absent}`] : []),
    ];
    return [name, words.join(', ')];
  });
  return frame(
    `How often each value won, in ${views.length} outer folds`,
    ['param', 'values'],
    rows,
    'list',
  );
}

function spanWords(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1] ?? 0;
  return `${valueWord(sorted[0] ?? 0)} to ${valueWord(sorted.at(-1) ?? 0)}, median ${valueWord(sorted.length % 2 === 1 ? middle : (middle + (sorted[(sorted.length >> 1) - 1] ?? 0)) / 2)}`;
}

/** `64 × 3`, most frequent first. */
function tally(views: readonly Pick<SearchView, 'search'>[], name: string): string[] {
  const counts = new Map<string, number>();
  for (const { search } of views) {
    const word = cell(search.set, name);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([word, count]) => `${word} × ${count}`);
}

/** Trials whose params the pipeline refused, with its reason. */
export function failedTable(names: readonly string[], trials: readonly StudyTrial[]): Html {
  const failed = trials.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return html``;
  const rows = failed.map((one) => {
    const params = names
      .filter((name) => Object.hasOwn(one.set, name))
      .map((name) => `${name} = ${cell(one.set, name)}`);
    return [
      one.outer === null ? `trial ${one.trial}` : `fold ${one.outer}, trial ${one.trial}`,
      html`${one.error ?? 'no reason was written down'}<br><span class="soft">${params.join(', ')}</span>`,
    ];
  });
  return frame('Failed trials', ['trial', 'reason, and params'], rows, 'list');
}

/** All trials, best first within their search. */
export function trialsTable(names: readonly string[], views: readonly SearchView[]): Html {
  const outer = views.some(({ search }) => search.outer !== null);
  const rows = views.flatMap(({ search, trials }) =>
    [...trials]
      .sort((a, b) => (b.value ?? -1) - (a.value ?? -1) || a.trial - b.trial)
      .map((one) => [
        outer ? `${one.outer}.${one.trial}` : String(one.trial),
        one.trial === search.winner ? html`<span class="mark">chosen</span>` : stateWord(one),
        formatPercent(one.value),
        ...names.map((name) => cell(one.set, name)),
      ]),
  );
  const first = outer ? 'fold.trial' : 'trial';
  return frame(
    'All trials, best first',
    [first, 'state', 'value, %', ...names.map(asWritten)],
    rows,
  );
}

function stateWord({ state, pruned_after: after }: StudyTrial): string {
  if (state === 'complete') return '';
  return state === 'pruned' && after !== null ? `pruned after ${after}` : state;
}

/** `stage` over `param`, so that many params fit on a page; a param's name is not worded as a metric's is. */
function asWritten(name: string): Html {
  const [stage = '', ...rest] = name.split('.');
  return html`${stage}.<br>${rest.join('.')}`;
}

function cell(set: JsonObject, name: string): string {
  const value = set[name];
  return value === undefined ? '–' : shorten(valueWord(value), room);
}
