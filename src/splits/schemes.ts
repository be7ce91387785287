import { TaskError } from '../engine/stage.ts';
import { createRandom } from '../util/random.ts';
import { nearest } from '../util/suggest.ts';
import { bind, type Groups } from './bind.ts';
import { type Clip, unique } from './clip.ts';
import { holdOutGroups, holdOutStratified } from './hold-out.ts';
import { stratifiedGroupKFold } from './stratified-group-k-fold.ts';
import { stratifiedKFold } from './stratified-k-fold.ts';

export const schemes = [
  'leave-one-speaker-out',
  'leave-one-text-out',
  'leave-one-corpus-out',
  'cross-corpus',
  'stratified-k-fold',
  'stratified-group-k-fold',
  'hold-out',
  'file',
] as const;

export type Scheme = (typeof schemes)[number];

export interface SplitOptions {
  readonly scheme: Scheme;
  /** Number of folds of the k-fold schemes. */
  readonly folds: number;
  /** What stays together, where the scheme leaves a choice. */
  readonly groups: Groups;
  readonly shuffle: boolean;
  /** Part of the clips, or of the groups, that `hold-out` scores. */
  readonly testFraction: number;
  /** Speakers that `hold-out` scores, instead of a part that is drawn; empty: it is drawn. */
  readonly testSpeakers: readonly string[];
  /** Corpora that `cross-corpus` trains on and scores. */
  readonly trainOn: readonly string[];
  readonly testOn: readonly string[];
  readonly validationSpeakers: number;
  readonly seed: number;
}

/** The scored clips of one fold, and what was left out to make it where that has a name. */
export interface TestPart {
  readonly ids: readonly string[];
  readonly heldOut: string | undefined;
  /** Clips that may be trained on; all others where it is absent. */
  readonly trainable?: ReadonlySet<string>;
}

/**
 * The scored part of every fold of a scheme, from original clips alone (copies are never scored).
 * Deterministic in the order of the clips and the seed.
 */
export function testParts(clips: readonly Clip[], options: SplitOptions): readonly TestPart[] {
  const random = options.shuffle ? createRandom(options.seed) : undefined;
  switch (options.scheme) {
    case 'leave-one-speaker-out':
      return leaveOneOut(clips, 'speaker');
    case 'leave-one-text-out':
      return leaveOneOut(clips, 'text');
    case 'leave-one-corpus-out':
      return leaveOneOut(clips, 'corpus');
    case 'cross-corpus':
      return crossCorpus(clips, options.trainOn, options.testOn);
    case 'stratified-k-fold': {
      // The first clip of a bound group stands for it; without takes and twins this is every clip.
      const numbers = bind(clips, 'take');
      const labels: string[] = [];
      for (const [index, number] of numbers.entries()) {
        labels[number] ??= clips[index]?.label ?? '';
      }
      enough(labels.length, options.folds, 'clips that may be parted');
      const folds = stratifiedKFold(labels, options.folds, random);
      return collect(
        clips,
        numbers.map((number) => folds[number] ?? 0),
        options.folds,
      );
    }
    case 'stratified-group-k-fold': {
      const groups = groupNames(clips, options.groups);
      enough(unique(groups).length, options.folds, plural[options.groups]);
      const labels = clips.map((clip) => clip.label);
      return collect(
        clips,
        stratifiedGroupKFold(labels, groups, options.folds, random),
        options.folds,
      );
    }
    case 'hold-out': {
      if (options.testSpeakers.length > 0) return holdOutSpeakers(clips, options.testSpeakers);
      if (options.groups === 'take') {
        const numbers = bind(clips, 'take');
        const labels: string[] = [];
        for (const [index, number] of numbers.entries()) {
          labels[number] ??= clips[index]?.label ?? '';
        }
        const held = holdOutStratified(labels, options.testFraction, random);
        return collect(
          clips,
          numbers.map((number) => (held[number] ? 0 : 1)),
          1,
        );
      }
      const groups = groupNames(clips, options.groups);
      enough(unique(groups).length, 2, plural[options.groups]);
      const held = holdOutGroups(groups, options.testFraction, random);
      return collect(
        clips,
        held.map((one) => (one ? 0 : 1)),
        1,
      );
    }
    case 'file':
      throw new Error('a fixed split is read, not made');
  }
}

const plural = {
  take: 'clips that may be parted',
  speaker: 'speakers',
  text: 'texts',
  corpus: 'corpora',
} as const;

