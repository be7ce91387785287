import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { listRuns, stateOf } from '../engine/record/runs.ts';
import { fitReport } from '../report/fit-report.ts';
import { readResults } from '../report/results.ts';
import { renderRunsPage } from '../report/runs-page.ts';
import { UsageError } from './command.ts';
import { makesAgain } from './makes-again.ts';
import { Notices } from './report/notices.ts';
import { type ReportSource, readReport } from './report/read-report.ts';

export interface WrittenReport {
  readonly file: string;
  readonly bytes: number;
  /** What is not on the page because it could not be read. */
  readonly notices: readonly string[];
}

/**
 * Writes the page of a run: `report.html` in its folder, or another file. Throws `UsageError` where it would take
 * the place of the run's own page, which has what was evicted since.
 */
export async function writeReport(
  run: ReportSource,
  wanted: string | undefined,
): Promise<WrittenReport> {
  const own = join(run.folder, 'report.html');
  const file = wanted ?? own;
  const notices = new Notices();
  const data = await readReport(run, notices);
  if (notices.isLess && file === own && existsSync(own)) {
    const [first, ...more] = notices.lines;
    throw new UsageError(
      `report.html of run ${run.info.id} is kept, and a new one would lack parts of it: ${first}${more.length > 0 ? `, and ${more.length} more` : ''}`,
      `${makesAgain(run.info)}; -o FILE writes a page of what is left.`,
    );
  }
  const text = fitReport(data);
  writeFileSync(file, text);
  return { file, bytes: Buffer.byteLength(text), notices: data.notices };
}

/** Writes `runs/index.html`. */
export function writeRunsPage(runsFolder: string): void {
  const rows = listRuns(runsFolder).map(({ folder, info }) => ({
    folder: basename(folder),
    id: info.id,
    name: info.name,
    state: stateOf(info),
    started: info.started,
    results: readResults(folder),
    hasReport: existsSync(join(folder, 'report.html')),
  }));
  writeFileSync(join(runsFolder, 'index.html'), renderRunsPage(rows));
}
