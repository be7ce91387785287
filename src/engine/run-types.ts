import type { ArtifactFiles } from './artifact.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Digest } from './digest.ts';
import type { Listener, RunState } from './event.ts';
import type { Failure } from './failure.ts';
import type { Selection } from './host.ts';
import type { PlannedStage } from './plan/types.ts';
import type { RunInfo, RunOutputs, RunTask } from './record/types.ts';

export interface FailedTask {
  readonly address: string;
  readonly failure: Failure;
  /** Absolute path of the log. */
  readonly log: string;
}

/** What a run made, with read access to the outputs of its stages. */
export interface RunView {
  readonly outputs: RunOutputs;
  artifact(address: string, port: string): ArtifactFiles | undefined;
}

export interface FinishedRun extends RunView {
  readonly state: RunState;
  readonly folder: string;
  readonly info: RunInfo;
  readonly tasks: readonly RunTask[];
  readonly failures: readonly FailedTask[];
  /** Stages that were not tried, and the failed or refused stage each waits for. */
  readonly blocked: readonly { readonly address: string; readonly by: string }[];
  /** Patterns of the selection that turned out to be of no task. */
  readonly unmatched: readonly Diagnostic[];
  readonly ran: number;
  readonly cached: number;
  /** Of the tasks that ran, those that were forced and gave the bytes that they gave before. */
  readonly same: number;
  readonly seconds: number;
}

export interface NothingToDo extends RunView {
  readonly state: 'nothing-to-do';
  readonly previous: RunInfo;
  readonly previousFolder: string;
  readonly cached: number;
}

/** A task that was computed again and gave other bytes than its record says. */
export interface Difference {
  readonly address: string;
  readonly kind: string;
  readonly port: string;
  /** Files whose content differs; undefined on the side that has no such file. */
  readonly files: readonly {
    readonly file: string;
    readonly kept: Digest | undefined;
    readonly made: Digest | undefined;
  }[];
  /** Processor class that the record was made on. */
  readonly keptOn: string;
}

export interface RunOptions {
  readonly selection: Selection;
  /** Told what will be done, before any of it; what it throws ends the run before it began. */
  readonly planned?: (stages: readonly PlannedStage[]) => void;
  readonly keepGoing: boolean;
  /** A look at whether it works: every kind does less, and what comes out is stamped "quick". */
  readonly quick: boolean;
  /** Make a run folder though there is nothing to do. */
  readonly record: boolean;
  readonly argv: readonly string[];
  /** Its reason, where it is a number, is the exit code that the run's record names; else 130. */
  readonly signal: AbortSignal;
  readonly listener: Listener;
  /**
   * Takes what a forced task gives other than before; its record stands, and what follows is computed
   * from it. Without this the task fails as not deterministic.
   */
  readonly differs?: (difference: Difference) => void;
  /** Called when everything has been made, before the run is closed: writes the report. */
  readonly report?: (run: FinishedRun) => Promise<void>;
}
