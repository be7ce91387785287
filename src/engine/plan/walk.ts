import type { JsonObject } from '../../util/json.ts';
import type { Artifact, InputArtifact } from '../artifact.ts';
import type { CachePaths } from '../cache/paths.ts';
import { AuditTrail, openInput } from '../execute/context.ts';
import { failureOf } from '../execute/perform.ts';
import { type Failure, isAnswer } from '../failure.ts';
import type { Host } from '../host.ts';
import { installedFolder, readInstalled } from '../installed.ts';
import { fillDefaults } from '../spec/defaults.ts';
import {
  type Attempt,
  type Call,
  type Each,
  type Source,
  type SourceContext,
  type SourceError,
  type StageKind,
  TaskError,
  type VariantCall,
} from '../stage.ts';
import { coordinateEach } from './each.ts';
import type { StageNode } from './graph.ts';
import {
  makeRequest,
  type Outcome,
  type Outputs,
  type RequestParts,
  type TaskRequest,
  type Tasks,
} from './request.ts';
import { sourcesOf } from './sources.ts';
import { taskAddress } from './task-address.ts';
import { VariantNodes } from './variant.ts';

export type NodeResult =
  | { readonly state: 'done'; readonly outputs: Outputs; readonly cached: boolean }
  | { readonly state: 'failed'; readonly address: string; readonly failure: Failure }
  | { readonly state: 'blocked'; readonly by: string }
  /** The stage cannot be planned: its sources or its coordinator refuse. */
  | {
      readonly state: 'refused';
      readonly message: string;
      readonly param?: string;
      readonly hint?: string;
      /** As in `TaskError`. */
      readonly machine?: true;
    };

export interface WalkOptions {
  readonly host: Host;
  readonly paths: CachePaths;
  readonly nodes: readonly StageNode[];
  readonly seed: number;
  /** Variants are made quick, as the nodes were. */
  readonly quick: boolean;
  readonly tasks: Tasks;
  readonly sourceContext: (folder: string) => SourceContext;
  /** Must not throw. */
  readonly settled: (node: StageNode, result: NodeResult) => void;
}

/** Thrown through a coordinator when one of its calls failed; never seen outside the walk. */
class Halt extends Error {
  readonly outcome: Outcome & { ok: false };
  constructor(outcome: Outcome & { ok: false }) {
    super(`task failed: ${outcome.address}`);
    this.outcome = outcome;
  }
}

const noSources = (): readonly Source[] => [];

/**
 * Replays the graph against `tasks`. Every node starts when all it reads is done; leaves become one
 * request, coordinators ask for many. What never settles leaves its node without a result: that is
 * how a plan sees what depends on a miss. Nothing here waits for anything but requests, so when
 * `tasks` is idle and the microtasks have drained, the walk has gone as far as it can.
 */
export function walk(options: WalkOptions): void {
  const variants = new VariantNodes(options.quick);
  const state: WalkState = { options, results: new Map(), variants };
  for (const node of options.nodes) {
    const result = settle(node, state, { owner: node, given: {}, tolerant: false });
    state.results.set(node, result);
    void result.then((value) => options.settled(node, value));
  }
}

interface WalkState {
  readonly options: WalkOptions;
  readonly results: Map<StageNode, Promise<NodeResult>>;
  readonly variants: VariantNodes;
}

/** For whom a node is settled. */
interface Asker {
  /** The node that asks for the tasks: itself, or the stage whose variant it is. */
  readonly owner: StageNode;
  /** What ports read instead of what they are wired to. */
  readonly given: Readonly<Record<string, Artifact>>;
  /** Whether a refusal of its tasks is an answer. */
  readonly tolerant: boolean;
}

