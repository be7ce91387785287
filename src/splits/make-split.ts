import { TaskError } from '../engine/stage.ts';
import { type Clip, type Fold, originals } from './clip.ts';
import { type Overlap, overlap } from './overlap.ts';
import { type SplitOptions, testParts } from './schemes.ts';
import { validationSpeakers } from './validation.ts';

/** A checked split with what was found about it. */
export interface Split {
  readonly folds: readonly Fold[];
  /** What each fold leaves out, where that has a name (a speaker, a text). */
  readonly heldOut: readonly (string | null)[];
  /** Scored clips against everything the fold trains on or chooses by. */
  readonly test: Overlap;
  /** Validation clips against training clips; null without validation clips. */
  readonly validation: Overlap | null;
  readonly warnings: readonly string[];
}

/**
 * Splits clips (in corpus order) by a scheme of its own making. Copies follow their original: they
 * train where it trains, and are left out of every fold where it is scored or chosen by.
 * Throws `TaskError` for a request that the corpus cannot meet.
 */
export function makeSplit(clips: readonly Clip[], options: SplitOptions): Split {
  const roots = originals(clips);
  const rootOf = (id: string): string => roots.get(id) ?? id;
  // A copy whose original is not in the corpus stands for it.
  const scored = clips.filter(({ id }) => rootOf(id) === id || !roots.has(rootOf(id)));
  const parts = testParts(scored, options);
  const folds = parts.map((part, index) => {
    const test = new Set(part.ids);
    const trains = (id: string): boolean => part.trainable?.has(id) ?? true;
    const training = scored.filter(({ id }) => !test.has(id) && trains(id));
    if (training.length === 0) {
      throw new TaskError(`fold ${index + 1} scores every clip, so none is left to train on`, {
        hint: 'Hold out less, or use more folds.',
      });
    }
    const speakers = validationSpeakers(
      scored,
      training,
      options.validationSpeakers,
      options.seed,
      index + 1,
    );
    // The same sound under another name is not held out by leaving a speaker or a text out.
    const tested = new Set(clips.filter(({ id }) => test.has(id)).map(({ audio }) => audio));
    const chosen = training.filter((clip) => speakers.has(clip.speaker) && !tested.has(clip.audio));
    const validate = chosen.map((clip) => clip.id);
    const heard = new Set([...tested, ...chosen.map(({ audio }) => audio)]);
    // With a clip of the same sound go its copies, whose sound is altered.
    const away = new Set(clips.filter(({ audio }) => heard.has(audio)).map(({ id }) => rootOf(id)));
    const fit = clips.filter(({ id }) => {
      const root = rootOf(id);
      return !away.has(root) && trains(roots.has(root) ? root : id);
    });
    return { fit: fit.map((clip) => clip.id), validate, test: part.ids };
  });
  return checkSplit(
    clips,
    folds,
    parts.map((part) => part.heldOut ?? null),
  );
}

/** Refuses what would give a wrong number, and computes what the two sides have in common. */
export function checkSplit(
  clips: readonly Clip[],
  folds: readonly Fold[],
  heldOut: readonly (string | null)[] = folds.map(() => null),
): Split {
  const label = new Map(clips.map((clip) => [clip.id, clip.label]));
  const classes = [...new Set(clips.map((clip) => clip.label))].sort();
  if (classes.length < 2) {
    throw new TaskError(
      `there is only one class ("${classes[0] ?? ''}"), so nothing to tell apart`,
      {
        hint: 'Check the labels of the corpus.',
      },
    );
  }
  const warnings: string[] = [];
  for (const [index, fold] of folds.entries()) {
    const name = heldOut[index] ?? null;
    const where = name === null ? `fold ${index + 1}` : `fold ${index + 1} ("${name}" left out)`;
    const missing = (ids: readonly string[]): readonly string[] => {
      const present = new Set(ids.map((id) => label.get(id)));
      return classes.filter((one) => !present.has(one));
    };
    if (fold.test.length === 0) {
      throw new TaskError(`${where} has no clip to score`, { hint: 'Use fewer folds.' });
    }
    const untrained = missing(fold.fit);
    if (untrained.length > 0) {
      throw new TaskError(`${where} has no clip of ${untrained.join(', ')} to train on`, {
        hint: isForeign(clips, fold, untrained)
          ? 'Keep the classes that all corpora have: merge with classes: common.'
          : 'Use fewer folds or another scheme, or drop the class with labels: { name: null }.',
      });
    }
    const unscored = missing(fold.test);
    if (unscored.length > 0) warnings.push(`${where} scores no clip of ${unscored.join(', ')}`);
    refuseCrossing(clips, fold, where);
    refuseScoredCopy(clips, fold, where);
  }
  const test = overlap(clips, folds, { scored: 'test', training: ['fit', 'validate'] });
  if (test.shared.includes('audio')) {
    warnings.push('the same audio is on both sides of a fold: analyze lists duplicates');
  }
  const validates = folds.some((fold) => fold.validate.length > 0);
  return {
    folds,
    heldOut,
    test,
    validation: validates ? overlap(clips, folds, { scored: 'validate', training: ['fit'] }) : null,
    warnings,
  };
}

/** Whether classes are those of corpora that a fold does not train on. */
function isForeign(clips: readonly Clip[], fold: Fold, labels: readonly string[]): boolean {
  const fit = new Set(fold.fit);
  const trained = new Set(clips.filter(({ id }) => fit.has(id)).map(({ corpus }) => corpus));
  return !clips.some(({ corpus, label }) => trained.has(corpus) && labels.includes(label));
}

/** What was altered for training says nothing of how recordings are recognised. */
function refuseScoredCopy(clips: readonly Clip[], fold: Fold, where: string): void {
  const known = new Map(clips.map((clip) => [clip.id, clip]));
  for (const id of [...fold.test, ...fold.validate]) {
    const source = known.get(id)?.source ?? '';
    if (!known.has(source)) continue;
    throw new TaskError(`${where} scores "${id}", which is an altered copy of "${source}"`, {
      hint: 'Score the recording itself, or replace recordings with augment and keep: false.',
    });
  }
}

/** A clip and its altered copies are one recording: they may not stand on two sides. */
function refuseCrossing(clips: readonly Clip[], fold: Fold, where: string): void {
  const roots = originals(clips);
  const side = new Map<string, { readonly role: string; readonly id: string }>();
  for (const role of ['test', 'validate', 'fit'] as const) {
    for (const id of fold[role]) {
      const root = roots.get(id) ?? id;
      const other = side.get(root);
      if (other === undefined) side.set(root, { role, id });
      else if (other.role !== role) {
        throw new TaskError(
          `${where}: "${id}" has the role ${role} and "${other.id}" the role ${other.role}, but both are made from the recording "${root}"`,
          { hint: 'Give a recording and its copies the same role, or leave the copies out.' },
        );
      }
    }
  }
}
