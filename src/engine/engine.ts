import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { livenessOf, processIdentity } from '../util/process-identity.ts';
import type { ArtifactFiles } from './artifact.ts';
import { sweepAttempts } from './cache/attempts.ts';
import { collectGarbage } from './cache/garbage.ts';
import type { CachePaths } from './cache/paths.ts';
import type { Diagnostic } from './diagnostic.ts';
import { sha256 } from './digest.ts';
import type { Event, Listener, RunState, StampedEvent } from './event.ts';
import { Runner } from './execute/runner.ts';
import { Scheduler } from './execute/scheduler.ts';
import type { Experiment } from './experiment.ts';
import type { Failure } from './failure.ts';
import type { Host, Selection } from './host.ts';
import { encode } from './plan/encode.ts';
import type { StageNode } from './plan/graph.ts';
import type { Planner } from './plan/planner.ts';
import type { Outputs } from './plan/request.ts';
import type { Plan } from './plan/types.ts';
import type { NodeResult } from './plan/walk.ts';
import { readEnvironment, readProvenance } from './record/provenance.ts';
import { Recorder } from './record/recorder.ts';
import { eachRun, readOutputs, type StoredRun } from './record/runs.ts';
import type { RunInfo, RunOutputs, RunTask } from './record/types.ts';
import { refusals } from './refusals.ts';
import { resolvedYaml } from './resolved.ts';
import { err, ok, type Result } from './result.ts';
import { Session } from './session.ts';

export { type Experiment, loadExperiment } from './experiment.ts';
export { type Explanation, explainExperiment } from './explain.ts';

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
  readonly ran: number;
  readonly cached: number;
  readonly seconds: number;
}

export interface NothingToDo extends RunView {
  readonly state: 'nothing-to-do';
  readonly previous: RunInfo;
  readonly previousFolder: string;
  readonly cached: number;
}

export interface RunOptions {
  readonly selection: Selection;
  readonly keepGoing: boolean;
  /** A look at whether it works: every kind does less, and what comes out is stamped "quick". */
  readonly quick: boolean;
  /** Make a run folder though there is nothing to do. */
  readonly record: boolean;
  readonly argv: readonly string[];
  readonly signal: AbortSignal;
  readonly listener: Listener;
  /** Called when everything has been made, before the run is closed: writes the report. */
  readonly report?: (run: FinishedRun) => Promise<void>;
}

/** What would run and why, without running anything. */
export async function planExperiment(
  host: Host,
  experiment: Experiment,
  selection: Selection,
): Promise<Result<Plan, readonly Diagnostic[]>> {
  const opened = Session.open(host, experiment, selection);
  if (!opened.ok) return opened;
  const session = opened.value;
  try {
    const planner = await session.plan();
    return ok(planner.plan([], host.salts));
  } finally {
    session.close();
  }
}

/** Spec → plan → execute → record. */
export async function runExperiment(
  host: Host,
  experiment: Experiment,
  options: RunOptions,
): Promise<Result<FinishedRun | NothingToDo, readonly Diagnostic[]>> {
  const opened = Session.open(host, experiment, options.selection, options.quick);
  if (!opened.ok) return opened;
  const session = opened.value;
  try {
    const planner = await session.plan();
    const refused = refusals(experiment, session.selected.nodes, planner);
    if (refused.length > 0) return err(refused);
    const digest = sha256(encode([experiment.digest, { ...options.selection }, options.quick]));
    if (planner.nothingToDo && !options.record) {
      const outputs = collectOutputs(session.selected.nodes, (node) => planner.result(node));
      const previous = findPrevious(host.folders.runs, digest, outputs.digests);
      if (previous !== undefined) {
        return ok({
          state: 'nothing-to-do',
          previous: previous.info,
          previousFolder: previous.folder,
          cached: planner.requests.length,
          ...viewOf(outputs, session.cache.paths),
        });
      }
    }
    return ok(await execute(session, options, digest, planner));
  } finally {
    session.close();
  }
}

