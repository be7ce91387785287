import type { Json, JsonObject } from '../../util/json.ts';
import type { Artifact } from '../artifact.ts';
import type { Digest } from '../digest.ts';
import type { Failure } from '../failure.ts';
import type { Host } from '../host.ts';
import type { KnownItem } from '../item.ts';
import { dropDefaults } from '../spec/defaults.ts';
import { type OutputPort, type Source, type StageKind, TaskError, type Tier } from '../stage.ts';
import type { OwnStage, StageNode } from './graph.ts';
import { familyOf, type KeyData, keyOf } from './key.ts';
import { markOf } from './sources.ts';

/** A leaf that somebody needs: the walk asks, a planner or a runner answers. */
export interface TaskRequest {
  readonly address: string;
  readonly node: StageNode;
  readonly kind: StageKind;
  readonly own: OwnStage | undefined;
  readonly part: 'run' | 'chunk' | 'combine';
  /** With defaults. */
  readonly params: JsonObject;
  readonly seed: number | null;
  readonly inputs: Readonly<Record<string, Artifact | readonly Artifact[]>>;
  readonly outputs: Readonly<Record<string, OutputPort>>;
  /** Addresses of the inputs of named ports. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  readonly items: readonly KnownItem[] | null;
  /** A refusal is an answer, kept like any other, and does not fail the run. */
  readonly tolerant: boolean;
  readonly sources: readonly Source[];
  /** Evaluates the sources again, after the task. */
  readonly sourcesNow: () => readonly Source[];
  readonly key: Digest;
  readonly data: KeyData;
  /** Of an `each` chunk. */
  readonly family: Digest | undefined;
}

/**
 * Where a task is performed. Own code never runs in the engine's process: `process.exit` or an endless loop
 * would end the run.
 */
export function tierOf({ own, part, kind }: TaskRequest): Tier {
  const isOurs = own === undefined && part !== 'chunk';
  if (isOurs && (part === 'combine' || kind.tier === 'inline')) return 'inline';
  return part === 'run' && kind.tier === 'own' ? 'own' : 'pooled';
}

export type Outputs = Readonly<Record<string, Artifact>>;

export type Outcome =
  | { readonly ok: true; readonly outputs: Outputs; readonly cached: boolean }
  | { readonly ok: false; readonly address: string; readonly failure: Failure };

/** Who answers requests. A request that cannot be answered now (a plan's miss, a task that was not selected) never settles. */
export interface Tasks {
  task(request: TaskRequest): Promise<Outcome>;
  /** What a coordinator says of itself. */
  note?(node: StageNode, text: string): void;
  tell?(node: StageNode, state: Json): void;
  warn?(node: StageNode, text: string): void;
}

export type RequestParts = Omit<TaskRequest, 'key' | 'data' | 'family'>;

function digests(inputs: TaskRequest['inputs']): KeyData['inputs'] {
  const out: Record<string, Digest | readonly Digest[]> = {};
  for (const [port, wired] of Object.entries(inputs)) {
    out[port] = Array.isArray(wired)
      ? (wired as readonly Artifact[]).map(({ digest }) => digest)
      : (wired as Artifact).digest;
  }
  return out;
}

/**
 * Params that differ from their default, without those that cannot change a result (a timeout) and
 * without paths, whose content is among the sources.
 */
function hashedParams(kind: StageKind, params: JsonObject): JsonObject {
  const given = dropDefaults(kind.params, params as Json) as JsonObject;
  return Object.fromEntries(
    Object.entries(given).filter(([name]) => {
      const mark = markOf(kind, name);
      return mark !== 'unhashed' && mark !== 'path';
    }),
  );
}

/** An own stage's bundle leaves out `affekt`, whose readers and generators it may call. */
function dependenciesOf({ kind, own, params }: RequestParts): readonly string[] {
  const declared = kind.dependenciesOf?.(params as never) ?? kind.dependencies ?? [];
  return own === undefined ? declared : ['affekt', ...declared];
}

function versioned(host: Host, name: string): string {
  const version = host.versions[name];
  if (version !== undefined) return `${name}@${version}`;
  throw new TaskError(`the package ${name} is not installed`, {
    hint: 'Run, where affekt is installed: npm install --ignore-scripts',
    machine: true,
  });
}

/** Completes a request with its key. Throws `TaskError` where a package is missing that it depends on. */
export function makeRequest(host: Host, parts: RequestParts): TaskRequest {
  const { kind } = parts;
  const data: KeyData = {
    kind: kind.kind,
    version: kind.version,
    part: parts.part === 'run' ? null : parts.part,
    params: hashedParams(kind, parts.params),
    seed: parts.seed,
    inputs: digests(parts.inputs),
    ...(parts.names === undefined ? {} : { names: parts.names }),
    items: parts.items?.map(({ id }) => id) ?? null,
    sources: Object.fromEntries(parts.sources.map(({ name, digest }) => [name, digest])),
    dependencies: dependenciesOf(parts).map((name) => versioned(host, name)),
    salt: parts.own?.salt ?? host.salts[kind.kind] ?? null,
  };
  return {
    ...parts,
    data,
    key: keyOf(data),
    family: parts.part === 'chunk' ? familyOf(data) : undefined,
  };
}
