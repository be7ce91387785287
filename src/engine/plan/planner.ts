import type { Json } from '../../util/json.ts';
import type { History } from '../record/history.ts';
import type { StageNode } from './graph.ts';
import type { Lookup } from './lookup.ts';
import { type Outcome, type TaskRequest, type Tasks, tierOf } from './request.ts';
import type { Selected } from './selection.ts';
import type { Plan, PlannedStage, PlannedTask } from './types.ts';
import type { NodeResult } from './walk.ts';

/** Answers hits; a miss is noted and never settles, so what depends on it stays open. */
export class Planner implements Tasks {
  readonly requests: TaskRequest[] = [];
  readonly #tasks = new Map<StageNode, PlannedTask[]>();
  readonly #results = new Map<StageNode, NodeResult>();
  readonly #notes = new Map<StageNode, string>();
  readonly #told = new Map<StageNode, Json>();
  readonly #warnings = new Set<string>();
  /** Tasks that would run. */
  #misses = 0;
  #pooled = 0;
  readonly #lookup: Lookup;
  readonly #history: History;
  readonly #selected: Selected;

  constructor(lookup: Lookup, history: History, selected: Selected) {
    this.#lookup = lookup;
    this.#history = history;
    this.#selected = selected;
  }

  task(request: TaskRequest): Promise<Outcome> {
    this.requests.push(request);
    const { node, address, kind, key } = request;
    const found = this.#lookup.find(request);
    const forced = this.#selected.forced(node, address);
    const tasks = this.#tasks.get(node) ?? [];
    this.#tasks.set(node, tasks);
    if (found.cached && !forced) {
      tasks.push({ address, kind: kind.kind, status: 'cached', key });
      return Promise.resolve(found.outcome);
    }
    // A task that is not selected is not part of the plan: it stays open, with what depends on it.
    if (!this.#selected.mayRun(node, address)) return new Promise(() => undefined);
    this.#misses++;
    if (tierOf(request) === 'pooled') this.#pooled++;
    const estimate = this.#history.estimate(address, kind.kind);
    tasks.push({
      address,
      kind: kind.kind,
      status: 'run',
      key,
      reason: found.cached ? { why: 'forced' } : found.reason,
      ...(estimate === undefined ? {} : { estimate }),
    });
    return new Promise(() => undefined);
  }

  note(node: StageNode, text: string): void {
    this.#notes.set(node, text);
  }

  tell(node: StageNode, state: Json): void {
    this.#told.set(node, state);
  }

  warn({ address }: StageNode, text: string): void {
    this.#warnings.add(`${address}: ${text}`);
  }

  settled(node: StageNode, result: NodeResult): void {
    this.#results.set(node, result);
  }

  result(node: StageNode): NodeResult | undefined {
    return this.#results.get(node);
  }

  /** Has the stage come so far as to ask for a task? */
  asked(node: StageNode): boolean {
    return this.#tasks.has(node);
  }

  /** True when no task would run: every stage is done, or waits for tasks that are not selected. */
  get nothingToDo(): boolean {
    return this.#misses === 0 && [...this.#results.values()].every(({ state }) => state === 'done');
  }

  /** Of the tasks that would run first, those for a warm worker. */
  get pooled(): number {
    return this.#pooled;
  }

  plan(salts: Readonly<Record<string, unknown>>): Plan {
    const stages = this.#selected.nodes.map((node) => this.#stage(node, salts));
    return { stages, warnings: [...this.#warnings] };
  }

  #stage(node: StageNode, salts: Readonly<Record<string, unknown>>): PlannedStage {
    const tasks = this.#tasks.get(node) ?? [];
    const result = this.#results.get(node);
    const note = this.#notes.get(node);
    const told = this.#told.get(node);
    const refused = result?.state === 'refused' ? result.message : undefined;
    const failed =
      result?.state === 'failed' && result.failure.reason === 'internal-error'
        ? result.failure.message
        : undefined;
    const by = result?.state === 'blocked' ? `${result.by} cannot be planned` : undefined;
    const message = refused ?? failed ?? by;
    const status =
      message !== undefined
        ? 'blocked'
        : result?.state === 'done'
          ? 'cached'
          : tasks.some((task) => task.status === 'run')
            ? 'run'
            : 'depends';
    return {
      address: node.address,
      kind: node.kind.kind,
      status,
      ...(message === undefined ? {} : { message }),
      ...(note === undefined ? {} : { note }),
      ...(told === undefined ? {} : { told }),
      tasks,
      filled: node.stage.inputs
        .filter((wire) => wire.filled)
        .map((wire) => ({ port: wire.port, from: wire.from.map(({ stage }) => stage).join(', ') })),
      after: [
        ...new Set(
          Object.values(node.inputs).flatMap((list) => list.map((input) => input.node.address)),
        ),
      ],
      modified: salts[node.kind.kind] !== undefined,
    };
  }
}
