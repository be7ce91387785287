import { groupBy } from '../../util/group-by.ts';
import type { Result, Run } from '../client/index.ts';
import type { RunUid } from '../layout/operations.ts';
import { type Place, uidTag } from './send.ts';

/** Runs of the server by the tag that they are found by: all that belong to one run here. */
export async function findRuns(
  uid: RunUid | undefined,
  { client, experimentId, signal }: Place,
  view: 'active' | 'all' = 'active',
): Promise<Result<ReadonlyMap<string, readonly Run[]>>> {
  const root = uid?.split('/')[0] ?? '';
  const got = await client.runs.search(
    {
      experimentIds: experimentId === undefined ? [] : [experimentId],
      filter: `tags.\`${uidTag}\` LIKE '${root}%'`,
      view,
    },
    { signal },
  );
  return got.ok ? { ok: true, value: groupBy(got.value, ({ tags }) => tags[uidTag] ?? '') } : got;
}

/** What became of runs that a server had when it was asked the last time. */
export interface Fates {
  /** Nobody knows them any more: purged, or the database was made anew. */
  readonly missing: ReadonlySet<RunUid>;
  /** Somebody deleted them. */
  readonly deleted: ReadonlyMap<RunUid, Run>;
}

/** One request: behind the same address and the same ids there may be another database by now. */
export async function lookAgain(place: Place): Promise<Result<Fates>> {
  const [root] = place.runs.keys();
  const found = await findRuns(root, place, 'all');
  if (!found.ok) return found;
  const missing = new Set<RunUid>();
  const deleted = new Map<RunUid, Run>();
  for (const [uid, { id }] of place.runs) {
    const own = found.value.get(uid)?.find((one) => one.id === id);
    if (own === undefined) missing.add(uid);
    else if (own.lifecycle === 'deleted') deleted.set(uid, own);
  }
  return { ok: true, value: { missing, deleted } };
}