async function execute(
  session: Session,
  options: RunOptions,
  digest: RunInfo['spec_digest'],
  planner: Planner,
): Promise<FinishedRun> {
  const { host, experiment, cache } = session;
  const { nodes } = session.selected;
  const clock = performance.now();
  sweepAttempts(cache.paths);
  const info = newRunInfo(host, experiment, options, digest);
  const recorder = new Recorder(host.folders.runs, info, claimUnfinished(session, digest));
  const counts = { ran: 0, cached: 0 };
  const failures: FailedTask[] = [];
  // A run whose own folder cannot be written (a full disk) stops, and says so when its tasks have ended.
  let broken: unknown;
  const breaking = new AbortController();
  const signal = AbortSignal.any([options.signal, breaking.signal]);
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      broken ??= Object.assign(error as Error, {
        path: (error as NodeJS.ErrnoException).path ?? recorder.folder,
      });
      breaking.abort();
    }
  };
  const emit = (event: Event): void => {
    const stamped: StampedEvent = { ...event, time: Date.now() };
    if (event.type === 'task-done') counts.ran++;
    if (event.type === 'task-cached') counts.cached++;
    if (event.type === 'task-failed') failures.push(event);
    guarded(() => recorder.record(stamped));
    options.listener(stamped);
  };
  const provenance = readProvenance(host.folders.project);
  recorder.write({
    'spec.yaml': readFileSync(experiment.file, 'utf8'),
    'resolved.yaml': await resolvedYaml(experiment.spec, nodes),
    'plan.json': `${JSON.stringify(planner.plan([], host.salts), null, 1)}\n`,
    'environment.json': `${JSON.stringify(readEnvironment(host), null, 1)}\n`,
    'provenance.json': `${JSON.stringify(provenance.info, null, 1)}\n`,
    ...(provenance.diff === '' ? {} : { 'dirty.diff': provenance.diff }),
  });
  emit({
    type: 'run-started',
    run: recorder.info.id,
    folder: recorder.folder,
    name: experiment.spec.name,
    resumed: recorder.resumed,
  });

  const executor = host.createExecutor();
  const results = new Map<StageNode, NodeResult>();
  const blocked: { address: string; by: string }[] = [];
  const runner = new Runner({
    host,
    cache,
    lookup: session.lookup,
    history: session.history,
    selected: session.selected,
    executor,
    scheduler: new Scheduler(host.jobs),
    keepGoing: options.keepGoing,
    run: recorder.info.id,
    signal,
    emit,
    log(address) {
      const { path, write } = recorder.log(address);
      return { path, write: (line) => guarded(() => write(line)) };
    },
  });
  session.walk(runner, (node, result) => {
    results.set(node, result);
    const { address, kind } = node;
    if (result.state === 'done') {
      guarded(() => recorder.link(address, result.outputs, cache.paths));
      emit({ type: 'stage-done', address, cached: result.cached });
    } else if (result.state === 'blocked') {
      blocked.push({ address, by: result.by });
      emit({ type: 'stage-blocked', address, by: result.by });
    } else if (result.state === 'refused' || !failures.some((f) => f.address === result.address)) {
      // A coordinator that refuses or breaks has no task that could say so.
      const failure: Failure =
        result.state === 'failed'
          ? result.failure
          : {
              reason: 'task-error',
              message: result.message,
              ...(result.hint === undefined ? {} : { hint: result.hint }),
            };
      const log = recorder.log(address).path;
      emit({ type: 'task-failed', address, kind: kind.kind, key: '', failure, log });
    }
  });
  try {
    await runner.idle();
  } finally {
    await executor.close();
  }
  if (broken !== undefined) throw broken;
  const stuck = runner.answeredAll ? nodes.find((node) => !results.has(node)) : undefined;
  if (stuck !== undefined) {
    const { address, kind } = stuck;
    const message = `${kind.kind} waits for something other than its calls`;
    const log = recorder.log(address).path;
    const failure: Failure = { reason: 'internal-error', message };
    emit({ type: 'task-failed', address, kind: kind.kind, key: '', failure, log });
  }

  const outputs = collectOutputs(nodes, (node) => results.get(node));
  const state: RunState = options.signal.aborted
    ? 'interrupted'
    : failures.length > 0
      ? 'failed'
      : 'done';
  const finished: FinishedRun = {
    state,
    folder: recorder.folder,
    info: recorder.info,
    tasks: recorder.tasks,
    failures,
    blocked,
    ...counts,
    seconds: (performance.now() - clock) / 1000,
    ...viewOf(outputs, cache.paths),
  };
  await options.report?.(finished);
  recorder.finish(state, state === 'done' ? 0 : state === 'failed' ? 1 : 130, outputs.digests);
  emit({
    type: 'run-finished',
    state,
    ...counts,
    failed: failures.length,
    seconds: finished.seconds,
  });
  recorder.close();
  if (host.maxCacheBytes !== null)
    collectGarbage(cache.paths.root, { maxBytes: host.maxCacheBytes });
  return { ...finished, info: recorder.info };
}

