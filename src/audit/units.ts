import { type ModelDescription, readModels, trainedSeed } from '../artifacts/models.ts';
import type { ScoredRole } from '../artifacts/predictions.ts';
import { type FoldIds, type Protocol, readSplit } from '../artifacts/split.ts';
import type { Digest } from '../engine/digest.ts';
import { type AuditTask, inputDigests, inputsOf, type Lineage } from './lineage.ts';

/** One task that trained and scored: of a fold and seed, or of all folds at once. */
export interface Unit {
  readonly task: AuditTask;
  readonly fold: number | null;
  readonly seed: number | null;
  /** What the split says of this fold; absent where no split is known. */
  readonly split?: FoldIds;
  readonly protocol: Protocol;
  /** Sounds by id of the corpus that it was given; empty where it was given none. */
  readonly sounds: ReadonlyMap<string, Digest>;
  /** What the number is of: the held-out clips, or those of validation speakers. */
  readonly role: ScoredRole;
  /** Ids that the set's predictions score in this fold and seed; of all where the fold is null. */
  readonly scored: readonly string[];
  /** The models were given unlabelled clips of the speakers they score, and say so. */
  readonly enrolled: boolean;
  readonly selection: ModelDescription['selection'];
  /** Scores of the trials that its params were chosen by. */
  readonly chosenBy?: readonly Digest[];
}

export interface Units {
  readonly units: readonly Unit[];
  /** Tasks between the trainings and the predictions that the number is computed from. */
  readonly between: readonly AuditTask[];
}

/** The trainings behind a set of models, through ensembles. */
export function unitsOf(digest: Digest, role: ScoredRole, lineage: Lineage, reader = ''): Units {
  const task = lineage.producer(digest, reader);
  const files = lineage.artifact(digest);
  if (task === undefined || files === undefined) return { units: [], between: [] };
  const members = inputDigests(task, 'models');
  if (!task.foreign && task.record.kind === 'ensemble') {
    const found = members.map((member) => unitsOf(member, role, lineage, task.address));
    return {
      units: found.flatMap(({ units }) => units),
      between: [task, ...found.flatMap(({ between }) => between)],
    };
  }
  if (!task.foreign && task.record.kind === 'collect-search')
    return searchedUnits(task, role, lineage, readModels(files).description);
  const { description, predictions } = readModels(files);
  const { protocol, enrolment, selection } = description;
  const enrolled = enrolment !== null;
  const sounds = soundsOf(task, lineage);
  const tested = predictions.filter((row) => row.role === role);
  const runs = task.record.params['runs'] as readonly { fold: number; seed: number }[] | undefined;
  if (task.foreign || task.record.kind !== 'collect-models' || runs === undefined) {
    const scored = [...new Set(tested.map(({ id }) => id))];
    return {
      units: [
        { task, fold: null, seed: null, protocol, sounds, role, scored, enrolled, selection },
      ],
      between: [],
    };
  }
  const [splitDigest] = inputDigests(task, 'split');
  const table = splitDigest === undefined ? undefined : lineage.artifact(splitDigest);
  const split = table === undefined ? undefined : readSplit(table);
  const units = inputDigests(task, 'folds').flatMap((fold, index): readonly Unit[] => {
    const trained = lineage.producer(fold, task.address);
    const run = runs[index];
    if (trained === undefined || run === undefined) return [];
    const own = split?.folds[run.fold - 1];
    const rows = tested.filter(
      (row) => row.fold === run.fold && trainedSeed(row.seed, enrolment) === run.seed,
    );
    return [
      {
        ...{ task: trained, ...run, protocol, sounds, role, enrolled, selection },
        scored: [...new Set(rows.map(({ id }) => id))],
        ...(own !== undefined && { split: own }),
      },
    ];
  });
  return { units, between: [task] };
}

function soundsOf(task: AuditTask, lineage: Lineage): ReadonlyMap<string, Digest> {
  const clips = inputsOf(task).flatMap((digest) => lineage.corpus(digest)?.utterances ?? []);
  return new Map(clips.map(({ id, audio }) => [id, audio]));
}

/** The trainings that a search chose: one set of models for each outer fold. */
function searchedUnits(
  task: AuditTask,
  role: ScoredRole,
  lineage: Lineage,
  { protocol, selection }: ModelDescription,
): Units {
  const folds = task.record.params['folds_of'] as readonly number[];
  const trials = scoredTrials(task);
  const found = inputDigests(task, 'models').map((digest, index) => {
    const fold = folds[index] ?? null;
    const { units, between } = unitsOf(digest, role, lineage, task.address);
    const chosenBy = trials
      .filter(({ outer }) => outer === null || outer === fold)
      .map(({ score }) => score);
    return {
      between,
      units: units.map((unit): Unit => ({ ...unit, fold, protocol, selection, chosenBy })),
    };
  });
  return {
    units: found.flatMap(({ units }) => units),
    between: [task, ...found.flatMap(({ between }) => between)],
  };
}

export interface ScoredTrial {
  readonly outer: number | null;
  readonly trial: number;
  readonly state: 'complete' | 'pruned';
  readonly value: number | null;
  readonly score: Digest;
}

/** The trials of a search that were not refused, with the scores they were judged by. */
export function scoredTrials(task: AuditTask): readonly ScoredTrial[] {
  const scores = inputDigests(task, 'scores');
  const trials = task.record.params['trials'] as readonly Partial<
    Omit<ScoredTrial, 'state'> & { readonly state: 'complete' | 'pruned' | 'failed' }
  >[];
  return trials
    .filter(({ state }) => state !== 'failed')
    .flatMap(({ outer = null, trial = 0, state, value = null }, index) => {
      const score = scores[index];
      if (score === undefined || state === undefined || state === 'failed') return [];
      return [{ outer, trial, state, value, score }];
    });
}
