import type { Json } from '../util/json.ts';
import type { Failure } from './failure.ts';
import type { Figures } from './stage.ts';

/** Why a task has to run; `plan` and `why` word it. */
export type RunReason =
  | { readonly why: 'new' }
  | { readonly why: 'forced' }
  | { readonly why: 'evicted' }
  /** Fields of the key that differ from the last run of this address, most telling first. */
  | { readonly why: 'changed'; readonly fields: readonly FieldChange[] };

export interface FieldChange {
  /** `param n_mels`, `input features`, `kind version`, `source files` … */
  readonly field: string;
  readonly before?: Json;
  readonly after?: Json;
}

/**
 * The one stream that text, live view, JSON, run folder and (later) tracking subscribe to. The
 * engine never prints. `time` is milliseconds since the epoch, added where events are emitted.
 */
export type Event =
  | {
      readonly type: 'run-started';
      readonly run: string;
      readonly folder: string;
      readonly name: string;
      readonly resumed: boolean;
    }
  /** A task is known (its key is computed). `total` grows as coordinators unfold. */
  | {
      readonly type: 'task-queued';
      readonly address: string;
      readonly kind: string;
      readonly key: string;
      readonly reason: RunReason;
      readonly estimate?: number;
    }
  | {
      readonly type: 'task-cached';
      readonly address: string;
      readonly kind: string;
      readonly key: string;
    }
  | { readonly type: 'task-waiting'; readonly address: string; readonly owner: string }
  | {
      readonly type: 'task-started';
      readonly address: string;
      readonly kind: string;
      readonly key: string;
      readonly log: string;
      /** As the task's record will say, in milliseconds since the epoch. */
      readonly started: number;
    }
  | {
      readonly type: 'task-progress';
      readonly address: string;
      readonly done: number;
      readonly total: number;
      readonly figures?: Figures;
    }
  | { readonly type: 'task-log'; readonly address: string; readonly line: string }
  | {
      readonly type: 'task-done';
      readonly address: string;
      readonly kind: string;
      readonly key: string;
      readonly seconds: number;
      readonly note?: string;
      /** It was forced, and gave the bytes that it gave before. */
      readonly same?: true;
    }
  | {
      readonly type: 'task-failed';
      readonly address: string;
      readonly kind: string;
      readonly key: string;
      readonly failure: Failure;
      readonly log: string;
    }
  /** Params that a search tried turned out to be impossible; the run goes on. */
  | {
      readonly type: 'task-refused';
      readonly address: string;
      readonly kind: string;
      readonly key: string;
      readonly message: string;
    }
  /** An ancestor failed, so this stage was not tried. */
  | { readonly type: 'stage-blocked'; readonly address: string; readonly by: string }
  | { readonly type: 'stage-done'; readonly address: string; readonly cached: boolean }
  | { readonly type: 'warning'; readonly message: string; readonly address?: string }
  | {
      readonly type: 'run-finished';
      readonly state: RunState;
      readonly ran: number;
      readonly cached: number;
      readonly failed: number;
      readonly seconds: number;
    };

export type RunState = 'running' | 'done' | 'failed' | 'interrupted';

export type StampedEvent = Event & { readonly time: number };

export type Listener = (event: StampedEvent) => void;
