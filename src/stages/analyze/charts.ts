import type { ChartEntry } from '../../artifacts/analysis.ts';
import type { JsonObject } from '../../util/json.ts';
import { type ClipRow, groupRows } from './clip-row.ts';
import { spectrogramCharts } from './spectrogram-charts.ts';

export interface Chart extends ChartEntry {
  /** Vega-Lite 6, its data inside; how it is styled is the renderer's. */
  readonly spec: JsonObject;
}

/** Safe for colour-blind readers: Okabe & Ito (2008), then Tol's muted scheme. */
const eight = [
  '#E69F00',
  '#56B4E9',
  '#009E73',
  '#D55E00',
  '#0072B2',
  '#CC79A7',
  '#8A8A00',
  '#777777',
];
const ten = [
  ...['#332288', '#88CCEE', '#44AA99', '#117733', '#999933'],
  ...['#DDCC77', '#CC6677', '#882255', '#AA4499', '#888888'],
];
/** Above this many clips, points are pixels. */
const mostPoints = 2000;

/** All charts, in the order that a page shows them; each fits a phone. */
export function makeCharts(
  rows: readonly ClipRow[],
  labels: readonly string[],
  pictureOf: (row: ClipRow) => Float32Array,
): readonly Chart[] {
  const speakers = [...groupRows(rows, ({ speaker }) => speaker).keys()];
  const bySpeaker: Group = { field: 'speaker', title: 'speaker', sort: speakers };
  const byEmotion: Group = { field: 'emotion', title: null, sort: labels };
  return [
    countsChart(rows, labels, speakers),
    boxes(rows, 'durations', 'Duration by speaker', bySpeaker, {
      ...{ value: ({ duration }) => duration, title: 'seconds', zero: true },
    }),
    boxes(rows, 'levels', 'Loudness by speaker', bySpeaker, {
      ...{ value: ({ loudness }) => loudness, title: 'LUFS' },
    }),
    boxes(rows, 'noise', 'Signal-to-noise ratio by speaker', bySpeaker, {
      ...{ value: ({ snr }) => snr, title: 'dB, estimated' },
    }),
    boxes(rows, 'pitch-by-speaker', 'Pitch by speaker', bySpeaker, {
      ...{ value: ({ f0 }) => f0, title: 'Hz, median of a clip', log: true },
    }),
    boxes(rows, 'pitch', 'Pitch by emotion', byEmotion, {
      ...{ value: ({ f0 }) => f0, title: 'Hz, median of a clip', log: true },
    }),
    boxes(rows, 'pitch-range', 'Pitch range by emotion', byEmotion, {
      ...{
        value: ({ f0Range }) => f0Range,
        title: 'semitones, 10th to 90th percentile',
        zero: true,
      },
    }),
    boxes(rows, 'speaking-rate', 'Speaking rate by emotion', byEmotion, {
      ...{
        value: ({ syllableRate }) => syllableRate,
        title: 'syllable nuclei per second',
        zero: true,
      },
    }),
    points(rows, 'map-by-emotion', 'Map of the clips, by emotion', 'emotion', labels),
    points(rows, 'map-by-speaker', 'Map of the clips, by speaker', 'speaker', speakers),
    ...spectrogramCharts(rows, labels, pictureOf),
  ];
}

function countsChart(
  rows: readonly ClipRow[],
  labels: readonly string[],
  speakers: readonly string[],
): Chart {
  const values = speakers.flatMap((speaker) =>
    labels.map((emotion) => ({
      ...{ speaker, emotion },
      clips: rows.filter((row) => row.speaker === speaker && row.emotion === emotion).length,
    })),
  );
  const most = Math.max(...values.map(({ clips }) => clips));
  return {
    ...{ name: 'counts', title: 'Clips by speaker and emotion', raster: false },
    spec: {
      data: { values },
      width: { step: Math.min(44, Math.floor(250 / labels.length)) },
      height: { step: 20 },
      encoding: {
        x: {
          field: 'emotion',
          type: 'nominal',
          sort: labels,
          title: null,
          axis: { labelAngle: -40 },
        },
        y: { field: 'speaker', type: 'nominal', sort: speakers, title: 'speaker' },
      },
      layer: [
        {
          mark: { type: 'rect' },
          encoding: {
            color: {
              field: 'clips',
              type: 'quantitative',
              scale: { domain: [0, most], range: ['#E9F2F5', '#0B6E8A'] },
              legend: null,
            },
          },
        },
        {
          mark: { type: 'text', fontSize: 11 },
          encoding: {
            text: { field: 'clips', type: 'quantitative' },
            color: {
              condition: { test: `datum.clips > ${0.6 * most}`, value: '#FFFFFF' },
              value: '#1C2024',
            },
          },
        },
      ],
    },
  };
}

/** What a chart has one row for. */
interface Group {
  readonly field: 'speaker' | 'emotion';
  readonly title: string | null;
  readonly sort: readonly string[];
}

interface Measure {
  readonly value: (row: ClipRow) => number | null;
  readonly title: string;
  readonly zero?: boolean;
  readonly log?: boolean;
}

/** Median, quartiles and what lies beyond 1.5 times their distance. */
function boxes(
  rows: readonly ClipRow[],
  name: string,
  title: string,
  group: Group,
  { value, title: axis, zero = false, log = false }: Measure,
): Chart {
  const values = rows.flatMap((row) => {
    const measured = value(row);
    return measured === null ? [] : [{ group: row[group.field], value: measured }];
  });
  return {
    ...{ name, title, raster: values.length > mostPoints },
    spec: {
      data: { values },
      width: 230,
      height: { step: 20 },
      mark: { type: 'boxplot', extent: 1.5, size: 10 },
      encoding: {
        x: {
          ...{ field: 'value', type: 'quantitative', title: axis },
          scale: log ? { type: 'log', nice: false, zero: false } : { zero },
          ...(log ? { axis: { values: [50, 70, 100, 150, 200, 300, 400, 500] } } : {}),
        },
        y: { field: 'group', type: 'nominal', sort: group.sort, title: group.title },
      },
    },
  };
}

function points(
  rows: readonly ClipRow[],
  name: string,
  title: string,
  field: 'speaker' | 'emotion',
  groups: readonly string[],
): Chart {
  const palette = groups.length <= eight.length ? eight : ten;
  return {
    ...{ name, title, raster: rows.length > mostPoints },
    spec: {
      data: { values: rows.map((row) => ({ group: row[field], x: row.map[0], y: row.map[1] })) },
      width: 270,
      height: 240,
      mark: { type: 'point', filled: true, size: 14, opacity: 0.75 },
      encoding: {
        x: { field: 'x', type: 'quantitative', title: 'first component' },
        y: { field: 'y', type: 'quantitative', title: 'second component' },
        color: {
          ...{ field: 'group', type: 'nominal', sort: groups },
          scale: { domain: groups, range: groups.map((_, i) => palette[i % palette.length] ?? '') },
          legend: { orient: 'bottom', columns: field === 'emotion' ? 3 : 6, title: null },
        },
      },
    },
  };
}