async function settle(node: StageNode, state: WalkState, asker: Asker): Promise<NodeResult> {
  const { results } = state;
  const { owner, given } = asker;
  const inputs: Record<string, Artifact | readonly Artifact[]> = { ...given };
  for (const [port, wired] of Object.entries(node.inputs)) {
    if (node.kind.inputs[port]?.template === true || given[port] !== undefined) continue;
    const artifacts: Artifact[] = [];
    for (const { node: from, output } of wired) {
      // A variant reads nodes that do not run by themselves: the first one that asks runs them.
      if (owner !== node && !results.has(from))
        results.set(from, settle(from, state, { ...asker, given: {} }));
      const result = await results.get(from);
      if (result === undefined) return { state: 'blocked', by: from.address };
      if (owner !== node && result.state !== 'done') return result;
      if (result.state === 'blocked') return result;
      if (result.state !== 'done') return { state: 'blocked', by: from.address };
      const artifact = result.outputs[output];
      if (artifact === undefined) throw new Error(`${from.address} has no output ${output}`);
      artifacts.push(artifact);
    }
    const [first] = artifacts;
    const many =
      node.kind.openInputs === true ? artifacts.length !== 1 : node.kind.inputs[port]?.many;
    inputs[port] = many || first === undefined ? artifacts : first;
  }
  try {
    return await runNode(node, inputs, state, asker);
  } catch (error) {
    if (error instanceof Halt) {
      const { address, failure } = error.outcome;
      return { state: 'failed', address, failure };
    }
    const refused = refusalOf(error);
    if (refused !== undefined) return refused;
    return { state: 'failed', address: node.address, failure: failureOf(error) };
  }
}

/** What sources and coordinators throw for the user's eyes. */
export function refusalOf(error: unknown): NodeResult | undefined {
  if (!['SourceError', 'TaskError'].includes((error as Error).name)) return undefined;
  const { message, param, hint } = error as SourceError;
  const machine = (error as Partial<TaskError>).machine === true;
  return {
    state: 'refused',
    message,
    ...(param === undefined ? {} : { param }),
    ...(hint === undefined ? {} : { hint }),
    ...(machine && { machine }),
  };
}

