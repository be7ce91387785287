import { mkdirSync, mkdtempSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import type { Json, JsonObject } from '../../util/json.ts';
import type { Artifact, Consumed, InputArtifact, OutputArtifact, Role } from '../artifact.ts';
import { CachePaths } from '../cache/paths.ts';
import type { Digest } from '../digest.ts';
import type { TaskContext } from '../stage.ts';
import type { Job, JobObserver } from './executor.ts';

/** Collects which ids a task opened in which role. */
export class AuditTrail {
  readonly #entries = new Map<string, Set<string>>();
  /** Ports whose content (not only tables and definitions) was reached. */
  readonly #reached = new Set<string>();

  add(port: string, role: Consumed['role'], ids: readonly string[]): void {
    const name = `${port}\u0000${role}`;
    let set = this.#entries.get(name);
    if (set === undefined) {
      set = new Set();
      this.#entries.set(name, set);
    }
    for (const id of ids) set.add(id);
  }

  /** A path to a file was handed out. What a task reads there without a reader is not known. */
  reach(port: string, file: string): void {
    if (!/\.(csv|json)$/.test(file)) this.#reached.add(port);
  }

  list(): readonly Consumed[] {
    const vouched = new Set([...this.#entries.keys()].map((name) => name.split('\u0000')[0]));
    for (const port of this.#reached) if (!vouched.has(port)) this.add(port, 'unverified', []);
    return [...this.#entries]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, ids]) => {
        const [port, role] = name.split('\u0000') as [string, Consumed['role']];
        return { port, role, ids: [...ids].sort() };
      });
  }
}

/** An input of a task or a coordinator, read in place from the cache. */
export function openInput(
  paths: CachePaths,
  port: string,
  artifact: Artifact,
  audit: AuditTrail,
  from = '',
): InputArtifact {
  const path = (file: string): string => {
    const digest = artifact.files[file];
    if (digest === undefined)
      throw new Error(`input ${port} (${artifact.type}) has no file ${file}`);
    return paths.object(digest);
  };
  return {
    ...artifact,
    port,
    from,
    path(file) {
      audit.reach(port, file);
      return path(file);
    },
    consume: (role: Role, ids) => audit.add(port, role, ids),
    raw(file) {
      audit.add(port, 'unverified', []);
      return path(file);
    },
    object(digest) {
      audit.reach(port, digest);
      return paths.object(digest);
    },
  };
}

/** What a task wrote, before it is stored. */
export interface DraftOutput {
  readonly type: string;
  readonly folder: string;
  readonly written: Set<string>;
  readonly linked: Map<string, Digest>;
  readonly adopted: Map<string, { readonly path: string; readonly digest: Digest }>;
}

function openOutput(port: string, draft: DraftOutput): OutputArtifact {
  const check = (file: string): void => {
    if (
      file === '' ||
      isAbsolute(file) ||
      file.includes('\\') ||
      normalize(file) !== file ||
      file.startsWith('..')
    ) {
      throw new Error(`output ${port}: ${JSON.stringify(file)} is not a plain relative path`);
    }
  };
  return {
    port,
    path(file) {
      check(file);
      const path = join(draft.folder, file);
      mkdirSync(dirname(path), { recursive: true });
      draft.written.add(file);
      return path;
    },
    folder: () => draft.folder,
    link(file, digest) {
      check(file);
      draft.linked.set(file, digest);
    },
    adopt(file, path, digest) {
      check(file);
      draft.adopted.set(file, { path, digest });
    },
  };
}

export interface OpenTask {
  readonly context: TaskContext<JsonObject>;
  readonly drafts: Readonly<Record<string, DraftOutput>>;
  readonly audit: AuditTrail;
}

/** Opens a job: its inputs to read, its outputs to write under the attempt folder. */
export function openTask(job: Job, observer: JobObserver, signal: AbortSignal): OpenTask {
  const paths = new CachePaths(job.cache);
  const audit = new AuditTrail();
  const drafts: Record<string, DraftOutput> = {};
  for (const [port, { type }] of Object.entries(job.outputs)) {
    const folder = join(job.attempt, 'outputs', port);
    mkdirSync(folder, { recursive: true });
    drafts[port] = { type, folder, written: new Set(), linked: new Map(), adopted: new Map() };
  }
  const inputs = (port: string): readonly InputArtifact[] => {
    const wired = job.inputs[port];
    const list = wired === undefined ? [] : Array.isArray(wired) ? wired : [wired as Artifact];
    const names = job.names[port] ?? [];
    return list.map((artifact, i) => openInput(paths, port, artifact, audit, names[i]));
  };
  const context: TaskContext<JsonObject> = {
    params: job.params,
    seed: job.seed,
    signal,
    inputs,
    has: (port) => inputs(port).length > 0,
    ports: () => Object.keys(job.inputs).sort(),
    input(port) {
      const [first, ...more] = inputs(port);
      if (first === undefined || more.length > 0) {
        throw new Error(`port ${port} holds ${more.length + (first ? 1 : 0)} artifacts, not one`);
      }
      return first;
    },
    output(port) {
      const draft = drafts[port];
      if (draft === undefined) throw new Error(`no output port ${port}`);
      return openOutput(port, draft);
    },
    source(name): Json {
      if (!Object.hasOwn(job.sources, name)) throw new Error(`no source ${name}`);
      return job.sources[name] ?? null;
    },
    scratch() {
      const folder = join(job.attempt, 'scratch');
      mkdirSync(folder, { recursive: true });
      return mkdtempSync(join(folder, 's'));
    },
    checkpoint() {
      const folder = paths.checkpoint(job.key);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    log: (line) => observer.log(line),
    progress: (done, total, figures) => observer.progress(done, total, figures),
  };
  return { context, drafts, audit };
}
