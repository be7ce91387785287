import type { Static, TObject } from 'typebox';
import type { Json, JsonObject } from '../util/json.ts';
import type { Artifact, InputArtifact, OutputArtifact } from './artifact.ts';
import type { Digest } from './digest.ts';
import type { Each } from './each.ts';
import type { Installed } from './installed.ts';

export type {
  Each,
  EachFiles,
  EachRows,
  ItemFile,
  ItemResult,
  ItemRows,
  ItemTools,
  MadeFile,
  Shard,
} from './each.ts';
export type { Item } from './item.ts';
export { itemId } from './item.ts';

/**
 * Where a task runs. `inline`: in the engine's own process, for JSON-size work. `pooled`: in a warm
 * worker process that is reused. `own`: in a process of its own that ends with the task.
 */
export type Tier = 'inline' | 'pooled' | 'own';

export interface InputPort {
  /** Artifact type, or `any`. */
  readonly type: string;
  readonly summary: string;
  /** Takes one or more artifacts, in the order they are wired. */
  readonly many?: boolean;
  /**
   * The task is told which stage each artifact came from (`InputArtifact.from`), to name it in what it
   * writes; these addresses are then part of the key.
   */
  readonly named?: boolean;
  /** May stay unwired; an optional port is never filled by the nearest ancestor. */
  readonly optional?: boolean;
  /**
   * Takes a stage by itself, not what it gives: a coordinator asks for variants of it. A stage that is read
   * by such ports alone, and what only it reads, does not run by itself.
   */
  readonly template?: boolean;
  /** A param that says the same in another way: a spec that gives both is refused. */
  readonly replaces?: string;
}

export interface OutputPort {
  readonly type: string;
  readonly summary: string;
}

/** Something outside the DAG that a task reads: its digest is part of the key, its place is not. */
export interface Source {
  readonly name: string;
  readonly digest: Digest;
  /** Where to find it on this machine; passed to the task, never hashed. */
  readonly location: Json;
  /** Files whose content the digest covers; checked again before the result is kept. */
  readonly files: readonly string[];
}

/** What `sources` may ask about the world. Hashes go through the stat memo, so unchanged files cost a stat. */
export interface SourceContext {
  /** Folder of the spec file that wrote the stage: relative paths start here. */
  readonly folder: string;
  hashFile(path: string): Digest;
  /** Paths that match a glob (or a plain path), sorted, absolute. */
  glob(pattern: string): readonly string[];
  /** The same for a param that names them. Throws `SourceError` where there is none. */
  files(pattern: string, param: string): readonly string[];
  /** An entry of the data store (`affekt data add NAME PATH`). */
  corpus(name: string): RegisteredCorpus | undefined;
  /**
   * Holds a corpus that nothing pins to the experiment's lock file. Throws `SourceError` when it is not
   * what it was; a run writes down one that is new.
   */
  lock(name: string, digest: Digest): void;
  /** Runtime variables a task declares: looked up here so that their values are hashed. */
  env(name: string): string | undefined;
  /** What a shell command prints, for tools that name their version. Throws `SourceError` when it fails. */
  output(command: string): string;
}

export interface RegisteredCorpus {
  readonly name: string;
  /** Folder that holds the files. */
  readonly path: string;
  /** Relative path to SHA-256, for every file of the corpus. */
  readonly manifest: Readonly<Record<string, Digest>>;
  /** False when the bytes differ from the manifest that is pinned in src/corpora. */
  readonly pinned: boolean;
}

/** Why a stage cannot be planned, in the user's words: `sources` throws it. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  /** Param to point at; the stage's name when absent. */
  readonly param: string | undefined;
  readonly hint: string | undefined;
  constructor(message: string, options: { param?: string; hint?: string } = {}) {
    super(message);
    this.param = options.param;
    this.hint = options.hint;
  }
}

/**
 * A user-facing reason why a task failed (bad audio, an impossible split): shown as it stands,
 * without a stack. Anything else a task throws is an internal error.
 */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  readonly hint: string | undefined;
  /**
   * This machine is in the way, not what was asked for: a device that is not there, a program that is not
   * installed. Nothing is concluded from it about the params.
   */
  readonly machine: boolean;
  constructor(message: string, options: { hint?: string; machine?: boolean } = {}) {
    super(message);
    this.hint = options.hint;
    this.machine = options.machine ?? false;
  }
}

