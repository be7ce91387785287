import { TaskError } from '../engine/stage.ts';
import { createRandom, hashSeed } from '../util/random.ts';
import { type Clip, unique } from './clip.ts';

/**
 * Chooses `count` speakers of a fold's training clips to choose epochs and the like by. All speakers stand
 * in one circle, shuffled by the seed; a fold takes those after the speakers it scores, so that over the
 * folds of leave-one-speaker-out each speaker validates exactly `count` times. Where every speaker is
 * trained on, fold n takes the n-th `count` of the circle.
 *
 * @param clips all clips that may be scored
 * @param training those of them that this fold may train on
 */
export function validationSpeakers(
  clips: readonly Clip[],
  training: readonly Clip[],
  count: number,
  seed: number,
  fold: number,
): ReadonlySet<string> {
  if (count === 0) return new Set();
  const trained = new Set(training.map((clip) => clip.speaker));
  if (count >= trained.size) {
    const most = trained.size - 1;
    throw new TaskError(
      `validation_speakers is ${count}, but fold ${fold} has ${trained.size === 1 ? 'one training speaker' : `${trained.size} training speakers`}, so none would be left to train on`,
      { hint: most === 0 ? 'Leave validation_speakers at 0.' : `Use at most ${most}.` },
    );
  }
  const speakers = unique(clips.map((clip) => clip.speaker));
  const circle = createRandom(hashSeed(seed, 'validation')).shuffle(speakers);
  const scored = circle.findLastIndex((speaker) => !trained.has(speaker));
  const start = scored === -1 ? (fold - 1) * count : scored + 1;
  const turn = circle.map((_, step) => circle[(start + step) % circle.length] ?? '');
  return new Set(turn.filter((speaker) => trained.has(speaker)).slice(0, count));
}
