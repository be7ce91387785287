import { readFileSync, writeFileSync } from 'node:fs';
import { type ArtifactFiles, defineArtifact, type OutputArtifact } from '../engine/artifact.ts';
import { type Cell, formatCsv, parseCsv } from '../util/csv.ts';
import { parseFormat } from './parse-format.ts';

/** What a model of one fold says of a clip that it was not trained on. */
export interface Posterior {
  readonly id: string;
  readonly role: 'test' | 'validate';
  /** From 1: which of several draws of enrolled clips; 1 without enrolment. */
  readonly draw?: number;
  readonly posterior: readonly number[];
}

export interface FoldModel {
  /** How often clips to enrol were drawn; each draw scores the other ones. 1 by default. */
  readonly draws?: number;
  readonly labels: readonly string[];
  readonly posteriors: readonly Posterior[];
}

/**
 * Writes `fold.json` and `posteriors.csv` (sorted by role, draw and id). Weights and history are the
 * caller's: `weights.safetensors`, `history.csv`.
 */
export function writeFold(output: OutputArtifact, model: FoldModel): void {
  const { draws = 1, labels } = model;
  const info = { format: 'affekt.fold/1', labels, ...(draws > 1 && { draws }) };
  writeFileSync(output.path('fold.json'), `${JSON.stringify(info, null, 2)}\n`);
  const rows = [...model.posteriors]
    .sort((a, b) => compare(a, b))
    .map((row): Cell[] => [
      row.id,
      row.role,
      ...(draws > 1 ? [row.draw ?? 1] : []),
      ...row.posterior,
    ]);
  writeFileSync(output.path('posteriors.csv'), formatCsv(columnsOf(labels, draws), rows));
}

function columnsOf(labels: readonly string[], draws: number): readonly string[] {
  return ['id', 'role', ...(draws > 1 ? ['draw'] : []), ...labels.map((label) => `p_${label}`)];
}

/** Reads the posteriors of one fold. Throws on a tree that the validator would refuse. */
export function readFold(files: ArtifactFiles): FoldModel {
  const { problems, model } = check(files);
  if (model === undefined) throw new Error(`not a fold: ${problems.join('; ')}`);
  return model;
}

export const fold = defineArtifact({
  type: 'fold',
  summary: 'A model of one fold and what it says of the clips kept from it',
  validate: (files) => check(files).problems,
});

function check(files: ArtifactFiles): { problems: readonly string[]; model?: FoldModel } {
  const missing = ['fold.json', 'posteriors.csv'].filter((name) => files.files[name] === undefined);
  if (missing.length > 0) return { problems: missing.map((name) => `${name} is missing`) };
  const info = parseFormat(readFileSync(files.path('fold.json'), 'utf8'), 'affekt.fold/1');
  if (typeof info === 'string') return { problems: [`fold.json: ${info}`] };
  const labels = (Array.isArray(info['labels']) ? info['labels'] : []) as readonly string[];
  const draws = info['draws'] === undefined ? 1 : Number(info['draws']);
  if (!Number.isInteger(draws) || draws < 1) {
    return { problems: ['fold.json: draws must be a whole number above 0'] };
  }
  const table = parseCsv(readFileSync(files.path('posteriors.csv'), 'utf8'));
  const expected = columnsOf(labels, draws).join();
  if (table.header.join() !== expected) {
    return { problems: [`posteriors.csv: the columns must be ${expected}`] };
  }
  const posteriors: Posterior[] = [];
  for (const [index, [id = '', role, ...rest]] of table.rows.entries()) {
    const [draw, cells] = draws > 1 ? [Number(rest[0]), rest.slice(1)] : [1, rest];
    const where = `posteriors.csv: row ${index + 1}`;
    if (role !== 'test' && role !== 'validate') {
      return { problems: [`${where}: role must be test or validate`] };
    }
    if (!(Number.isInteger(draw) && draw >= 1 && draw <= draws)) {
      return { problems: [`${where}: draw must be from 1 to ${draws}`] };
    }
    const posterior = cells.map((cell) => (cell === '' ? Number.NaN : Number(cell)));
    const sum = posterior.reduce((a, b) => a + b, 0);
    if (posterior.some((p) => !(p >= 0)) || Math.abs(sum - 1) > 1e-5) {
      return { problems: [`${where}: the probabilities of "${id}" do not sum to 1`] };
    }
    const row: Posterior = { id, role, draw, posterior };
    const last = posteriors.at(-1);
    if (last !== undefined && compare(last, row) >= 0) {
      return { problems: [`${where} is not in order of role, draw and id, or occurs twice`] };
    }
    posteriors.push(row);
  }
  if (!posteriors.some((row) => row.role === 'test')) {
    return { problems: ['posteriors.csv has no clip with the role test'] };
  }
  return { problems: [], model: { draws, labels, posteriors } };
}

function compare(a: Posterior, b: Posterior): number {
  if (a.role !== b.role) return a.role < b.role ? -1 : 1;
  const [first, second] = [a.draw ?? 1, b.draw ?? 1];
  if (first !== second) return first - second;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
