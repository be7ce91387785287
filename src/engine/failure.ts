/** Every way a task can go wrong, as data. Worded in src/report/failure-words.ts only. */
export type Failure =
  /** The stage said why, in words for the user. */
  | {
      readonly reason: 'task-error';
      readonly message: string;
      readonly hint?: string;
      /** As in `TaskError`. */
      readonly machine?: true;
    }
  /** The stage threw something it did not mean to: a bug. The stack goes to the log, not the screen. */
  | { readonly reason: 'internal-error'; readonly message: string; readonly stack?: string }
  /** The validator of an artifact type refused an output. */
  | { readonly reason: 'bad-output'; readonly port: string; readonly problems: readonly string[] }
  /** Declared outputs and written ones differ. */
  | { readonly reason: 'missing-output'; readonly port: string; readonly file?: string }
  | { readonly reason: 'exit-status'; readonly status: number; readonly tail: readonly string[] }
  | { readonly reason: 'signal'; readonly signal: string; readonly tail: readonly string[] }
  | { readonly reason: 'timeout'; readonly seconds: number }
  /** The worker process ended without an answer (killed, out of memory). */
  | { readonly reason: 'worker-lost'; readonly detail: string }
  /** A file the task read changed while it ran, so its result would be kept under the wrong key. */
  | { readonly reason: 'input-changed'; readonly files: readonly string[] }
  /** Another run published other bytes for the same key. */
  | {
      readonly reason: 'not-deterministic';
      readonly port: string;
      readonly kept: string;
      readonly made: string;
    }
  /** The disk, the cache folder or a permission. `code` is the errno name. */
  | {
      readonly reason: 'storage';
      readonly code: string;
      readonly path: string;
      readonly message: string;
    }
  | { readonly reason: 'cancelled' };

/** Whether a failure says something of what was asked for, so that it can stand as an answer. */
export function isAnswer(
  failure: Failure,
): failure is Extract<Failure, { readonly reason: 'task-error' }> {
  return failure.reason === 'task-error' && failure.machine !== true;
}

/** What the log of a task says of its end: the fields, as words are for the screen. */
export function failureText(failure: Failure): string {
  if (failure.reason === 'internal-error') return failure.stack ?? failure.message;
  // The last lines of a program stand in the log already.
  const { reason, ...fields } = { ...failure, tail: undefined };
  const said = Object.entries(fields).filter(([, value]) => value !== undefined);
  const lines = said.map(([name, value]) =>
    typeof value === 'string' ? `${name}: ${value}` : `${name}: ${JSON.stringify(value)}`,
  );
  return [`failed: ${reason}`, ...lines].join('\n');
}
