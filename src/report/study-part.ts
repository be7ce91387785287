import type { Part } from './document.ts';
import { type Html, html } from './html.ts';
import type { ReportData, StudyRow } from './report-data.ts';
import { metricName } from './sentence.ts';
import { paramAxes } from './study-axis.ts';
import { searchViews } from './study-frame.ts';
import { historyChart } from './study-history-chart.ts';
import { importanceChart, importances } from './study-importance-chart.ts';
import { parallelChart } from './study-parallel-chart.ts';
import { planeChart } from './study-plane-chart.ts';
import { sliceChart } from './study-slice-chart.ts';
import { chosenTable, failedTable, stabilityTable, trialsTable } from './study-tables.ts';
import { studyWords } from './study-words.ts';

/** A search: what was varied and chosen, how sure that is, and every trial. */
export function studyPart({ address, table, brief }: StudyRow, data: ReportData): Part {
  const { study, trials } = table;
  const views = searchViews(study, trials);
  const ranked = importances(Object.keys(study.space), views);
  const names = ranked.map(({ name }) => name);
  const axes = [...paramAxes(study, trials)].sort(
    (a, b) => names.indexOf(a.name) - names.indexOf(b.name),
  );
  const objective = metricName(study.objective);
  const params = data.specStages.find((one) => one.address === address)?.params ?? {};
  const words = studyWords(table, params);
  const body = html`<p>${words.searched}</p>
<p>${words.selection}${study.selection === 'shared' ? html` <span class="stamp">optimistic</span>` : undefined}</p>
<p>${words.ended}</p>
${chosenTable(names, views)}
${stabilityTable(table, names, views)}
<h3>Value by trial</h3>
${historyChart(address, objective, views)}
${importanceChart(ranked, views)}
${
  brief === true
    ? undefined
    : html`${parallelChart(address, objective, axes, views)}
${sliceChart(address, objective, axes, views)}
${planeChart(address, axes, views)}`
}
${failedTable(names, trials)}
${brief === true ? undefined : allTrials(names, views, trials.length)}
<p class="small soft">All trials: <a href="${linkTo(address)}">trials.csv</a> and study.json in stages/${address}.</p>`;
  return { title: data.studies.length === 1 ? 'Search' : `Search: ${address}`, body };
}

function allTrials(
  names: readonly string[],
  views: ReturnType<typeof searchViews>,
  count: number,
): Html {
  return html`<details><summary>All trials <span class="soft">${count}, with their params</span></summary>
${trialsTable(names, views)}</details>`;
}

/** Brackets and `=` of an address are not legal in a link. */
function linkTo(address: string): string {
  return `stages/${encodeURIComponent(address)}/study/trials.csv`;
}