export interface TaskContext<P> {
  readonly params: P;
  /** Derived from the experiment's seed; 0 unless the kind is `random`. */
  readonly seed: number;
  readonly signal: AbortSignal;
  /** The artifact wired to a port. Throws when the port is optional and unwired: ask `has` first. */
  input(port: string): InputArtifact;
  /** All artifacts of a `many` port, in wiring order, with the address each came from. */
  inputs(port: string): readonly InputArtifact[];
  has(port: string): boolean;
  /** Names of the wired input ports, sorted. */
  ports(): readonly string[];
  output(port: string): OutputArtifact;
  /** Where a declared source is on this machine. */
  source(name: string): Json;
  /** Absolute path of a new empty folder that vanishes with the task. */
  scratch(): string;
  /**
   * Absolute path of a folder that outlives a kill: the next attempt at this very task (same key)
   * finds what this one left there. It vanishes when the task is done. A kill tears files, so what is
   * read from it must be checked first; a forced task starts with an empty one.
   */
  checkpoint(): string;
  log(line: string): void;
  /** How far the task is, in units of its own (clips, epochs), with figures worth watching meanwhile. */
  progress(done: number, total: number, figures?: Figures): void;
}

/** Figures of a running task by name, `train/loss`; the first one is drawn as a curve. */
export type Figures = Readonly<Record<string, number>>;

/** A request for a nested task. */
export interface Call {
  readonly kind: StageKind;
  readonly params?: JsonObject;
  readonly inputs: Readonly<Record<string, Artifact | readonly Artifact[]>>;
  /**
   * A segment of its own under the stage's address (`cnn/split`). Without it, and with `select`, the
   * selectors join the stage's segment (`cnn[fold=3]`); without both the kind is the segment.
   */
  readonly name?: string;
  /** Selectors that tell this task from its siblings: `{ fold: 3, seed: 1 }`. */
  readonly select?: Readonly<Record<string, string | number>>;
  /** Overrides the experiment's seed for a `random` kind. */
  readonly seed?: number;
}

/** A stage that a template port names, as the spec has it. */
export interface Template {
  /** The stage's name. */
  readonly name: string;
  readonly kind: StageKind;
  /** Ports of it that are wired. */
  readonly wired: readonly string[];
  /** A param by `stage.param[.param…]`, with its default: of the stage itself or of what it reads. */
  value(path: string): Json | undefined;
}

/**
 * What a variant gave, or why a task of it refuses (`TaskError`, unless the machine is in the way): then it is
 * no failure of the run.
 */
export type Attempt =
  | { readonly ok: true; readonly outputs: Readonly<Record<string, Artifact>> }
  | { readonly ok: false; readonly message: string };

/** A request for the stage of a template port as it would be with other params. */
export interface VariantCall {
  readonly port: string;
  /** Params by `stage.param[.param…]`: of the stage itself or of what it reads, directly or not. */
  readonly set: JsonObject;
  /** What ports of the stage read instead of what they are wired to. */
  readonly inputs?: Readonly<Record<string, Artifact>>;
  /** Selectors that tell this variant from its siblings: `{ trial: 17 }`. */
  readonly select: Readonly<Record<string, string | number>>;
}

export interface CoordinateContext<P> {
  readonly params: P;
  readonly seed: number;
  input(port: string): InputArtifact;
  inputs(port: string): readonly InputArtifact[];
  has(port: string): boolean;
  /**
   * Runs (or finds) a nested task and resolves to its outputs. Start independent calls together
   * and await them together. In a plan, a call that is not cached never settles.
   */
  call(call: Call): Promise<Readonly<Record<string, Artifact>>>;
  /**
   * Runs (or finds) a variant of a template's stage and resolves to its outputs. Of what the stage reads,
   * only what `set` changes is made anew, once for all variants that ask for the same
   * (`mel[mel.n_mels=80]`); the stage itself is `search[trial=17]/cnn`. Rejects as `call` does.
   */
  variant(wanted: VariantCall): Promise<Readonly<Record<string, Artifact>>>;
  /**
   * As `variant`, for params that may turn out to be impossible: a refusal is an answer, kept in the cache
   * like any other. Everything else that goes wrong is a failure, as in `variant`.
   */
  tryVariant(wanted: VariantCall): Promise<Attempt>;
  /** The stage of a template port. */
  template(port: string): Template;
  /** A few words on what it is about to do (the size of a model), shown by `plan`. */
  note(text: string): void;
  /** How far it is, in data of its own; what was told last stands in the plan. */
  tell(state: Json): void;
  /** What whoever starts a run should know first: `plan` shows it, a run prints it once. */
  warn(text: string): void;
  /**
   * What `affekt engine install` put on this machine under that name. What depends on its version must
   * be among the params of a call, so that it is in the key.
   */
  installed(name: string): Installed | undefined;
}

