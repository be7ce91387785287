import { readFileSync, writeFileSync } from 'node:fs';
import { type ArtifactFiles, defineArtifact, type OutputArtifact } from '../engine/artifact.ts';
import type { Digest } from '../engine/digest.ts';
import { parseFormat } from './parse-format.ts';

/** `score.json`: what a trial of a search is judged by. Fractions; null = undefined. */
export interface Score {
  readonly format: 'affekt.score/1';
  readonly objective: string;
  /** Pooled over the folds, mean over seeds. */
  readonly value: number | null;
  /** Of each fold by itself, in order. */
  readonly folds: readonly (number | null)[];
  /** SHA-256 over the ids that each fold scored: scores of other clips are never the same bytes. */
  readonly clips: readonly Digest[];
}

export function writeScore(output: OutputArtifact, score: Score): void {
  writeFileSync(output.path('score.json'), `${JSON.stringify(score, null, 2)}\n`);
}

/** Throws on a tree that the validator would refuse. */
export function readScore(files: ArtifactFiles): Score {
  const { problems, score: found } = check(files);
  if (found === undefined) throw new Error(`not a score: ${problems.join('; ')}`);
  return found;
}

export const score = defineArtifact({
  type: 'score',
  summary: 'What a trial of a search is judged by',
  sink: true,
  validate: (files) => check(files).problems,
});

function check(files: ArtifactFiles): { problems: readonly string[]; score?: Score } {
  if (files.files['score.json'] === undefined) return { problems: ['score.json is missing'] };
  const value = parseFormat(readFileSync(files.path('score.json'), 'utf8'), 'affekt.score/1');
  if (typeof value === 'string') return { problems: [`score.json: ${value}`] };
  const sound =
    typeof value['objective'] === 'string' &&
    isShare(value['value']) &&
    Array.isArray(value['clips']) &&
    Array.isArray(value['folds']) &&
    value['folds'].length > 0 &&
    value['folds'].every(isShare);
  return sound
    ? { problems: [], score: value as unknown as Score }
    : { problems: ['score.json: needs objective, value, folds and clips'] };
}

function isShare(value: unknown): boolean {
  return value === null || (typeof value === 'number' && value >= 0 && value <= 1);
}
