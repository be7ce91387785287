import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { FinishedRun, NothingToDo } from '../engine/engine.ts';
import { formatAgo, formatSeconds } from '../report/format.ts';
import { resultLines } from '../report/results.ts';
import { resultSentences } from '../report/sentence.ts';
import { warningLines } from '../report/warning-lines.ts';
import { formatCount } from '../util/count.ts';
import { groupBy } from '../util/group-by.ts';
import { groupFailures } from './group-failures.ts';
import type { Io, Output } from './io.ts';
import { analysesOf, corporaOf, evaluationsOf } from './read-results.ts';
import { showPath } from './show-path.ts';
import { createStyle } from './style.ts';
import { wrap } from './wrap.ts';

type RunResult = FinishedRun | NothingToDo;

/** What a run ends with on the screen: failures with the next step, or the result and its page. */
export async function printResult(result: RunResult, io: Io): Promise<void> {
  const { bold } = createStyle(io.out.colour);
  // A pipe gets whole lines, for grep.
  const fit = (line: string): string => (io.out.terminal ? wrap(line, io.out.width()) : line);
  const evaluations = evaluationsOf(result);
  const results = resultLines(evaluations).map(fit);
  if (result.state === 'nothing-to-do') {
    const ago = formatAgo(Date.now() - Date.parse(result.previous.started));
    const head = `nothing to do; result of run ${result.previous.id} (${ago})`;
    const oneLine = `${head}: ${results[0]}`;
    const fits = !io.out.terminal || oneLine.length < io.out.width();
    if (results.length === 1 && fits) io.out.write(`${head}: ${bold(results[0] ?? '')}\n`);
    else io.out.write(`${head}\n${results.map((line) => `${bold(line)}\n`).join('')}`);
    printReportPath(result.previousFolder, io);
    return;
  }

  printFailures(result, io);
  const failures = result.failures.filter(({ failure }) => failure.reason !== 'cancelled').length;
  const failed = failures > 0 ? `, ${failures} failed` : '';
  const counts = `${formatCount(result.ran, 'task')} ran, ${result.cached} cached${failed}`;
  const state = result.state === 'done' ? '' : `${result.state}: `;
  io.out.write(`${state}${counts}, ${formatSeconds(result.seconds)}\n`);
  if (result.same > 0) {
    const tasks = formatCount(result.same, 'task');
    io.out.write(`${tasks} ran again, and gave the same bytes as before\n`);
  }
  if (result.state === 'interrupted') {
    io.out.write('The same command continues this run.\n');
    return;
  }
  for (const line of leftOut(result)) io.out.write(`${line}\n`);
  for (const line of corpusWarnings(result).map(fit)) io.out.write(`${line}\n`);
  // Corpora are loaded only where something was made.
  const { labelWarnings, controlLines } = await import('./control-lines.ts');
  for (const { metrics } of evaluations) {
    for (const line of labelWarnings(metrics).map(fit)) io.out.write(`${line}\n`);
  }
  for (const line of results) io.out.write(`${bold(line)}\n`);
  // Several evaluations are a sweep: `show` and the report have the rows of each.
  const [only] = evaluations;
  if (only !== undefined && evaluations.length === 1) {
    for (const line of controlLines(only.metrics).map(fit)) io.out.write(`${line}\n`);
  }
  printReportPath(result.folder, io);
}

/** What an analysis warns of; the report says what to do. */
function corpusWarnings(run: FinishedRun): readonly string[] {
  return analysesOf(run).flatMap(({ address, analysis }) => warningLines(address, analysis));
}

/** What the numbers were made without, and what is not whole. */
function leftOut(run: FinishedRun): readonly string[] {
  const told = corporaOf(run).flatMap(({ address, info }) => {
    const rows = Object.values(info.dropped).reduce((a, b) => a + b, 0);
    const parts = [
      ...(info.cut ? [`${formatCount(info.cut.length, 'file')} cut short`] : []),
      ...(info.bad.length > 0 ? [`${formatCount(info.bad.length, 'file')} left out`] : []),
      ...(rows > 0 ? [`${formatCount(rows, 'row')} dropped by labels`] : []),
    ];
    return parts.length === 0 ? [] : [{ address, what: parts.join(', ') }];
  });
  // What is made of a corpus lacks what the corpus lacks.
  return [...groupBy(told, ({ what }) => what)].map(([what, [first, ...others]]) => {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return `${first?.address}${more}: ${what}; the report lists them`;
  });
}

function printReportPath(folder: string, io: Io): void {
  const report = join(folder, 'report.html');
  if (existsSync(report)) io.out.write(`report  ${showPath(report, io.cwd)}\n`);
}

/** What failed, why, where its log is, and what to do next; what failed alike (the folds of one stage) once. */
function printFailures(run: FinishedRun, io: Io): void {
  const { red, bold, dim } = createStyle(io.err.colour);
  for (const { address, more, message, details, hint, log } of groupFailures(run.failures)) {
    const others = more === 0 ? '' : `, and ${more} more of it alike`;
    io.err.write(`${bold(red('failed'))} ${bold(address)}${others}: ${message}\n`);
    for (const line of details) io.err.write(`    ${line}\n`);
    if (hint !== undefined) io.err.write(`  ${hint}\n`);
    const path = isAbsolute(log) ? log : join(run.folder, log);
    io.err.write(dim(`  log  ${showPath(path, io.cwd)}\n\n`));
  }
}

/** The last line of `--json`. */
export function jsonResult(result: RunResult, out: Output): void {
  const evaluations = evaluationsOf(result);
  const results = evaluations.map(({ address, metrics }) => ({
    address,
    headline: metrics.headline,
    sentences: resultSentences(metrics),
  }));
  const [run, folder] =
    result.state === 'nothing-to-do'
      ? [result.previous.id, result.previousFolder]
      : [result.info.id, result.folder];
  out.write(`${JSON.stringify({ type: 'result', state: result.state, run, folder, results })}\n`);
}
