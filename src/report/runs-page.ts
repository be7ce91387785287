import { html } from './html.ts';
import { page } from './page.ts';
import { frame } from './tables.ts';

export interface RunRow {
  /** Folder's name: the link is relative. */
  readonly folder: string;
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** ISO 8601. */
  readonly started: string;
  readonly results: readonly string[];
  readonly hasReport: boolean;
}

/** `runs/index.html`: every run, newest first. Pure. */
export function renderRunsPage(runs: readonly RunRow[]): string {
  const rows = runs.map((run) => [
    run.hasReport
      ? html`<a href="${encodeURIComponent(run.folder)}/report.html">${run.id}</a>`
      : run.id,
    run.name,
    run.state,
    run.started.slice(0, 16).replace('T', ' '),
    html`${resultsOf(run).map((result) => html`<div>${result}</div>`)}`,
  ]);
  return page(
    'affekt runs',
    html`<h1>Runs</h1>${frame('', ['run', 'name', 'state', 'started (UTC)', 'result'], rows, 'list')}`,
  );
}

/** A sweep has many results; its own page has them all. */
function resultsOf({ results }: RunRow): readonly string[] {
  const rest = results.length - 4;
  return rest > 0 ? [...results.slice(0, 4), `and ${rest} more`] : results;
}
