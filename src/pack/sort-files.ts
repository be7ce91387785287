import type { Digest } from '../engine/digest.ts';
import type { RecordedOutput } from '../engine/record/types.ts';
import type { LeftOut, PackTask } from './contents.ts';

/** The files of a type that hold tables, definitions and models, whoever wrote them. */
const plain: Readonly<Record<string, RegExp>> = {
  corpus: /^corpus\.(csv|json)$/,
  features: /^(features\.json|index\.csv|policy\.json)$/,
  chunk: /^(rows|files)\.json$/,
  split: /^(split\.csv|protocol\.json)$/,
  fold: /^(fold\.json|posteriors\.csv|history\.csv|weights\.safetensors|model\.onnx)$/,
  models:
    /^(model\.json|(controls\/[^/]+\/)?predictions\.csv|fold-\d+-seed-\d+\/(history\.csv|weights\.safetensors|model\.onnx))$/,
  analysis: /^(analysis\.json|[a-z_]+\.csv|charts\/[^/]+\.vl\.json)$/,
  evaluation: /^(metrics\.json|[a-z_]+\.(csv|md|tex))$/,
  score: /^score\.json$/,
  study: /^[a-z_]+\.(csv|json|yaml)$/,
  table: /^table\.csv$/,
};

/**
 * What each file of a run holds, by its digest; empty where it holds no sound. Told by the type of the
 * artifact and by what its task was given, never by the ending of a name: code of its own may put a recording into
 * any file, if it had one. Pure.
 */
export function sortFiles(tasks: readonly PackTask[]): ReadonlyMap<Digest, LeftOut | ''> {
  const producers = new Map(
    tasks.flatMap((task) =>
      Object.values(task.record.outputs).map(({ digest, type }) => [digest, { task, type }]),
    ),
  );
  const known = new Map<Digest, boolean>();
  /** Whether an artifact holds sound, or may. */
  const heard = (digest: Digest): boolean => {
    const made = producers.get(digest);
    if (made === undefined) return true;
    const before = known.get(digest);
    if (before !== undefined) return before;
    // No task reads what it makes: this is only the answer until there is one.
    known.set(digest, false);
    const { task, type } = made;
    const answer =
      ['corpus', 'features', 'chunk'].includes(type) ||
      (task.foreign && !(type in plain) && hadSound(task, heard));
    known.set(digest, answer);
    return answer;
  };
  const sorts = new Map<Digest, LeftOut | ''>();
  for (const task of tasks) {
    for (const output of Object.values(task.record.outputs)) {
      for (const [file, digest] of Object.entries(output.files)) {
        const sort = plain[output.type]?.test(file) ? '' : sortOf(task, output, heard);
        const other = sorts.get(digest);
        if (other === undefined || weight[sort] > weight[other]) sorts.set(digest, sort);
      }
    }
  }
  return sorts;
}

/** What a release made is known: equal bytes from code of its own are nothing else. */
const weight: Readonly<Record<LeftOut | '', number>> = { derived: 0, '': 1, features: 2, sound: 3 };

/** Without inputs it read the world by itself. */
function hadSound({ record }: PackTask, heard: (digest: Digest) => boolean): boolean {
  const inputs = Object.values(record.inputs).flat();
  return inputs.length === 0 || inputs.some(heard);
}

function sortOf(
  task: PackTask,
  { type, files }: RecordedOutput,
  heard: (digest: Digest) => boolean,
): LeftOut | '' {
  if (type === 'corpus') return 'sound';
  if (task.foreign) return hadSound(task, heard) ? 'derived' : '';
  if (type === 'features') return 'features';
  if (type === 'chunk') return files['rows.json'] === undefined ? 'sound' : 'features';
  return '';
}
