import type { ArtifactFiles } from '../../engine/artifact.ts';
import type { RunInfo, TaskRecord } from '../../engine/record/types.ts';
import type { WiredStage } from '../../report/spec-stages.ts';
import type { Json } from '../../util/json.ts';

/** A finished task of the run and what the cache remembers of it. */
export interface DoneTask {
  readonly address: string;
  readonly record: TaskRecord;
}

/** A network that is being trained, or whose training was cut short and begun again: its epochs. */
export interface RunningTask {
  readonly address: string;
  readonly started: number;
  /** Of its last epoch, where nobody goes on with it. */
  readonly cut?: number;
  readonly points: readonly {
    readonly epoch: number;
    readonly figures: Readonly<Record<string, number>>;
  }[];
}

/** An object of the cache, or a file of the run's folder. */
export interface StoredFile {
  readonly file: string;
  readonly digest: string;
  readonly size: number;
}

/** All that the layout is made from. Objects are read through `artifact`; they never change. */
export interface RunRecord {
  readonly info: RunInfo;
  readonly state: 'running' | 'done' | 'failed' | 'interrupted' | 'killed';
  /** Of the last event, in milliseconds since 1970. */
  readonly lastEvent: number;
  readonly description: string;
  readonly seed: Json;
  readonly tags: Readonly<Record<string, Json>>;
  /** In the order of the spec. */
  readonly stages: readonly WiredStage[];
  readonly provenance: {
    readonly commit: string | null;
    readonly branch: string | null;
    readonly dirty: boolean;
  };
  /** Each address once. */
  readonly tasks: readonly DoneTask[];
  readonly running: readonly RunningTask[];
  readonly failures: readonly { readonly address: string; readonly message: string }[];
  /** Of the run's folder: `report.html`, `resolved.yaml` … as far as they are there. */
  readonly files: Readonly<Record<string, StoredFile>>;
  readonly user: string;
  /** `none`: no sound leaves this machine, whatever the licence says. */
  readonly audio: 'embed' | 'none';
  /** Files of an output, where all of them are still in the cache. */
  artifact(digest: string): ArtifactFiles | undefined;
  /** A file of such an output. */
  stored(files: ArtifactFiles, name: string): StoredFile | undefined;
}
