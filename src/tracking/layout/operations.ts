import type { DatasetInput, Metric, Pairs, RunStatus } from '../client/index.ts';

/** Name of a run of the server here; also the value of its unique tag. */
export type RunUid = string & { readonly __uid: unique symbol };

/** What a file of the server holds: text, or an object of the cache by digest, or a drawn picture. */
export type Content =
  | { readonly text: string }
  | { readonly file: string; readonly digest: string; readonly size: number }
  /** An SVG that is drawn when it is sent. */
  | { readonly png: string };

export interface RunOperation {
  readonly type: 'run';
  readonly run: RunUid;
  readonly parent?: RunUid;
  readonly name: string;
  /** Milliseconds since 1970, as all times here. */
  readonly started: number;
  /** Known from the start, and sent with the run. */
  readonly tags: Pairs;
}

export interface ModelOperation {
  readonly type: 'model';
  readonly run: RunUid;
  /** No `/` and no `:`. */
  readonly name: string;
  readonly onnx: { readonly file: string; readonly digest: string; readonly size: number };
  /** Classes, in the order of the posteriors. */
  readonly labels: readonly string[];
  readonly params: Pairs;
  readonly created: number;
}

/**
 * One thing to tell a server. Data alone: the same run gives the same operations in the same order, and a
 * later look at it gives the earlier ones again and more. Sending one twice changes nothing.
 */
export type Operation =
  | { readonly type: 'experiment'; readonly tags: Pairs }
  | RunOperation
  | { readonly type: 'params'; readonly run: RunUid; readonly params: Pairs }
  | { readonly type: 'tags'; readonly run: RunUid; readonly tags: Pairs }
  | { readonly type: 'metrics'; readonly run: RunUid; readonly metrics: readonly Metric[] }
  | {
      readonly type: 'datasets';
      readonly run: RunUid;
      readonly datasets: readonly DatasetInput[];
    }
  | {
      readonly type: 'artifact';
      readonly run: RunUid;
      readonly path: string;
      readonly content: Content;
    }
  | ModelOperation
  /** The last one of its run. */
  | {
      readonly type: 'end';
      readonly run: RunUid;
      readonly status: RunStatus;
      readonly ended: number;
    };
