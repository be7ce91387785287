import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { readCorpus } from '../../artifacts/corpus.ts';
import { type Metrics, readMetrics } from '../../artifacts/evaluation.ts';
import { readStudy } from '../../artifacts/study.ts';
import { humanRate } from '../../corpora/human-rate.ts';
import type { FinishedRun } from '../../engine/engine.ts';
import { environmentRows } from '../../report/environment-rows.ts';
import { wordFailure } from '../../report/failure-words.ts';
import type {
  AnalysisRow,
  CorpusRow,
  EvaluationRow,
  ReportData,
  StudyRow,
} from '../../report/report-data.ts';
import { specStages } from '../../report/spec-stages.ts';
import { stageRows } from '../../report/stage-rows.ts';
import { commandLine } from '../../util/command-line.ts';
import { isJsonObject, type Json } from '../../util/json.ts';
import { parseDocument } from '../../util/yaml.ts';
import { stageOf } from '../stage-of.ts';
import { artifactsOf, noticeLost } from './artifacts.ts';
import type { Notices } from './notices.ts';
import { readClips, readErrors } from './read-errors.ts';
import { readModelRows } from './read-models.ts';
import type { StoredState } from './stored-run.ts';

/** A run whose page is to be made: just finished, or found in its folder. */
export type ReportSource = Omit<FinishedRun, 'state' | 'blocked' | 'unmatched' | 'same'> & {
  readonly state: StoredState;
};

/** All that a run's page shows. What cannot be read becomes a notice; the rest is there. */
export async function readReport(run: ReportSource, notices: Notices): Promise<ReportData> {
  const { info, folder } = run;
  const spec = notices.attempt('resolved.yaml', () =>
    readFileSync(join(folder, 'resolved.yaml'), 'utf8'),
  );
  const resolved = notices.attempt('resolved.yaml', () => parseYaml(spec ?? ''));
  const stages =
    notices.attempt('resolved.yaml, pipeline', () => specStages(resolved ?? null)) ?? [];
  if (run.state === 'done' && Object.keys(run.outputs).length === 0) {
    notices.add('outputs.json cannot be read, so nothing that the run made is on the page');
  }
  noticeLost(run, notices);
  const json = (name: string): Json => readJson(join(folder, name));
  return {
    ...{ id: info.id, name: info.name, state: run.state, started: info.started },
    ...{ seconds: run.seconds, ran: run.ran, cached: run.cached, affekt: info.affekt },
    description: descriptionOf(resolved ?? null),
    evaluations: await evaluationRows(run, notices),
    corpora: corpusRows(run, notices),
    analyses: await drawAnalyses(run, notices),
    models: readModelRows(run, stages, notices),
    studies: studyRows(run, notices),
    specStages: stages,
    stages: stageRows(run.tasks, stageOf),
    failures: run.failures.map(({ address, failure, log }) => ({
      address,
      ...wordFailure(failure),
      log: isAbsolute(log) ? relative(folder, log) : log,
    })),
    spec: spec ?? '',
    command: commandLine(info.argv),
    environment: environmentRows(json('environment.json'), json('provenance.json')),
    ...{ notices: notices.lines, thinned: [] },
  };
}

async function evaluationRows(
  run: ReportSource,
  notices: Notices,
): Promise<readonly EvaluationRow[]> {
  const corpora = artifactsOf(run, 'corpus').map(({ files }) => files);
  const rows: EvaluationRow[] = [];
  const found = artifactsOf(run, 'evaluation', notices);
  for (const { address, files } of found) {
    const metrics = notices.attempt(address, () => readMetrics(files));
    if (metrics === undefined) continue;
    const errors = notices.attempt(`${address}, errors.csv`, () => readErrors(files)) ?? {};
    let shown: Pick<EvaluationRow, 'clips' | 'mute'> = { clips: {}, mute: null };
    try {
      const { lost, ...clips } = await readClips(metrics, errors, corpora, found.length);
      shown = clips;
      if (lost > 0) notices.addEvicted(`${address}, clips of errors: the sound of ${lost}`);
    } catch (error) {
      notices.addFailed(`${address}, clips of errors`, error);
    }
    rows.push({ address, metrics, errors, people: peopleOf(metrics), ...shown });
  }
  return rows;
}

function peopleOf(metrics: Metrics): EvaluationRow['people'] {
  const known = metrics.sets.flatMap(({ name, n, protocol: { corpus } }) => {
    const { labels } = metrics;
    const rate = humanRate({ ...corpus, labels, clips: n.utterances });
    return rate === undefined ? [] : [[name, rate] as const];
  });
  return Object.fromEntries(known);
}

function corpusRows(run: ReportSource, notices: Notices): readonly CorpusRow[] {
  return artifactsOf(run, 'corpus', notices).flatMap(({ address, files }) => {
    const corpus = notices.attempt(address, () => readCorpus(files));
    if (corpus === undefined) return [];
    const { info, utterances } = corpus;
    const speakers = new Set(utterances.map(({ speaker }) => speaker)).size;
    return [{ address, info, clips: utterances.length, speakers }];
  });
}

function studyRows(run: ReportSource, notices: Notices): readonly StudyRow[] {
  return artifactsOf(run, 'study', notices).flatMap(({ address, files }) => {
    const table = notices.attempt(address, () => readStudy(files));
    return table === undefined ? [] : [{ address, table }];
  });
}

async function drawAnalyses(run: ReportSource, notices: Notices): Promise<readonly AnalysisRow[]> {
  const found = artifactsOf(run, 'analysis', notices);
  if (found.length === 0) return [];
  const { drawAnalysis } = await import('../../report/draw-analysis.ts');
  const rows: AnalysisRow[] = [];
  for (const { address, files } of found) {
    try {
      rows.push(await drawAnalysis(address, files));
    } catch (error) {
      notices.addFailed(address, error);
    }
  }
  return rows;
}

function parseYaml(text: string): Json {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new Error(error.message.split('\n', 1)[0]);
  return document.toJS() as Json;
}

function descriptionOf(resolved: Json): string {
  const description = isJsonObject(resolved) ? resolved['description'] : undefined;
  return typeof description === 'string' ? description : '';
}

/** A file beside the page that says nothing of the result: without it there is less to say. */
function readJson(path: string): Json {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Json;
  } catch {
    return null;
  }
}
