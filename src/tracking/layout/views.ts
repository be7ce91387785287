import { deflateSync } from 'node:zlib';
import type { Pairs } from '../client/index.ts';

/**
 * Views of the run table that the experiment's page lists. A fresh browser shows a collapsed tree and no
 * numbers; ordering by a metric flattens it, so every view does.
 */
export function savedViews({
  axes,
  metric,
  nested,
  since,
}: {
  /** Params that tell the sets apart. */
  readonly axes: readonly string[];
  /** `test/uar`. */
  readonly metric: string;
  readonly nested: boolean;
  readonly since: number;
}): Pairs {
  const results = nested ? 'Variants by' : 'Results by';
  const level = (name: string) => `tags.\`affekt.level\` = '${name}'`;
  const order = { orderByKey: `metrics.\`${metric}\``, orderByAsc: false };
  const parallel = {
    type: 'PARALLEL',
    uuid: 'affekt-parallel',
    metricSectionId: 'affekt-axes',
    ...{ deleted: false, isGenerated: false, showAllRuns: true },
    selectedParams: axes,
    selectedMetrics: [metric],
  };
  // Sections are in the order of the alphabet: this one comes first.
  const section = { uuid: 'affekt-axes', name: 'Axes and result', display: true };
  return Object.fromEntries(
    [
      {
        key: 'affekt-trials',
        name: `${results} ${metric}`,
        searchFilter: level('trial'),
        selectedColumns: columns([metric, `${metric}_low`, `${metric}_high`], axes),
      },
      {
        key: 'affekt-axes',
        name: 'Parallel coordinates',
        searchFilter: level('trial'),
        selectedColumns: columns([metric], axes),
        compareRunCharts: [parallel],
        compareRunSections: [
          { ...section, isReordered: false, deleted: false, isGenerated: false },
        ],
      },
      {
        key: 'affekt-folds',
        name: 'Folds',
        searchFilter: level('fold'),
        selectedColumns: columns(
          [metric, 'train/uar', 'train/loss'],
          [...axes, 'fold', 'seed', 'test_speakers'],
        ),
      },
    ].map(({ key, name, ...state }) => [
      `mlflow.sharedViewState.${key}`,
      JSON.stringify({
        name,
        createdAt: since,
        updatedAt: since,
        state: packed({ ...defaults, ...order, ...state }),
      }),
    ]),
  );
}

const defaults = {
  startTime: 'ALL',
  lifecycleFilter: 'Active',
  datasetsFilter: [],
  modelVersionFilter: 'All Runs',
  columnOrder: [],
  columnWidths: {},
  runsHiddenMode: 'FIRST_10_RUNS',
  hideEmptyCharts: true,
  groupBy: null,
};

function columns(metrics: readonly string[], params: readonly string[]): readonly string[] {
  return [
    ...metrics.map((name) => `metrics.\`${name}\``),
    ...params.map((name) => `params.\`${name}\``),
    'attributes.`Models`',
  ];
}

function packed(state: object): string {
  return `deflate;${deflateSync(JSON.stringify(state)).toString('base64')}`;
}
