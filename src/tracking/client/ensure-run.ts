import type { Caller, CallOptions } from './caller.ts';
import { checkPairs } from './check.ts';
import { invalid } from './error.ts';
import { limits } from './limits.ts';
import { err, ok, type Result } from './result.ts';
import { withRetry } from './retry.ts';
import type { NewRun, Runs } from './runs.ts';
import type { Run } from './types.ts';

export interface RunToEnsure extends NewRun {
  /** Unique for the run: `{ key: 'affekt.run_uid', value: '01J…' }`. */
  readonly identity: { readonly key: string; readonly value: string };
}

/**
 * Looks before it makes, and once more after a try whose answer got lost. A try that the server
 * carried out late leaves a second, empty run, which is deleted as soon as it is seen. Two processes
 * that ask at the same moment need a lock of their own.
 */
export async function ensureRun(
  runs: Runs,
  { retry, timing }: Caller,
  { identity: { key, value }, ...run }: RunToEnsure,
  options: CallOptions = {},
): Promise<Result<Run>> {
  const problem = checkPairs('tags', { [key]: value }, limits.tagValue);
  if (problem !== undefined) return err(problem);
  if (/['"`\\]/.test(value) || value === '') {
    return err(invalid('identity', 'must be text without quotes'));
  }
  const search = () =>
    runs.search(
      {
        experimentIds: [run.experimentId],
        filter: `tags.\`${key}\` = '${value}'`,
        view: 'all',
      },
      options,
    );
  const deleteEmpty = async (some: readonly Run[]) => {
    for (const one of some) {
      if (one.lifecycle === 'active' && content(one) === 0) await runs.delete(one.id, options);
    }
  };
  // Whether a run of ours may exist that no answer told of.
  let lost = false;
  return withRetry(
    async () => {
      const found = await search();
      if (!found.ok) return found;
      const [first, ...others] = [...found.value].sort(byUse);
      if (first !== undefined) {
        if (lost) await deleteEmpty(others);
        return ok(first);
      }
      const made = await runs.create({ ...run, tags: { ...run.tags, [key]: value } }, options);
      if (!made.ok) {
        lost ||= made.error.ambiguous === true;
        return made;
      }
      if (lost) {
        const now = await search();
        if (now.ok) await deleteEmpty(now.value.filter(({ id }) => id !== made.value.id));
      }
      return ok(made.value);
    },
    { policy: retry, timing, signal: options.signal, safe: true },
  );
}

function content({ params, metrics, datasets }: Run): number {
  return Object.keys(params).length + metrics.length + datasets.length;
}

/** The one that was logged to comes first. */
function byUse(a: Run, b: Run): number {
  const deleted = Number(a.lifecycle === 'deleted') - Number(b.lifecycle === 'deleted');
  return deleted || content(b) - content(a) || (a.id < b.id ? -1 : 1);
}
