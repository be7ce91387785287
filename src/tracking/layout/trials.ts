import { readScore } from '../../artifacts/score.ts';
import { readStudy, type StudyTrial } from '../../artifacts/study.ts';
import type { Pairs } from '../client/index.ts';
import { cutText, limits, toKey } from '../client/index.ts';
import { busyTime } from './busy-time.ts';
import { foldOperations, metricsOperation, startOf } from './fold.ts';
import { childUid, trialPlace } from './names.ts';
import type { Operation, RunUid } from './operations.ts';
import type { RunRecord } from './record.ts';
import type { SetRow } from './sets.ts';

/** Params that the searches of a run vary. */
export function searchedParams({ stages }: RunRecord): readonly string[] {
  const spaces = stages.flatMap(({ kind, params }) =>
    kind === 'tune' ? Object.keys((params['space'] ?? {}) as object) : [],
  );
  return [...new Set(spaces)].map(toKey);
}

/**
 * The trials of the searches, each with its folds. While a search goes on they have curves and scores; what
 * they set is known when it has ended.
 */
export function trialOperations(
  sets: readonly SetRow[],
  { run, root, tags }: { readonly run: RunRecord; readonly root: RunUid; readonly tags: Pairs },
): readonly Operation[] {
  const known = knownTrials(run);
  return sets.flatMap((set) => {
    const place = trialPlace(set.address);
    if (place === undefined || set.folds.length === 0) return [];
    const { search, outer, trial } = place;
    const uid = childUid(root, set.address);
    const name = `${outer === null ? '' : `outer ${outer} `}trial ${trial}`;
    const told = known.get(`${search} ${outer} ${trial}`);
    const started = Math.min(...set.folds.map(startOf));
    const params = {
      ...(told && paramsOf(told)),
      ...(outer !== null && { outer: String(outer) }),
      trial: String(trial),
    };
    const score = scoreOf(run, search, outer, trial);
    return [
      {
        type: 'run',
        run: uid,
        parent: childUid(root, search),
        name,
        started,
        tags: { ...tags, 'affekt.level': 'trial', 'affekt.address': set.address },
      },
      { type: 'params', run: uid, params },
      ...set.folds.flatMap((row) =>
        foldOperations(row, {
          run,
          set,
          name,
          parent: uid,
          params,
          corpus: undefined,
          tags,
          keepModel: false,
        }),
      ),
      ...(score === undefined
        ? []
        : metricsOperation(uid, [
            {
              key: `validation/${score.objective}`,
              value: score.value,
              timestamp: started,
              step: 0,
            },
          ])),
      ...endOf(uid, set, told, run),
    ] satisfies readonly Operation[];
  });
}

function endOf(
  run: RunUid,
  { folds }: SetRow,
  told: StudyTrial | undefined,
  { state }: RunRecord,
): readonly Operation[] {
  if (told === undefined && state === 'running') return [];
  const status = { complete: 'FINISHED', pruned: 'KILLED', failed: 'FAILED' } as const;
  const records = folds.flatMap(({ record }) => record ?? []);
  const ended = Math.min(...folds.map(startOf)) + busyTime(records);
  const why =
    told?.error ?? (told?.state === 'pruned' ? `pruned after ${told.pruned_after}` : null);
  return [
    ...(why === null || why === undefined
      ? []
      : [
          {
            type: 'tags',
            run,
            tags: { 'mlflow.note.content': cutText(why, limits.tagValue) },
          } as const,
        ]),
    { type: 'end', run, status: told === undefined ? 'KILLED' : status[told.state], ended },
  ];
}

function paramsOf({ set }: StudyTrial): Pairs {
  return Object.fromEntries(
    Object.entries(set).map(([path, value]) => [
      toKey(path),
      cutText(typeof value === 'string' ? value : JSON.stringify(value), limits.paramValue),
    ]),
  );
}

/** Of searches that have ended, by search, outer fold and number. */
function knownTrials(run: RunRecord): ReadonlyMap<string, StudyTrial> {
  const found = new Map<string, StudyTrial>();
  for (const { address, record } of run.tasks) {
    const digest = record.outputs['study']?.digest;
    const files = digest === undefined ? undefined : run.artifact(digest);
    if (files === undefined) continue;
    const search = address.replace(/\/[^/]*$/, '');
    for (const one of readStudy(files).trials)
      found.set(`${search} ${one.outer} ${one.trial}`, one);
  }
  return found;
}

/** Of all folds of a trial; while some are missing there is none. */
function scoreOf(
  run: RunRecord,
  search: string,
  outer: number | null,
  trial: number,
): { readonly objective: string; readonly value: number } | undefined {
  const address = `${search}/score[${outer === null ? '' : `outer=${outer},`}trial=${trial}]`;
  const task = run.tasks.find((one) => one.address === address);
  const digest = task?.record.outputs['score']?.digest;
  const files = digest === undefined ? undefined : run.artifact(digest);
  if (files === undefined) return undefined;
  const { objective, value } = readScore(files);
  return value === null ? undefined : { objective, value };
}
