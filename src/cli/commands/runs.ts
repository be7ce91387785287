import { schemeWords } from '../../artifacts/scheme-words.ts';
import { evicted } from '../../engine/cache/evicted.ts';
import { damagedRuns, listRuns, type StoredRun, stateOf } from '../../engine/record/runs.ts';
import { formatAgo, formatPercent, formatSeconds } from '../../report/format.ts';
import { resultLines } from '../../report/results.ts';
import { formatCount } from '../../util/count.ts';
import { formatCsv } from '../../util/csv.ts';
import { nearest } from '../../util/suggest.ts';
import { defineCommand, UsageError } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { makesAgain } from '../makes-again.ts';
import type { Values } from '../runs/condition.ts';
import { RunValues, secondsOf } from '../runs/run-values.ts';
import { selectRuns } from '../runs/select-runs.ts';
import { showPath } from '../show-path.ts';
import { createStyle } from '../style.ts';
import { formatTable } from '../table.ts';
import { withConfig } from '../with-config.ts';

export const runs = defineCommand({
  name: 'runs',
  usage: '[EXPERIMENT]',
  summary:
    'Lists runs, newest first, with their results; EXPERIMENT keeps those of one experiment, --where those that meet conditions.',
  positionals: { least: 0, most: 1 },
  options: {
    where: {
      type: 'list',
      value: 'EXPR',
      summary: 'conditions on fields, metrics and params: "uar > 0.6 and cnn.epochs = 30"',
    },
    sort: { type: 'list', value: 'KEY', summary: 'order by KEY, or "KEY desc"' },
    columns: { type: 'list', value: 'KEYS', summary: 'show these too: uar,mel.n_mels,commit' },
    limit: {
      type: 'integer',
      short: 'n',
      value: 'N',
      minimum: 1,
      summary: 'the first N; default 20 on the screen, all as CSV or JSON',
    },
    csv: { type: 'flag', summary: 'a table as CSV: fractions, empty where nothing is known' },
    json: { type: 'flag', summary: 'one run per line, as JSON' },
  },
  examples: [
    "affekt runs aesdd-baseline --sort 'uar desc'",
    "affekt runs --where 'uar > 60 % and state = done' --columns cnn.learning_rate,commit --csv",
  ],
  async run({ options, positionals: [name], io }) {
    if (options.csv && options.json) {
      throw new UsageError('--csv and --json are two formats', 'Give one of them.');
    }
    return withConfig(io, ({ settings }) => {
      const every = listRuns(settings['runs.path']);
      for (const { folder, wrong } of damagedRuns(settings['runs.path'], every))
        io.err.write(`not listed: ${showPath(folder, io.cwd)} ${wrong}\n`);
      const all = every
        .filter(({ info }) => name === undefined || info.name === name)
        .map((run) => new RunValues(run));
      const compares = [options.where, options.sort, options.columns].some(
        ({ length }) => length > 0,
      );
      if (compares || options.csv || options.json) sayEvicted(all, io);
      const { runs: found, columns } = selectRuns(all, options);
      if (options.json || options.csv) {
        const shown = found.slice(0, options.limit);
        io.out.write(options.json ? jsonLines(shown, columns) : csvTable(shown, columns));
        return exitCode.ok;
      }
      if (all.length === 0) {
        io.out.write(wordNone(every, settings['runs.path'], name, io.cwd));
        return exitCode.ok;
      }
      if (found.length === 0) {
        io.out.write(`none of ${all.length} runs meets ${options.where.join(' and ')}\n`);
        return exitCode.ok;
      }
      const shown = found.slice(0, options.limit ?? 20);
      const extra = columns.filter((key) => !onScreen.has(key));
      const head =
        extra.length === 0 ? [] : [['run', 'state', 'name', 'started', 'took', ...extra, 'result']];
      io.out.write(formatTable([...head, ...shown.map((run) => screenRow(run, extra))]));
      const rest = found.length - shown.length;
      const { dim } = createStyle(io.out.colour);
      if (rest > 0) io.out.write(dim(`and ${rest} more; -n ${found.length} shows all\n`));
      return exitCode.ok;
    });
  },
});

/** Keys that every row of the screen shows anyway. */
const onScreen = new Set(['id', 'state', 'name', 'started', 'seconds']);

