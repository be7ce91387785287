import { TaskError } from '../engine/stage.ts';
import { parseCsv } from '../util/csv.ts';
import type { Clip, Fold } from './clip.ts';

const roles = ['fit', 'validate', 'test'] as const;

type FoldRole = (typeof roles)[number];

/**
 * Reads a fixed split: CSV with the columns `id`, `role` and, unless there is one fold, `fold`
 * (1, 2, …). A clip that a fold does not name takes no part in it.
 */
export function parseSplitFile(text: string, clips: readonly Clip[]): readonly Fold[] {
  const { header, rows } = parseCsv(text);
  const [id, fold, role] = ['id', 'fold', 'role'].map((name) => header.indexOf(name));
  if (id === undefined || id < 0 || role === undefined || role < 0) {
    throw new TaskError(
      `the split file has the columns ${header.join(', ')}, but needs "id" and "role"`,
      { hint: 'The header is id,fold,role; fold may be left out where there is only one.' },
    );
  }
  if (rows.length === 0) {
    throw new TaskError('the split file has no rows', {
      hint: 'Write one row per clip and fold: id,fold,role.',
    });
  }
  const known = new Set(clips.map((clip) => clip.id));
  const folds = new Map<number, Map<string, FoldRole>>();
  for (const [index, row] of rows.entries()) {
    const where = `row ${index + 2} of the split file`;
    const name = row[id] ?? '';
    const part = row[role] ?? '';
    const number = fold === undefined || fold < 0 ? 1 : Number(row[fold]);
    if (!known.has(name)) {
      throw new TaskError(`${where} names the clip "${name}", which the corpus does not have`, {
        hint: `Ids are those of corpus.csv, like "${clips[0]?.id ?? ''}".`,
      });
    }
    if (!roles.some((one) => one === part)) {
      throw new TaskError(`${where} has the role "${part}"`, {
        hint: 'Roles are fit, validate and test.',
      });
    }
    if (!Number.isInteger(number) || number < 1) {
      throw new TaskError(`${where} has the fold "${row[fold ?? 0] ?? ''}"`, {
        hint: 'Folds count 1, 2, 3 …',
      });
    }
    const members = folds.get(number) ?? new Map<string, FoldRole>();
    if (members.has(name)) {
      throw new TaskError(`${where} names "${name}" a second time in fold ${number}`, {
        hint: 'A clip has one role in a fold.',
      });
    }
    members.set(name, part as FoldRole);
    folds.set(number, members);
  }
  const ids = (members: ReadonlyMap<string, FoldRole>, wanted: FoldRole): string[] =>
    clips.flatMap((clip) => (members.get(clip.id) === wanted ? [clip.id] : []));
  return Array.from({ length: Math.max(...folds.keys()) }, (_, index) => {
    const members = folds.get(index + 1);
    if (members === undefined) {
      throw new TaskError(`the split file has no row for fold ${index + 1}`, {
        hint: 'Number the folds 1, 2, 3 … without a gap.',
      });
    }
    return {
      fit: ids(members, 'fit'),
      validate: ids(members, 'validate'),
      test: ids(members, 'test'),
    };
  });
}
