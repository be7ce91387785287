import { TaskError } from '../engine/stage.ts';
import { createRandom, hashSeed } from '../util/random.ts';
import { type Clip, unique } from './clip.ts';

/**
 * Draws `count` speakers of a fold's training clips to choose epochs and the like by. The draw
 * depends on the seed and the fold's number.
 */
export function validationSpeakers(
  training: readonly Clip[],
  count: number,
  seed: number,
  fold: number,
): ReadonlySet<string> {
  const speakers = unique(training.map((clip) => clip.speaker));
  if (count === 0) return new Set();
  if (count >= speakers.length) {
    const most = speakers.length - 1;
    throw new TaskError(
      `validation_speakers is ${count}, but fold ${fold} has ${speakers.length === 1 ? 'one training speaker' : `${speakers.length} training speakers`}, so none would be left to train on`,
      { hint: most === 0 ? 'Leave validation_speakers at 0.' : `Use at most ${most}.` },
    );
  }
  const random = createRandom(hashSeed(seed, 'validation', fold));
  return new Set(random.shuffle(speakers).slice(0, count));
}