function screenRow(values: RunValues, extra: readonly string[]): readonly string[] {
  const { info } = values.run;
  const seconds = secondsOf(info);
  return [
    info.id,
    stateOf(info),
    info.name,
    formatAgo(Date.now() - Date.parse(info.started)),
    seconds === null ? '' : formatSeconds(seconds),
    ...extra.map((key) => wordValues(values, key)),
    wordResults(values),
  ];
}

/** Fractions are percent on the screen. */
function wordValues(values: RunValues, key: string): string {
  const found = values.of(key);
  const [first] = found;
  if (values.metricNames.includes(key))
    return typeof first === 'number' ? formatPercent(first) : '–';
  return found.length === 0 ? '–' : found.map(String).join(', ');
}

function cell(values: Values): string | number | null {
  const [first = null, ...more] = values;
  if (more.length > 0) return values.map(String).join(' | ');
  return typeof first === 'boolean' ? String(first) : first;
}

const csvColumns = ['run', 'name', 'state', 'spec', 'started', 'seconds'];
const csvResult = [
  ...['set', 'metric', 'value', 'low', 'high', 'protocol', 'stamps', 'without_enrolment'],
] as const;

function csvTable(shown: readonly RunValues[], columns: readonly string[]): string {
  const extra = columns.filter((key) => ![...csvColumns, 'id'].includes(key));
  const rows = shown.map((values) => {
    const { info } = values.run;
    const headline = headlineOf(values);
    return [
      ...[info.id, info.name, stateOf(info), info.spec, info.started, secondsOf(info)],
      ...csvResult.map((name) => headline[name]),
      ...extra.map((key) => cell(values.of(key))),
    ];
  });
  return formatCsv([...csvColumns, ...csvResult, ...extra], rows);
}

function jsonLines(shown: readonly RunValues[], columns: readonly string[]): string {
  return shown
    .map((values) => {
      const { folder, info } = values.run;
      const asked = Object.fromEntries(
        columns.map((key) => {
          const found = values.of(key);
          return [key, found.length > 1 ? found : (found[0] ?? null)];
        }),
      );
      const results = resultLines(values.results);
      const line = { folder, ...info, results, headline: headlineOf(values), values: asked };
      return `${JSON.stringify(line)}\n`;
    })
    .join('');
}

const nothing = {
  ...{ set: null, metric: null, value: null, low: null, high: null },
  ...{ protocol: null, stamps: null, without_enrolment: null },
};

/** A number never goes without what it is of, and what is to be known of it. */
function headlineOf(values: RunValues) {
  const { headline } = values;
  if (headline === undefined) return { ...nothing };
  const { set, stated } = headline;
  const { metric, value, low, high, plain } = stated;
  return {
    ...{ set: set.name, metric, value, low, high },
    protocol: `${set.protocol.corpus.name}, ${schemeWords(set.protocol)} (${set.protocol.folds})`,
    ...{ stamps: stated.stamps.join('; '), without_enrolment: plain },
  };
}

/** One line is one run: several numbers are `show`'s. */
function wordResults(values: RunValues): string {
  const { id } = values.run.info;
  const [first, ...more] = resultLines(values.results);
  if (first === undefined) return values.isEvicted ? `${evicted}: affekt show ${id}` : '';
  return more.length === 0 ? first : `${first}; ${more.length} more: affekt show ${id}`;
}

/** Runs that no condition on a number can find, and that have none in a table. */
function sayEvicted(all: readonly RunValues[], io: Io): void {
  const [first, ...more] = all.filter(({ isEvicted }) => isEvicted);
  if (first === undefined) return;
  const { info } = first.run;
  const others = more.length === 0 ? '' : ` and ${formatCount(more.length, 'more run')}`;
  io.err.write(`results of ${info.id}${others} were ${evicted}\n  ${makesAgain(info)}.\n`);
}

/** Where it was looked, and what there is instead. */
function wordNone(
  every: readonly StoredRun[],
  folder: string,
  name: string | undefined,
  cwd: string,
): string {
  const names = [...new Set(every.map(({ info }) => info.name))];
  if (name === undefined || names.length === 0) {
    return `no run yet in ${showPath(folder, cwd)}\n  Make one: affekt run SPEC\n`;
  }
  const near = nearest(name, names);
  const hint =
    near === undefined
      ? `There are runs of ${names.slice(0, 8).join(', ')}.`
      : `did you mean ${near}?`;
  return `no run of "${name}"\n  ${hint}\n`;
}
