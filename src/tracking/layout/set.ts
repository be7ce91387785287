import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { type MetricSet, type MetricValue, metricOf } from '../../artifacts/metrics.ts';
import { parseCsv } from '../../util/csv.ts';
import { type Metric, toKey } from '../client/index.ts';
import { chartsPage } from './charts-page.ts';
import type { RecordedCorpus } from './datasets.ts';
import { confusionSvg, curvesSvg } from './draw-svg.ts';
import { curveOf, metricsOperation, tableOperations } from './fold.ts';
import { axesOf, fileName } from './names.ts';
import type { Operation, RunUid } from './operations.ts';
import { classTable, predictionTable, speakerTable } from './prediction-table.ts';
import type { RunRecord } from './record.ts';
import type { EvaluationRow, Scored, SetRow } from './sets.ts';

/** Numbers, tables and pictures of one set of models, on the run that stands for it. */
export function setOperations(
  uid: RunUid,
  set: SetRow,
  {
    run,
    title,
    corpus,
    evaluations,
  }: {
    readonly run: RunRecord;
    readonly title: string;
    readonly corpus: RecordedCorpus | undefined;
    readonly evaluations: readonly EvaluationRow[];
  },
): readonly Operation[] {
  const { models, scored } = set;
  const [first] = scored;
  if (models === undefined) return [];
  const { labels } = models.description;
  const artifact = (path: string, content: { text: string } | { png: string }): Operation => ({
    ...{ type: 'artifact', run: uid, path, content },
  });
  const panels = panelsOf(set);
  const table = (name: string, rows: object) =>
    artifact(`tables/${name}.json`, { text: JSON.stringify(rows) });
  return [
    ...scored.flatMap((one, n) =>
      metricsOperation(uid, scoredMetrics(one, n === 0 ? '' : `${toKey(one.evaluation)}/`)),
    ),
    ...(first === undefined
      ? []
      : [
          artifact('plots/confusion.png', {
            png: confusionSvg(labels, first.set.confusion.counts, title),
          }),
          table('classes', classTable(first.set)),
          table('speakers', speakerTable(first.set)),
        ]),
    ...(panels.length > 0 ? [artifact('plots/curves.png', { png: curvesSvg(panels) })] : []),
    ...(first !== undefined || (panels.length > 0 && run.state !== 'running')
      ? [
          artifact('plots/charts.html', {
            text: chartsPage({ title, labels, scored: first, panels }),
          }),
        ]
      : []),
    ...tableOperations(uid, predictionTable(models)),
    ...mistakes(uid, first, { run, corpus, evaluations }),
  ];
}

/** Values with the ends of their intervals, lines over folds and seeds, and the controls beside them. */
function scoredMetrics({ set, metrics, record }: Scored, prefix: string): readonly Metric[] {
  const timestamp = Date.parse(record.runtime.started);
  const role = set.protocol.role === 'validate' ? 'validation' : 'test';
  const point = (key: string, value: number | null | undefined, step = 0): readonly Metric[] =>
    value === null || value === undefined
      ? []
      : [{ key: `${prefix}${key}`, value, timestamp: timestamp + step, step }];
  const headline = metricOf(metrics);
  const names = [headline, ...Object.keys(set.values).filter((name) => name !== headline)];
  return [
    ...names.flatMap((name) => point(`${role}/${name}`, set.values[name]?.value)),
    ...intervals(set.values[headline]).flatMap(([end, value]) =>
      point(`${role}/${headline}_${end}`, value),
    ),
    ...set.per_fold.flatMap(({ fold, uar }) => point('folds/uar_by_fold', uar, fold)),
    ...perSeed(set, headline).flatMap((value, n) =>
      point(`folds/${headline}_by_seed`, value, n + 1),
    ),
    ...Object.entries(set.controls).flatMap(([name, values]) =>
      [...new Set(['uar', headline])].flatMap((metric) =>
        point(`${role}/control_${fileName(name)}_${metric}`, values[metric]),
      ),
    ),
    ...(['ece', 'brier', 'log_loss'] as const).flatMap((name) =>
      point(`${role}/${name}`, set.calibration[name]),
    ),
  ];
}

function intervals(value: MetricValue | undefined): readonly (readonly [string, number | null])[] {
  if (value === undefined) return [];
  const { these_speakers: near, new_speakers: far, sd_seeds } = value;
  return [
    ['low', near?.low ?? null],
    ['high', near?.high ?? null],
    ['new_speakers_low', far?.low ?? null],
    ['new_speakers_high', far?.high ?? null],
    ['sd_seeds', sd_seeds],
  ];
}

/** One seed is no line. */
function perSeed({ values }: MetricSet, metric: string): readonly (number | null)[] {
  const seeds = values[metric]?.per_seed ?? [];
  return seeds.length > 1 ? seeds : [];
}

function panelsOf({ folds }: SetRow) {
  const columns = [
    ['train_loss', 'Training loss'],
    ['train_uar', 'Training UAR'],
    ['validation_uar', 'Validation UAR'],
  ] as const;
  return columns.flatMap(([column, title]) => {
    const lines = folds
      .map((row) => ({
        name: `fold ${row.fold} seed ${row.seed}`,
        values: curveOf(row, column),
      }))
      .filter(({ values }) => values.some(Number.isFinite));
    return lines.length === 0 ? [] : [{ title, lines }];
  });
}

/** How many sounds of a set are sent: enough to hear what goes wrong. */
const mostClips = 12;

/** The most confident mistakes as sound, where the licence of the corpus lets it be passed on. */
function mistakes(
  uid: RunUid,
  scored: Scored | undefined,
  {
    run,
    corpus,
    evaluations,
  }: {
    readonly run: RunRecord;
    readonly corpus: RecordedCorpus | undefined;
    readonly evaluations: readonly EvaluationRow[];
  },
): readonly Operation[] {
  const files = evaluations.find(({ address }) => address === scored?.evaluation)?.files;
  const wanted = run.audio === 'embed' && corpus?.corpus.info.audio === 'embed';
  if (!wanted || corpus === undefined || files?.files['errors.csv'] === undefined) return [];
  const { header, rows } = parseCsv(readFileSync(files.path('errors.csv'), 'utf8'));
  const at = (name: string) => header.indexOf(name);
  const audio = new Map(corpus.corpus.utterances.map((one) => [one.id, one.audio]));
  const names = new Map(Object.entries(corpus.files.files).map(([name, digest]) => [digest, name]));
  return rows
    .filter((row) => row[at('set')] === scored?.set.name)
    .slice(0, mostClips)
    .flatMap((row, n): readonly Operation[] => {
      const id = row[at('id')] ?? '';
      const digest = audio.get(id);
      const name = digest && names.get(digest);
      const content = name === undefined ? undefined : run.stored(corpus.files, name);
      if (name === undefined || content === undefined) return [];
      const [truth = '', predicted = ''] = [row[at('truth')], row[at('predicted')]];
      const file = `${String(n + 1).padStart(2, '0')}_${fileName(`${truth}-as-${predicted}_${id}`)}`;
      const known = file.toLowerCase().endsWith(extname(name).toLowerCase());
      const path = `mistakes/${file}${known ? '' : extname(name)}`;
      return [{ type: 'artifact', run: uid, path, content }];
    });
}

/** Params that tell this set from its siblings. */
export function axisParams(sets: readonly SetRow[]): readonly string[] {
  const keys = sets.flatMap(({ address }) => axesOf(address).map(({ key }) => key));
  return [...new Set(keys)].map((key) => (key.includes('.') ? key : `axis.${key}`));
}