function enough(have: number, need: number, what: string): void {
  if (have >= need) return;
  throw new TaskError(`${need} folds need at least ${need} ${what}; the corpus has ${have}`, {
    hint:
      have >= 2 ? `Use folds: ${have} or fewer.` : 'Use a scheme that splits by something else.',
  });
}

/** The name of each clip's group; groups that are bound together carry the first name of them. */
function groupNames(clips: readonly Clip[], groups: Groups): readonly string[] {
  if (groups === 'text') requireText(clips, 'groups: text');
  const numbers = bind(clips, groups);
  if (groups === 'take') return numbers.map((number) => String(number).padStart(9, '0'));
  const names: string[] = [];
  for (const [index, number] of numbers.entries()) {
    const name = clips[index]?.[groups] ?? '';
    const known = names[number];
    if (known === undefined || name < known) names[number] = name;
  }
  return numbers.map((number) => names[number] ?? '');
}

const insteadOf = {
  speaker: 'Use scheme: stratified-k-fold, or name the speakers of the corpus.',
  text: 'Use scheme: leave-one-speaker-out or stratified-k-fold.',
  corpus: 'Join corpora with merge, or use scheme: leave-one-speaker-out.',
} as const;

/** `LeaveOneGroupOut` of scikit-learn: one fold per value, in sorted order. */
function leaveOneOut(
  clips: readonly Clip[],
  attribute: keyof typeof insteadOf,
): readonly TestPart[] {
  if (attribute === 'text') requireText(clips, 'leave-one-text-out');
  const values = unique(clips.map((clip) => clip[attribute]));
  if (values.length < 2) {
    throw new TaskError(
      `leave-one-${attribute}-out needs at least two ${plural[attribute]}; the corpus has one ("${values[0] ?? ''}")`,
      {
        hint: insteadOf[attribute],
      },
    );
  }
  return values.map((value) => ({
    ids: clips.flatMap((clip) => (clip[attribute] === value ? [clip.id] : [])),
    heldOut: value,
  }));
}

/** One fold: all clips of some corpora train, all of others are scored; the rest takes no part. */
function crossCorpus(
  clips: readonly Clip[],
  trainOn: readonly string[],
  testOn: readonly string[],
): readonly TestPart[] {
  const present = unique(clips.map(({ corpus }) => corpus));
  const wrong = [...trainOn, ...testOn].filter((name) => !present.includes(name));
  if (wrong.length > 0) {
    const near = nearest(wrong[0] ?? '', present);
    throw new TaskError(`there is no clip of the corpus "${wrong.join('", "')}"`, {
      hint: `${near === undefined ? '' : `Did you mean ${near}? `}There are ${present.join(', ')}; merge joins corpora.`,
    });
  }
  const ids = (names: readonly string[]): string[] =>
    clips.flatMap(({ id, corpus }) => (names.includes(corpus) ? [id] : []));
  return [{ ids: ids(testOn), heldOut: testOn.join(' + '), trainable: new Set(ids(trainOn)) }];
}

/** One fold: all clips of some speakers are scored. */
function holdOutSpeakers(clips: readonly Clip[], speakers: readonly string[]): readonly TestPart[] {
  const present = unique(clips.map(({ speaker }) => speaker));
  const wrong = speakers.filter((name) => !present.includes(name));
  if (wrong.length > 0) {
    const near = nearest(wrong[0] ?? '', present);
    throw new TaskError(`test_speakers: the corpus has no speaker "${wrong.join('", "')}"`, {
      hint: near === undefined ? `It has ${present.join(', ')}.` : `Did you mean "${near}"?`,
    });
  }
  const ids = clips.flatMap(({ id, speaker }) => (speakers.includes(speaker) ? [id] : []));
  return [{ ids, heldOut: unique(speakers).join(' + ') }];
}

function requireText(clips: readonly Clip[], what: string): void {
  const clip = clips.find((one) => one.text === '');
  if (clip === undefined) return;
  throw new TaskError(`${what} needs the text of every clip; it is unknown for "${clip.id}"`, {
    hint: 'Give the corpus a text column, or split by speaker.',
  });
}

function collect(
  clips: readonly Clip[],
  fold: readonly number[],
  folds: number,
): readonly TestPart[] {
  return Array.from({ length: folds }, (_, index) => ({
    ids: clips.flatMap((clip, i) => (fold[i] === index ? [clip.id] : [])),
    heldOut: undefined,
  }));
}
