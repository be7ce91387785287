import { pictureBands, pictureSteps } from '../../dsp/measures/picture.ts';
import { hzToMel } from '../../dsp/mel.ts';
import type { JsonObject } from '../../util/json.ts';
import type { Chart } from './charts.ts';
import type { ClipRow } from './clip-row.ts';

/** Steps in time of a mean: finer ones would be a blur. */
const meanSteps = 48;
/** dB below the loudest that are drawn. */
const depth = 60;
const lowest = 50;
const highest = 8000;

/** Mean spectrogram of each emotion, how it differs from all others, and one clip of each. */
export function spectrogramCharts(
  rows: readonly ClipRow[],
  labels: readonly string[],
  pictureOf: (row: ClipRow) => Float32Array,
): readonly Chart[] {
  const present = labels.filter((label) => rows.some(({ emotion }) => emotion === label));
  const means = present.map((label) =>
    meanPicture(rows.filter(({ emotion }) => emotion === label).map(pictureOf)),
  );
  const all = means[0]?.map((_, i) => sum(means.map((mean) => mean[i] ?? 0)) / means.length);
  const samples = present.map((label) =>
    typicalClip(rows.filter(({ emotion }) => emotion === label)),
  );
  const loudest = Math.max(...means.flatMap((mean) => [...mean]));
  return [
    panels('mean-spectrograms', 'Mean spectrogram by emotion', {
      ...{ groups: present, pictures: means, steps: meanSteps, ends: means.map(() => 100) },
      axis: '% of the clip',
      ...{ scheme: 'viridis', domain: [loudest - depth, loudest], legend: 'dB' },
    }),
    panels('difference-spectrograms', 'Emotion less the mean of all', {
      groups: present,
      pictures: means.map((mean) => mean.map((value, i) => value - (all?.[i] ?? 0))),
      ...{ steps: meanSteps, ends: means.map(() => 100), axis: '% of the clip' },
      ...{ scheme: 'blueorange', domain: [-10, 10], legend: 'dB' },
    }),
    panels('sample-spectrograms', 'A typical clip of each emotion', {
      groups: present.map((label, i) => `${label}: ${samples[i]?.id ?? ''}`),
      pictures: samples.map((row) => {
        const picture = pictureOf(row);
        const most = picture.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
        return Float64Array.from(picture, (value) => value - most);
      }),
      ...{ steps: pictureSteps, ends: samples.map(({ duration }) => duration), axis: 'seconds' },
      ...{ scheme: 'viridis', domain: [-depth, 0], legend: 'dB below the loudest' },
    }),
  ];
}

interface Panels {
  readonly groups: readonly string[];
  readonly pictures: readonly Float64Array[];
  readonly steps: number;
  /** Where the time axis of each picture ends. */
  readonly ends: readonly number[];
  readonly axis: string;
  readonly scheme: string;
  readonly domain: readonly [number, number];
  readonly legend: string;
}

/** One small picture per group, two in a row. */
function panels(name: string, title: string, options: Panels): Chart {
  const { groups, pictures, steps, ends, axis, scheme, domain, legend } = options;
  const edges = Array.from({ length: pictureBands + 1 }, (_, b) => bandEdge(b));
  const values = pictures.flatMap((picture, g): JsonObject[] =>
    Array.from(picture, (value, i): JsonObject => {
      const [step, band] = [Math.floor(i / pictureBands), i % pictureBands];
      const width = (ends[g] ?? 0) / steps;
      return {
        group: groups[g] ?? '',
        ...{ x: short(step * width), x2: short((step + 1) * width) },
        ...{ y: edges[band] ?? 0, y2: edges[band + 1] ?? 0 },
        value: Number(Math.min(domain[1], Math.max(domain[0], value)).toFixed(1)),
      };
    }),
  );
  return {
    ...{ name, title, raster: true },
    spec: {
      data: { values },
      facet: {
        field: 'group',
        type: 'nominal',
        sort: groups,
        title: null,
        header: { labelFontSize: 11 },
      },
      columns: 2,
      spacing: 12,
      resolve: { scale: { x: 'shared' } },
      spec: {
        width: 125,
        height: 90,
        mark: { type: 'rect', strokeWidth: 0 },
        encoding: {
          x: {
            field: 'x',
            type: 'quantitative',
            title: axis,
            scale: { nice: false },
            axis: { grid: false, tickCount: 4 },
          },
          x2: { field: 'x2' },
          y: {
            ...{ field: 'y', type: 'quantitative', title: 'kHz' },
            scale: { domain: [0, edges.at(-1) ?? 1], nice: false },
            axis: {
              grid: false,
              values: [0.5, 1, 2, 4, 8].map((khz) => short(hzToMel(1000 * khz, false))),
              labelExpr: axisLabels(),
            },
          },
          y2: { field: 'y2' },
          color: {
            ...{ field: 'value', type: 'quantitative', title: legend },
            scale: { scheme, domain },
            legend: { orient: 'bottom', gradientLength: 200, gradientThickness: 8 },
          },
        },
      },
    },
  };
}

/** Lower edge of a band in mel: halfway between the peaks of two triangles. */
function bandEdge(band: number): number {
  const [low, high] = [hzToMel(lowest, false), hzToMel(highest, false)];
  return short(low + ((band + 0.5) * (high - low)) / (pictureBands + 1));
}

/** Mel on the axis, kHz on its labels. */
function axisLabels(): string {
  return [0.5, 1, 2, 4, 8]
    .map((khz) => `abs(datum.value - ${short(hzToMel(1000 * khz, false))}) < 0.01 ? '${khz}' : `)
    .join('')
    .concat("''");
}

function meanPicture(pictures: readonly Float32Array[]): Float64Array {
  const ratio = pictureSteps / meanSteps;
  const out = new Float64Array(meanSteps * pictureBands);
  for (const picture of pictures) {
    for (const [i, value] of picture.entries()) {
      const [step, band] = [Math.floor(i / pictureBands / ratio), i % pictureBands];
      const at = step * pictureBands + band;
      out[at] = (out[at] ?? 0) + value / ratio / pictures.length;
    }
  }
  return out;
}

/** The clip nearest to the middle of its class on the map. */
function typicalClip(rows: readonly ClipRow[]): ClipRow {
  const middle = [0, 1].map((axis) => sum(rows.map(({ map }) => map[axis] ?? 0)) / rows.length);
  const distance = ({ map: [x, y] }: ClipRow): number =>
    (x - (middle[0] ?? 0)) ** 2 + (y - (middle[1] ?? 0)) ** 2;
  return rows.reduce((a, b) => (distance(b) < distance(a) ? b : a));
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function short(value: number): number {
  return Number(value.toFixed(3));
}