function newRunInfo(
  host: Host,
  experiment: Experiment,
  options: RunOptions,
  digest: RunInfo['spec_digest'],
): RunInfo {
  // Ids name runs for people; nothing that is computed depends on them.
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const id = Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return {
    format: 'affekt.run/1',
    id,
    name: experiment.spec.name,
    state: 'running',
    argv: options.argv,
    spec: relative(host.folders.project, experiment.file) || basename(experiment.file),
    spec_digest: digest,
    started: new Date().toISOString(),
    ended: null,
    exit: null,
    owner: processIdentity(),
    affekt: host.versions['affekt'] ?? '',
    quick: options.quick,
  };
}

interface Collected {
  readonly digests: RunOutputs;
  readonly artifacts: ReadonlyMap<string, Outputs>;
}

function collectOutputs(
  nodes: readonly StageNode[],
  result: (node: StageNode) => NodeResult | undefined,
): Collected {
  const digests: Record<string, Record<string, RunOutputs[string][string]>> = {};
  const artifacts = new Map<string, Outputs>();
  for (const node of nodes) {
    const settled = result(node);
    if (settled?.state !== 'done') continue;
    artifacts.set(node.address, settled.outputs);
    digests[node.address] = Object.fromEntries(
      Object.entries(settled.outputs).map(([port, { digest }]) => [port, digest]),
    );
  }
  return { digests: digests as RunOutputs, artifacts };
}

function viewOf(collected: Collected, paths: CachePaths): RunView {
  return {
    outputs: collected.digests,
    artifact(address, port) {
      const artifact = collected.artifacts.get(address)?.[port];
      if (artifact === undefined) return undefined;
      return {
        type: artifact.type,
        files: artifact.files,
        path(file) {
          const digest = artifact.files[file];
          if (digest === undefined) throw new Error(`${address}: no file ${file}`);
          return paths.object(digest);
        },
      };
    },
  };
}

/** The last finished run of the same experiment with the same outputs. */
function findPrevious(
  runsFolder: string,
  digest: string,
  outputs: RunOutputs,
): StoredRun | undefined {
  const wanted = JSON.stringify(Object.entries(outputs).sort());
  for (const run of eachRun(runsFolder)) {
    if (run.info.spec_digest !== digest || run.info.state !== 'done') continue;
    if (JSON.stringify(Object.entries(readOutputs(run.folder)).sort()) === wanted) return run;
  }
  return undefined;
}

/** The last run of the same experiment, if it did not finish and nobody is at it. */
function findUnfinished(runsFolder: string, digest: string): StoredRun | undefined {
  for (const run of eachRun(runsFolder)) {
    if (run.info.spec_digest !== digest) continue;
    const { state, owner } = run.info;
    const open = state === 'running' ? livenessOf(owner) === 'dead' : state !== 'done';
    return open ? run : undefined;
  }
  return undefined;
}

/** Two commands may find the same unfinished run at the same moment: one continues it. */
function claimUnfinished({ host, cache }: Session, digest: string): StoredRun | undefined {
  const found = findUnfinished(host.folders.runs, digest);
  if (found === undefined) return undefined;
  const claim = sha256(encode(['affekt.run/1', found.info.id, digest]));
  // Held until the session closes.
  if (!cache.leases.take(claim).taken) return undefined;
  const now = findUnfinished(host.folders.runs, digest);
  return now?.folder === found.folder ? now : undefined;
}
