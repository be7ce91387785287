import { readFileSync, writeFileSync } from 'node:fs';
import { type ArtifactFiles, defineArtifact, type OutputArtifact } from '../engine/artifact.ts';
import type { SmallestDifferences } from '../stats/smallest-difference.ts';
import { type Cell, formatCsv, parseCsv } from '../util/csv.ts';
import { isJsonObject, type JsonObject } from '../util/json.ts';
import { parseFormat } from './parse-format.ts';

/** Something that will bite, in words. */
export interface Finding {
  /** Name of the rule that found it. */
  readonly rule: string;
  /** A `warning` calls for something to be done; a `note` is to be known when numbers are read. */
  readonly level: 'warning' | 'note';
  readonly text: string;
  /** What to do. */
  readonly advice: string;
  /** The clips that it is about, where they are few. */
  readonly clips: readonly string[];
}

/** `charts/<name>.vl.json` in words. */
export interface ChartEntry {
  readonly name: string;
  readonly title: string;
  /** Many small marks: best drawn as pixels. */
  readonly raster: boolean;
}

/** `analysis.json`. */
export interface Analysis {
  readonly format: 'affekt.analysis/1';
  readonly corpus: {
    readonly name: string;
    readonly title: string;
    readonly clips: number;
    readonly speakers: number;
    readonly labels: readonly string[];
    readonly texts: number;
    /** Seconds. */
    readonly duration: number;
  };
  readonly findings: readonly Finding[];
  readonly smallest_difference: SmallestDifferences;
  readonly charts: readonly ChartEntry[];
}

/** Tables of every analysis: name and header. Fractions, dB, Hz, seconds. */
export const analysisTables = {
  clips: [
    ...([
      'id',
      'emotion',
      'speaker',
      'sex',
      'text',
      'duration',
      'rate',
      'format',
      'channels',
    ] as const),
    ...([
      'peak',
      'level',
      'loudness',
      'clipped',
      'snr',
      'quiet',
      'f0',
      'f0_range',
      'voiced',
    ] as const),
    ...(['syllable_rate', 'map_x', 'map_y'] as const),
  ],
  counts: ['speaker', 'sex', 'emotion', 'clips'],
  speakers: [
    'speaker',
    'sex',
    'clips',
    'duration',
    'level',
    'loudness',
    'snr',
    'quiet',
    'f0',
    'syllable_rate',
    'format',
  ],
  emotions: [
    'emotion',
    'clips',
    'duration',
    'level',
    'loudness',
    'snr',
    'quiet',
    'f0',
    'syllable_rate',
  ],
  texts: ['text', 'clips', 'speakers', 'emotions'],
  formats: ['format', 'rate', 'channels', 'clips', 'speakers'],
  duplicates: ['a', 'b', 'kind', 'distance'],
} as const;

export type AnalysisTables = Readonly<
  Record<keyof typeof analysisTables, readonly (readonly Cell[])[]>
>;

/** Writes a whole analysis; `charts` are Vega-Lite specs by name. */
export function writeAnalysis(
  output: OutputArtifact,
  analysis: Analysis,
  tables: AnalysisTables,
  charts: Readonly<Record<string, JsonObject>>,
): void {
  writeFileSync(output.path('analysis.json'), `${JSON.stringify(analysis, null, 2)}\n`);
  for (const [name, header] of Object.entries(analysisTables)) {
    const rows = tables[name as keyof AnalysisTables];
    writeFileSync(output.path(`${name}.csv`), formatCsv(header, rows));
  }
  for (const [name, spec] of Object.entries(charts)) {
    writeFileSync(output.path(chartFile(name)), `${JSON.stringify(spec)}\n`);
  }
}

/** Name of a chart's file. */
function chartFile(name: string): string {
  return `charts/${name}.vl.json`;
}

/** Reads `analysis.json`. Throws on a tree that the validator would refuse. */
export function readAnalysis(files: ArtifactFiles): Analysis {
  const value = parse(files);
  if (typeof value === 'string') throw new Error(`not an analysis: ${value}`);
  return value;
}

/** Reads a chart's Vega-Lite spec. */
export function readChart(files: ArtifactFiles, name: string): JsonObject {
  return JSON.parse(readFileSync(files.path(chartFile(name)), 'utf8')) as JsonObject;
}

export const analysis = defineArtifact({
  type: 'analysis',
  summary: 'What a corpus holds: tables, warnings in words, chart specs (Vega-Lite)',
  sink: true,
  validate: check,
});

function check(files: ArtifactFiles): readonly string[] {
  const value = parse(files);
  if (typeof value === 'string') return [value];
  const problems: string[] = [];
  for (const [name, header] of Object.entries(analysisTables)) {
    const file = `${name}.csv`;
    if (files.files[file] === undefined) problems.push(`${file} is missing`);
    else if (parseCsv(readFileSync(files.path(file), 'utf8')).header.join() !== header.join()) {
      problems.push(`${file}: the columns must be ${header.join()}`);
    }
  }
  for (const { name } of value.charts) {
    if (files.files[chartFile(name)] === undefined) problems.push(`${chartFile(name)} is missing`);
    else if (!isJsonObject(readChart(files, name)['data'] ?? null)) {
      problems.push(`${chartFile(name)} brings no data`);
    }
  }
  return problems;
}

function parse(files: ArtifactFiles): Analysis | string {
  if (files.files['analysis.json'] === undefined) return 'analysis.json is missing';
  const text = readFileSync(files.path('analysis.json'), 'utf8');
  const value = parseFormat(text, 'affekt.analysis/1');
  if (typeof value === 'string') return `analysis.json: ${value}`;
  const { findings, charts, corpus, smallest_difference: smallest } = value;
  if (!isJsonObject(corpus) || !isJsonObject(smallest)) return 'analysis.json is not complete';
  if (!Array.isArray(findings) || !Array.isArray(charts))
    return 'findings and charts must be lists';
  for (const one of findings) {
    const whole = isJsonObject(one) && ['warning', 'note'].includes(String(one['level']));
    if (!whole || typeof one['text'] !== 'string' || !Array.isArray(one['clips'])) {
      return 'a finding has no level, text or clips';
    }
  }
  return value as unknown as Analysis;
}
