import { Cache } from './cache/cache.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Experiment } from './experiment.ts';
import type { Host, Selection } from './host.ts';
import { LockFile } from './lock-file.ts';
import { buildGraph, type StageNode, tooManyVariants } from './plan/graph.ts';
import { Lookup } from './plan/lookup.ts';
import { Planner } from './plan/planner.ts';
import type { Tasks } from './plan/request.ts';
import { type Selected, select } from './plan/selection.ts';
import { createSourceContext } from './plan/source-context.ts';
import { sourcesOf } from './plan/sources.ts';
import { type NodeResult, refusalOf, walk } from './plan/walk.ts';
import { History } from './record/history.ts';
import { err, ok, type Result } from './result.ts';

/** An experiment opened on a host: its graph, what is selected of it, and the cache. */
export class Session {
  readonly host: Host;
  readonly experiment: Experiment;
  readonly cache: Cache;
  readonly history: History;
  readonly lookup: Lookup;
  readonly selected: Selected;
  readonly lock: LockFile;
  readonly #quick: boolean;

  private constructor(
    host: Host,
    experiment: Experiment,
    cache: Cache,
    selected: Selected,
    quick: boolean,
  ) {
    this.#quick = quick;
    this.host = host;
    this.experiment = experiment;
    this.cache = cache;
    this.selected = selected;
    this.lock = LockFile.open(experiment.file);
    this.history = new History(host.folders.runs, experiment.spec.name, cache.records);
    this.lookup = new Lookup(cache, this.history);
  }

  static open(
    host: Host,
    experiment: Experiment,
    selection: Selection,
    quick = false,
  ): Result<Session, readonly Diagnostic[]> {
    const tooMany = tooManyVariants(experiment.spec);
    if (tooMany !== undefined) return err([tooMany]);
    const selected = select(
      buildGraph(experiment.spec, host.kinds, experiment.own, quick),
      selection,
    );
    if (!selected.ok) return selected;
    return ok(new Session(host, experiment, new Cache(host.folders.cache), selected.value, quick));
  }

  walk(tasks: Tasks, settled: (node: StageNode, result: NodeResult) => void): void {
    walk({
      host: this.host,
      paths: this.cache.paths,
      nodes: this.selected.nodes,
      seed: this.experiment.spec.seed,
      quick: this.#quick,
      tasks,
      sourceContext: createSourceContext(this.host, this.cache.memo, this.lock),
      settled,
    });
  }

  /** Replays the graph against the cache alone. */
  async plan(): Promise<Planner> {
    const planner = new Planner(this.lookup, this.history, this.selected);
    this.walk(planner, (node, result) => planner.settled(node, result));
    // Coordinators await nothing but calls, so one turn of the event loop drains every microtask.
    await new Promise(setImmediate);
    this.#refuseEarly(planner);
    return planner;
  }

  /** A file that a later stage lacks is said before the work, not hours into it. */
  #refuseEarly(planner: Planner): void {
    const context = createSourceContext(this.host, this.cache.memo, this.lock);
    for (const node of this.selected.nodes) {
      if ('coordinate' in node.kind || planner.result(node) || planner.asked(node)) continue;
      try {
        sourcesOf(node.kind, node.params, context(node.stage.folder));
      } catch (error) {
        const refused = refusalOf(error);
        if (refused === undefined) throw error;
        planner.settled(node, refused);
      }
    }
  }

  close(): void {
    this.cache.close();
  }
}