async function runNode(
  node: StageNode,
  inputs: RequestParts['inputs'],
  state: WalkState,
  { owner, tolerant }: Asker,
): Promise<NodeResult> {
  const { options } = state;
  const { host, paths, tasks } = options;
  let cached = true;
  const seedOf = (kind: StageKind, seed = options.seed): number | null =>
    kind.random === true ? seed : null;
  const answer = async (request: TaskRequest): Promise<Outputs> => {
    const outcome = await tasks.task(request);
    if (!outcome.ok) throw new Halt(outcome);
    if (!outcome.cached) cached = false;
    return outcome.outputs;
  };
  const ask = (parts: RequestParts): Promise<Outputs> => answer(makeRequest(host, parts));
  const names: Record<string, readonly string[]> = {};
  for (const [port, { named }] of Object.entries(node.kind.inputs)) {
    if (named === true) names[port] = (node.inputs[port] ?? []).map((wired) => wired.node.address);
  }
  const base = {
    node: owner,
    kind: node.kind,
    own: node.own,
    params: node.params,
    seed: seedOf(node.kind),
    inputs,
    outputs: node.outputs,
    items: null,
    tolerant,
    sources: [],
    sourcesNow: noSources,
  } satisfies Partial<RequestParts>;
  const done = (outputs: Outputs): NodeResult => ({ state: 'done', outputs, cached });

  const sourced = (
    kind: StageKind,
    params: JsonObject,
  ): Pick<RequestParts, 'sources' | 'sourcesNow'> => {
    const sourcesNow = (): readonly Source[] =>
      sourcesOf(kind, params, options.sourceContext(node.stage.folder));
    return { sources: sourcesNow(), sourcesNow };
  };

  if ('run' in node.kind) {
    const sources = sourced(node.kind, node.params);
    return done(
      await ask({
        ...base,
        ...sources,
        ...(Object.keys(names).length === 0 ? {} : { names }),
        address: node.address,
        part: 'run',
      }),
    );
  }

  const opened = (wired: RequestParts['inputs'], port: string): readonly InputArtifact[] => {
    const value = wired[port];
    const list = value === undefined ? [] : Array.isArray(value) ? value : [value as Artifact];
    return list.map((artifact) => openInput(paths, port, artifact, new AuditTrail()));
  };
  const single = (port: string): InputArtifact => {
    const [first] = opened(inputs, port);
    if (first === undefined) throw new Error(`${node.address}: port ${port} is not wired`);
    return first;
  };

  if ('each' in node.kind) {
    const { each } = node.kind;
    const sources = sourced(node.kind, node.params);
    return done(
      await coordinateEach(
        each as Each<JsonObject>,
        { input: single(each.over), params: node.params },
        {
          chunk: (chunk) =>
            ask({
              ...base,
              ...sources,
              address: taskAddress(node.address, {
                kind: node.kind,
                select: { chunk: chunk.prefix },
              }),
              part: 'chunk',
              seed: seedOf(node.kind, undefined),
              inputs: {},
              outputs: { chunk: { type: 'chunk', summary: '' } },
              items: chunk.items,
            }),
          combine: (chunks) =>
            ask({
              ...base,
              ...sources,
              address: taskAddress(node.address, { kind: node.kind, name: 'combine' }),
              part: 'combine',
              inputs: { ...inputs, chunks },
            }),
        },
      ),
    );
  }

  const asked = new Map<string, string>();
  const call = (wanted: Call): Promise<Outputs> => {
    const { kind } = wanted;
    if (!('run' in kind)) throw new Error(`${kind.kind} cannot be called: it is not one task`);
    const address = taskAddress(node.address, wanted);
    const params = fillDefaults(kind.params, wanted.params ?? {}) as JsonObject;
    const request = makeRequest(host, {
      ...base,
      ...sourced(kind, params),
      address,
      kind,
      // A kind that is not in the table comes from the same module as the coordinator.
      own: host.kinds[kind.kind] === kind ? undefined : node.own,
      part: 'run',
      params,
      seed: seedOf(kind, wanted.seed),
      inputs: wanted.inputs,
      outputs: kind.outputs,
    });
    const before = asked.get(address);
    if (before !== undefined && before !== request.key)
      throw new Error(`two different calls have the address ${address}`);
    asked.set(address, request.key);
    return started(answer(request));
  };
  const settleVariant = async (wanted: VariantCall, asker: Pick<Asker, 'tolerant'>) => {
    const { node: changed, given } = state.variants.of(node, wanted);
    const result = await settle(changed, state, { ...asker, owner, given });
    if (result.state === 'done' && !result.cached) cached = false;
    return { changed, result };
  };
  const variant = async (wanted: VariantCall): Promise<Outputs> => {
    const { changed, result } = await settleVariant(wanted, { tolerant });
    if (result.state === 'done') return result.outputs;
    throw problemOf(changed, result);
  };
  const tryVariant = async (wanted: VariantCall): Promise<Attempt> => {
    const { changed, result } = await settleVariant(wanted, { tolerant: true });
    if (result.state === 'done') return { ok: true, outputs: result.outputs };
    if (result.state === 'refused' && result.machine !== true)
      return { ok: false, message: result.message };
    if (result.state === 'failed' && isAnswer(result.failure))
      return { ok: false, message: result.failure.message };
    throw problemOf(changed, result);
  };
  /** A coordinator may await its calls one by one: one that fails meanwhile must not end the process. */
  const started = <T>(promise: Promise<T>): Promise<T> => {
    promise.catch(() => undefined);
    return promise;
  };
  const outputs = await node.kind.coordinate({
    params: node.params as never,
    seed: options.seed,
    input: single,
    inputs: (port) => opened(inputs, port),
    has: (port) => opened(inputs, port).length > 0,
    call,
    variant: (wanted) => started(variant(wanted)),
    tryVariant: (wanted) => started(tryVariant(wanted)),
    template: (port) => state.variants.template(node, port),
    note: (text) => tasks.note?.(node, text),
    tell: (told) => tasks.tell?.(node, told),
    warn: (text) => tasks.warn?.(node, text),
    installed: (name) => readInstalled(installedFolder(host.folders.data, name), name),
  });
  checkCoordinated(node, outputs);
  return done(outputs);
}

/** What a coordinator sees of a variant that gave nothing. */
function problemOf(node: StageNode, result: Exclude<NodeResult, { state: 'done' }>): Error {
  if (result.state === 'failed')
    return new Halt({ ok: false, address: result.address, failure: result.failure });
  if (result.state === 'blocked') return new Error(`${node.address}: ${result.by} is not there`);
  const hint = result.hint === undefined ? {} : { hint: result.hint };
  return new TaskError(`${node.address}: ${result.message}`, hint);
}

/** A coordinator passes on what its calls made; what it declares must be there. */
function checkCoordinated(node: StageNode, outputs: Outputs): void {
  for (const [port, { type }] of Object.entries(node.outputs)) {
    const made = outputs?.[port];
    const problem =
      made === undefined
        ? 'is missing'
        : made.type !== type
          ? `is ${made.type}, not ${type}`
          : null;
    if (problem !== null)
      throw new Error(`${node.kind.kind} ends without its output: ${port} ${problem}`);
  }
}
