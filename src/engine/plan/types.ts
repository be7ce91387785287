import type { Json } from '../../util/json.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Digest } from '../digest.ts';
import type { RunReason } from '../event.ts';

/**
 * `cached`: nothing to do. `run`: the key is known and has no record. `depends`: an input has to be
 * made first, so the key is not known yet. `blocked`: it cannot be planned; `message` says why.
 */
export type PlanStatus = 'cached' | 'run' | 'depends' | 'blocked';

/** A stage (one per variant) with the nested tasks known so far. */
export interface PlannedStage {
  readonly address: string;
  readonly kind: string;
  readonly status: PlanStatus;
  readonly message?: string;
  /** What its coordinator says of itself; known once its inputs are. */
  readonly note?: string;
  /** How far its coordinator is, in data of its own. */
  readonly told?: Json;
  readonly tasks: readonly PlannedTask[];
  /** Ports that were omitted and filled: `corpus ← speech`. */
  readonly filled: readonly { readonly port: string; readonly from: string }[];
  /** Addresses of the stages it reads. */
  readonly after: readonly string[];
  /** The kind's code differs from src/kinds.lock.json, so it is cached apart. */
  readonly modified: boolean;
}

export interface PlannedTask {
  readonly address: string;
  readonly kind: string;
  readonly status: 'cached' | 'run';
  readonly key: Digest;
  readonly reason?: RunReason;
  /** Seconds, learnt from earlier records of this kind. */
  readonly estimate?: number;
}

export interface Plan {
  readonly stages: readonly PlannedStage[];
  readonly warnings: readonly string[];
  /** Why stages are blocked, located. */
  readonly problems?: readonly Diagnostic[];
}
