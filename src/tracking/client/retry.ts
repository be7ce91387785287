import type { MlflowError } from './error.ts';
import type { Result } from './result.ts';
import type { Timing } from './timing.ts';

export interface RetryPolicy {
  /** Tries in all; at least 1. */
  readonly attempts: number;
  /** Milliseconds: the n-th wait is a random part of base · 2ⁿ. */
  readonly base: number;
  /** Milliseconds: the most that base · 2ⁿ grows to. */
  readonly cap: number;
  /** Milliseconds: a server that asks for a longer wait is left to the caller. */
  readonly patience: number;
}

export const defaultRetry: RetryPolicy = { attempts: 5, base: 500, cap: 30_000, patience: 60_000 };

/** A failure that no answer explains is tried this often and not more. */
const limitedAttempts = 3;

/**
 * Runs a task until it succeeds or another try makes no sense. Between tries it waits a random part
 * of min(cap, base · 2ⁿ) ("full jitter"), and at least as long as the server asked for.
 */
export async function withRetry<T>(
  task: () => Promise<Result<T>>,
  {
    policy,
    timing,
    signal,
    safe,
  }: {
    readonly policy: RetryPolicy;
    readonly timing: Timing;
    readonly signal?: AbortSignal | undefined;
    /** False: not to be repeated once the server may have carried it out. */
    readonly safe: boolean;
  },
): Promise<Result<T>> {
  for (let attempt = 0; ; attempt++) {
    const result = await task();
    if (result.ok || !again(result.error, attempt + 1, policy, safe)) return result;
    const jitter = timing.random() * Math.min(policy.cap, policy.base * 2 ** attempt);
    await timing.sleep(Math.max(jitter, result.error.after ?? 0), signal);
    if (signal?.aborted === true) return result;
  }
}

function again(
  { kind, retry, ambiguous, after }: MlflowError,
  tries: number,
  { attempts, patience }: RetryPolicy,
  safe: boolean,
): boolean {
  if (kind === 'aborted' || (ambiguous === true && !safe)) return false;
  if ((after ?? 0) > patience) return false;
  return (
    (retry === 'later' && tries < attempts) ||
    (retry === 'limited' && tries < Math.min(attempts, limitedAttempts))
  );
}
