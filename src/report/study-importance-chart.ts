import { formatPercent } from './format.ts';
import { type Html, html } from './html.ts';
import type { SearchView } from './study-frame.ts';
import { frame } from './tables.ts';

export interface ParamImportance {
  readonly name: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** From 1, in each search; null where no trial had the param. */
  readonly ranks: readonly (number | null)[];
}

/** Importance over searches, most important first. A param without a share in a search has 0 there. */
export function importances(
  names: readonly string[],
  views: readonly Pick<SearchView, 'search'>[],
): readonly ParamImportance[] {
  return names
    .map((name) => {
      const shares = views.map(({ search }) => search.importance[name] ?? 0);
      return {
        name,
        mean: shares.reduce((a, b) => a + b, 0) / shares.length,
        low: Math.min(...shares),
        high: Math.max(...shares),
        ranks: views.map(({ search: { importance } }) => {
          const own = importance[name];
          if (own === undefined) return null;
          // Equal shares have equal ranks.
          return 1 + Object.values(importance).filter((other) => other > own).length;
        }),
      };
    })
    .sort((a, b) => b.mean - a.mean);
}

/** Bars with the range over outer folds, and the rank in each of them. */
export function importanceChart(
  rows: readonly ParamImportance[],
  views: readonly SearchView[],
): Html {
  if (rows.length < 2) return html``;
  const several = views.length > 1;
  const top = Math.ceil(10 * Math.max(...rows.map(({ high }) => high), 0.01)) / 10;
  const x = (share: number): string => `${((100 * share) / top).toFixed(1)}%`;
  const bars = rows.map(({ name, mean, low, high }) => {
    const whisker = html`<line class="whisker" x1="${x(low)}" x2="${x(high)}" y1="11" y2="11"/>${[low, high].map((end) => html`<line class="whisker" x1="${x(end)}" x2="${x(end)}" y1="6" y2="16"/>`)}`;
    return html`<li><span>${name}</span><svg height="22" aria-hidden="true"><line class="axis" x1="0" x2="0" y1="0" y2="22"/><rect class="share" x="0" y="3" width="${x(mean)}" height="16"/>${several ? whisker : undefined}</svg><span>${shareWords({ mean, low, high }, several)}</span></li>
`;
  });
  const axis = html`<li class="soft small" aria-hidden="true"><span></span><svg height="16"><text class="soft" x="0" y="13">0</text><text class="soft" x="100%" y="13" text-anchor="end">${Math.round(100 * top)} %</text></svg><span></span></li>`;
  const fewest = Math.min(
    ...views.map(({ trials }) => trials.filter(({ value }) => value !== null).length),
  );
  const good = Math.ceil(fewest / 10);
  const caution =
    good < 5
      ? ` Here the best tenth ${good === 1 ? 'is one trial' : `are ${good} trials`}: a hint, no more.`
      : '';
  return html`<h3>Importance</h3>
<ul class="controls shares picture">${bars}${axis}</ul>
<p class="small soft">Share of each param in being among the best tenth of the complete trials (PED-ANOVA)${several ? '; bars: mean over outer folds, whiskers: lowest and highest' : ''}.${caution}</p>
${several ? rankTable(rows, views) : undefined}`;
}

function shareWords(
  { mean, low, high }: Pick<ParamImportance, 'mean' | 'low' | 'high'>,
  several: boolean,
): string {
  return several
    ? `${formatPercent(mean)} (${formatPercent(low)}–${formatPercent(high)})`
    : formatPercent(mean);
}

function rankTable(rows: readonly ParamImportance[], views: readonly SearchView[]): Html {
  const header = ['param', ...views.map(({ search }) => `fold ${search.outer}`)];
  const body = rows.map(({ name, ranks }) => [name, ...ranks.map((rank) => String(rank ?? '–'))]);
  return frame('Rank of each param in each outer fold', header, body);
}
