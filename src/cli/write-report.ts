import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { listRuns, stateOf } from '../engine/record/runs.ts';
import { fitReport } from '../report/fit-report.ts';
import { readResults } from '../report/results.ts';
import { renderRunsPage } from '../report/runs-page.ts';
import { type ReportSource, readReport } from './report/read-report.ts';

export interface WrittenReport {
  readonly file: string;
  readonly bytes: number;
  /** What is not on the page because it could not be read. */
  readonly notices: readonly string[];
}

/** Writes the page of a run: `report.html` in its folder, or another file. */
export async function writeReport(
  run: ReportSource,
  file: string = join(run.folder, 'report.html'),
): Promise<WrittenReport> {
  const data = await readReport(run);
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