/** What every kind declares, whatever its shape. */
interface StageBase<P extends TObject> {
  /** Lower-case name used in `uses:`. */
  readonly kind: string;
  /** Raised whenever the same inputs may give other bytes. Part of the key. */
  readonly version: number;
  /** One sentence, for help and docs. */
  readonly summary: string;
  /** TypeBox object of params. Every property has a `description` and a `default` unless it must be given. */
  readonly params: P;
  readonly inputs: Readonly<Record<string, InputPort>>;
  readonly outputs: Readonly<Record<string, OutputPort>>;
  readonly tier: Tier;
  /** The seed is part of the key, and `seed` is given to the task. */
  readonly random?: boolean;
  /** Outputs that depend on the params; they replace `outputs` (`command` declares its own). */
  readonly outputsOf?: (params: Static<P>) => Readonly<Record<string, OutputPort>>;
  /** Takes inputs under any port name and of any type (`command`). */
  readonly openInputs?: boolean;
  /**
   * What the name means to a stage that reads another type of artifact: kinds by that type, each with
   * ports of its own (`augment` alters the sound of a corpus, and adds a policy to features).
   */
  readonly forms?: Readonly<Record<string, StageKind>>;
  /** Called by a coordinator only; not offered to specs. */
  readonly internal?: boolean;
  /** Its params say what a number is measured on, so no search may vary them. */
  readonly protocol?: boolean;
  /** npm packages whose version can change the result; hashed as `name@version`. */
  readonly dependencies?: readonly string[];
  /** Those of them that tasks of these params compute with; all by default. */
  readonly dependenciesOf?: (params: Static<P>) => readonly string[];
  /** Processor slots a task of these params takes; default 1. */
  readonly slots?: (params: Static<P>) => number;
  /** What the stage reads outside the DAG. Runs at plan time. Throws `SourceError`. */
  readonly sources?: (params: Static<P>, context: SourceContext) => readonly Source[];
  /** What `--quick` makes of the params: less data, fewer models. What it makes must be stamped by the outputs. */
  readonly quick?: (params: Static<P>) => Static<P>;
  /** Ours for what other tools call a param or one of its values: a hint names it. */
  readonly otherNames?: Readonly<Record<string, string>>;
  /** Checks params beyond their schema (one of two must be given …). Messages with the param to point at. */
  readonly check?: (params: Static<P>) => readonly ParamProblem[];
  /** The same, where params name ports or what is wired to them (`{inputs.mel}`, `reference: cnn`). */
  readonly checkWires?: (params: Static<P>, wired: Wired) => readonly ParamProblem[];
  /** Values that its variants may set, a sample of each range: checked where the spec writes them. */
  readonly varies?: (params: Static<P>) => readonly Varied[];
}

/** The stages that each wired port reads, in order. */
export type Wired = Readonly<Record<string, readonly string[]>>;

/** A value that a variant may set in the stage of a template port or in what that stage reads. */
export interface Varied {
  readonly port: string;
  /** `stage.param[.param…]` */
  readonly target: string;
  readonly value: Json;
  /** Where the stage's own params say so. */
  readonly path: readonly string[];
  /** What is set together with it, by `stage.param`. */
  readonly beside: JsonObject;
}

export interface ParamProblem {
  /** Path inside `with`: `['split', 'folds']`. */
  readonly path: readonly string[];
  readonly message: string;
  /** The nearest valid value. */
  readonly nearest?: string | undefined;
  readonly hint?: string;
}

/** A leaf computes; an `each` stage computes per item; a coordinator only asks for nested tasks. */
export type StageKind<P extends TObject = TObject> = StageBase<P> &
  (
    | { readonly run: (context: TaskContext<Static<P>>) => Promise<void> | void }
    | { readonly each: Each<Static<P>> }
    | {
        /**
         * A pure function of params and input metadata. It is replayed, never cached, so it must ask
         * for the same calls whatever the order in which they settle, and await nothing but calls.
         */
        readonly coordinate: (
          context: CoordinateContext<Static<P>>,
        ) => Promise<Readonly<Record<string, Artifact>>>;
      }
  );

/**
 * Declares a stage kind. An identity function: its only job is to infer the params' type.
 * The result is widened so that kinds of different params fit one table.
 */
export function defineStage<P extends TObject>(stage: StageKind<P>): StageKind {
  return Object.freeze(stage) as unknown as StageKind;
}
