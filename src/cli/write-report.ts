import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { readCorpus } from '../artifacts/corpus.ts';
import { readMetrics } from '../artifacts/evaluation.ts';
import { readModelDescription } from '../artifacts/models.ts';
import type { ArtifactFiles } from '../engine/artifact.ts';
import type { FinishedRun } from '../engine/engine.ts';
import { listRuns } from '../engine/record/runs.ts';
import type { RunOutputs } from '../engine/record/types.ts';
import type { RunView } from '../engine/run-types.ts';
import type { Curve } from '../report/curves-chart.ts';
import { renderReport } from '../report/page.ts';
import type { AnalysisRow, CorpusRow, ModelsRow } from '../report/report-data.ts';
import { type RunResultRow, readResults, resultLines } from '../report/results.ts';
import { renderRunsPage } from '../report/runs-page.ts';
import { stageRows } from '../report/stage-rows.ts';
import { commandLine } from '../util/command-line.ts';
import { parseCsv } from '../util/csv.ts';
import { stageOf } from './stage-of.ts';
import { wordFailure } from './words.ts';

/** Writes `report.html` into the folder of a run. */
export async function writeReport(run: FinishedRun, description: string): Promise<void> {
  const { info, folder } = run;
  const analyses = await drawAnalyses(run);
  const text = renderReport({
    id: info.id,
    name: info.name,
    description,
    state: run.state,
    started: info.started,
    seconds: run.seconds,
    ran: run.ran,
    cached: run.cached,
    affekt: info.affekt,
    evaluations: evaluationsOf(run.outputs, (address, port) => run.artifact(address, port)),
    corpora: corporaOf(run),
    analyses,
    models: modelsOf(run),
    stages: stageRows(run.tasks, stageOf),
    failures: run.failures.map(({ address, failure, log }) => ({
      address,
      ...wordFailure(failure),
      log: isAbsolute(log) ? relative(folder, log) : log,
    })),
    spec: readText(join(folder, 'resolved.yaml')),
    command: commandLine(info.argv),
  });
  writeFileSync(join(folder, 'report.html'), text);
}

/** Evaluations among a run's outputs, read from the cache. */
export function evaluationsOf(
  outputs: RunOutputs,
  artifact: (address: string, port: string) => ArtifactFiles | undefined,
): readonly RunResultRow[] {
  const rows: RunResultRow[] = [];
  for (const [address, ports] of Object.entries(outputs)) {
    for (const port of Object.keys(ports)) {
      const files = artifact(address, port);
      if (files?.type !== 'evaluation' || !existsSync(files.path('metrics.json'))) continue;
      rows.push({ address, metrics: readMetrics(files) });
    }
  }
  return rows;
}

/** Corpora among a run's outputs. */
export function corporaOf(run: RunView): readonly CorpusRow[] {
  const rows: CorpusRow[] = [];
  for (const [address, ports] of Object.entries(run.outputs)) {
    for (const port of Object.keys(ports)) {
      const files = run.artifact(address, port);
      if (files?.type !== 'corpus' || !existsSync(files.path('corpus.json'))) continue;
      const { info, utterances } = readCorpus(files);
      rows.push({ address, info, clips: utterances.length });
    }
  }
  return rows;
}

/** Analyses of corpora among a run's outputs, with the files they are in. */
export function analysesOf(
  run: RunView,
): readonly { readonly address: string; readonly files: ArtifactFiles }[] {
  return Object.entries(run.outputs).flatMap(([address, ports]) =>
    Object.keys(ports).flatMap((port) => {
      const files = run.artifact(address, port);
      const there = files?.type === 'analysis' && existsSync(files.path('analysis.json'));
      return there ? [{ address, files }] : [];
    }),
  );
}

async function drawAnalyses(run: RunView): Promise<readonly AnalysisRow[]> {
  const found = analysesOf(run);
  if (found.length === 0) return [];
  const { drawAnalysis } = await import('../report/draw-analysis.ts');
  return Promise.all(found.map(({ address, files }) => drawAnalysis(address, files)));
}

/** Sets of models among a run's outputs, with the history of each network. */
function modelsOf(run: RunView): readonly ModelsRow[] {
  const rows: ModelsRow[] = [];
  for (const [address, ports] of Object.entries(run.outputs)) {
    for (const port of Object.keys(ports)) {
      const files = run.artifact(address, port);
      if (files?.type !== 'models' || !existsSync(files.path('model.json'))) continue;
      const histories = Object.keys(files.files).filter((file) => file.endsWith('/history.csv'));
      rows.push({
        address,
        description: readModelDescription(files),
        curves: histories.map((file) => curveOf(file, readText(files.path(file)))),
      });
    }
  }
  return rows;
}

function curveOf(file: string, text: string): Curve {
  const { header, rows } = parseCsv(text);
  const column = (name: string): readonly number[] => {
    const at = header.indexOf(name);
    return rows.map((row) => Number(row[at]));
  };
  return {
    name: dirname(file),
    loss: column('train_loss'),
    uar: column('train_uar'),
  };
}

/** Writes `runs/index.html`. */
export function writeRunsPage(runsFolder: string): void {
  const rows = listRuns(runsFolder).map(({ folder, info }) => ({
    folder: basename(folder),
    id: info.id,
    name: info.name,
    state: info.state,
    started: info.started,
    results: resultLines(readResults(folder)),
    hasReport: existsSync(join(folder, 'report.html')),
  }));
  writeFileSync(join(runsFolder, 'index.html'), renderRunsPage(rows));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
