import type { Job, JobResult } from '../engine/execute/executor.ts';

/** What the local executor sends to a worker. */
export type ToWorker = { readonly type: 'job'; readonly job: Job } | { readonly type: 'cancel' };

/** What a worker answers. */
export type FromWorker =
  | { readonly type: 'ready' }
  /** One or more lines, joined by line feeds. */
  | { readonly type: 'log'; readonly lines: string }
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'result'; readonly result: JobResult; readonly rss: number };
