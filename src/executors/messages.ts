import type { Job, JobResult } from '../engine/execute/executor.ts';
import type { Figures } from '../engine/stage.ts';

/** What the local executor sends to a worker. */
export type ToWorker = { readonly type: 'job'; readonly job: Job } | { readonly type: 'cancel' };

/** The last line of a job on both streams of its worker: what comes after it is another job's. */
export const endOfJob = '\u0004end of job\u0004';

/** What a worker answers. */
export type FromWorker =
  /** It has the job: what becomes of the worker from here on may be the job's doing. */
  | { readonly type: 'taken' }
  /** One or more lines, joined by line feeds. */
  | { readonly type: 'log'; readonly lines: string }
  | {
      readonly type: 'progress';
      readonly done: number;
      readonly total: number;
      readonly figures?: Figures;
    }
  | { readonly type: 'result'; readonly result: JobResult; readonly rss: number };
