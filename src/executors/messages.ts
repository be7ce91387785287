import type { Job, JobResult } from '../engine/execute/executor.ts';

/** What the local executor sends to a worker. */
export type ToWorker = { readonly type: 'job'; readonly job: Job } | { readonly type: 'cancel' };

/** What a worker answers. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'log'; readonly line: string }
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'result'; readonly result: JobResult; readonly rss: number };

/** Every process of a job inherits this variable, so that none survives it. */
export const jobMarker = 'AFFEKT_ATTEMPT';
