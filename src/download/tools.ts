import type { Random } from '../util/random.ts';

/** What a download is given of the world, so that a test steers it. */
export interface Tools {
  readonly signal: AbortSignal;
  /** The clock that waits between attempts. Rejects when the signal aborts. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Milliseconds since 1970, for dates in `Retry-After`. */
  now(): number;
  /** Spreads attempts of many clients. */
  readonly random: Random;
  /** Where tokens come from: only their names are ever written anywhere. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What is known so far; called often. */
  progress(state: Progress): void;
  say(line: string): void;
}

export interface Progress {
  readonly files: number;
  readonly allFiles: number;
  /** Bytes that are on the disk and right, or on their way. */
  readonly bytes: number;
  /** Null where a server does not say. */
  readonly allBytes: number | null;
}

/** A secret of the environment, for one origin alone. */
export interface Token {
  readonly variable: 'DAGSHUB_TOKEN' | 'HF_TOKEN';
  readonly origin: string;
}
