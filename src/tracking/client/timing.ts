import { setTimeout as delay } from 'node:timers/promises';

/** Clock, waiting and chance, passed in so that a test decides them. */
export interface Timing {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after so many milliseconds, or as soon as the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** In [0, 1). */
  random(): number;
}

export const realTiming: Timing = {
  now: Date.now,
  random: Math.random,
  async sleep(milliseconds, signal) {
    await delay(milliseconds, undefined, signal && { signal }).catch(() => undefined);
  },
};
