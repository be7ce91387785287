import { writeFileSync } from 'node:fs';
import { type Cell, formatCsv, parseCsv } from '../util/csv.ts';
import { groupBy } from '../util/group-by.ts';

/** A row of `predictions.csv`. */
export interface Prediction {
  readonly id: string;
  readonly speaker: string;
  readonly fold: number;
  readonly seed: number;
  readonly role: 'test' | 'validate';
  readonly label: string;
  readonly predicted: string;
  /** One probability per label, in the order of the label set. */
  readonly posterior: readonly number[];
}

/** What a number is made of: held-out clips, or those set aside to choose by. */
export type ScoredRole = Prediction['role'];

/**
 * The rows of one role, each clip once a seed. A clip that validates in several folds is scored by models of
 * the first of them, as many as every clip has: as draws of it, which count as seeds. Where some clips
 * validate more often than others, no more counts of them, so that every seed scores the same clips.
 */
export function scoredPredictions(
  predictions: readonly Prediction[],
  role: ScoredRole,
): readonly Prediction[] {
  const rows = predictions.filter((row) => row.role === role);
  if (role === 'test') return rows;
  const clips = [...groupBy(rows, ({ id, seed }) => `${seed} ${id}`).values()];
  const draws = Math.min(...clips.map((own) => own.length));
  return clips.flatMap((own) =>
    own.slice(0, draws).map((row, draw) => ({ ...row, seed: (row.seed - 1) * draws + draw + 1 })),
  );
}

const columns = ['id', 'speaker', 'fold', 'seed', 'role', 'label', 'predicted'] as const;

/** Writes the table, sorted by seed, fold, role and id. */
export function writePredictions(
  path: string,
  labels: readonly string[],
  predictions: readonly Prediction[],
): void {
  const header = [...columns, ...labels.map((label) => `p_${label}`)];
  const rows = [...predictions]
    .sort(compare)
    .map((row): Cell[] => [...columns.map((column) => row[column]), ...row.posterior]);
  writeFileSync(path, formatCsv(header, rows));
}

/** Reads the table; `problems` lists what is wrong with it, one sentence each. */
export function parsePredictions(
  text: string,
  labels: readonly string[],
): { readonly problems: readonly string[]; readonly predictions: readonly Prediction[] } {
  const { header, rows } = parseCsv(text);
  const expected = [...columns, ...labels.map((label) => `p_${label}`)];
  if (header.join() !== expected.join()) {
    return { problems: [`the columns must be ${expected.join()}`], predictions: [] };
  }
  const problems: string[] = [];
  const known = new Set(labels);
  const predictions = rows.map((row): Prediction => {
    const [id = '', speaker = '', fold, seed, role, label = '', predicted = ''] = row;
    return {
      id,
      speaker,
      fold: Number(fold),
      seed: Number(seed),
      role: role as Prediction['role'],
      label,
      predicted,
      posterior: row.slice(columns.length).map((cell) => (cell === '' ? Number.NaN : Number(cell))),
    };
  });
  let last: Prediction | undefined;
  for (const [index, row] of predictions.entries()) {
    const wrong = rowProblem(row, known, labels);
    if (wrong !== undefined) problems.push(`row ${index + 1}: ${wrong}`);
    else if (last !== undefined && compare(last, row) >= 0) {
      problems.push(`row ${index + 1} is not in order of seed, fold, role and id, or occurs twice`);
    }
    last = row;
  }
  if (predictions.length === 0) problems.push('there are no rows');
  return { problems, predictions };
}

function rowProblem(
  row: Prediction,
  known: ReadonlySet<string>,
  labels: readonly string[],
): string | undefined {
  if (row.id === '') return 'no id';
  if (!Number.isInteger(row.fold) || row.fold < 1) return 'fold must count from 1';
  if (!Number.isInteger(row.seed) || row.seed < 1) return 'seed must count from 1';
  if (row.role !== 'test' && row.role !== 'validate') return 'role must be test or validate';
  if (!known.has(row.label)) return `label "${row.label}" is not one of ${labels.join(', ')}`;
  if (row.posterior.length !== labels.length) return `needs ${labels.length} probabilities`;
  if (row.posterior.some((p) => !(p >= 0 && p <= 1))) return 'a probability is not within 0 and 1';
  const sum = row.posterior.reduce((a, b) => a + b, 0);
  if (Math.abs(sum - 1) > 1e-5) return `the probabilities sum to ${sum}`;
  const chosen = labels.indexOf(row.predicted);
  if (row.posterior[chosen] !== Math.max(...row.posterior)) {
    return `predicted "${row.predicted}" is not the most probable label`;
  }
  return undefined;
}

function compare(a: Prediction, b: Prediction): number {
  return (
    a.seed - b.seed ||
    a.fold - b.fold ||
    (a.role < b.role ? -1 : a.role > b.role ? 1 : 0) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}
