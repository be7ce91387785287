import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Artifact, ArtifactType, Consumed, InputArtifact } from '../../src/engine/artifact.ts';
import { type Digest, sha256 } from '../../src/engine/digest.ts';
import type { Installed } from '../../src/engine/installed.ts';
import { fillDefaults } from '../../src/engine/spec/defaults.ts';
import type { Call, StageKind, TaskContext } from '../../src/engine/stage.ts';
import type { Json, JsonObject } from '../../src/util/json.ts';
import type { Random } from '../../src/util/random.ts';
import { temporaryFolder } from './temporary.ts';

export type Outputs = Readonly<Record<string, Artifact>>;

/** Objects by digest in a temporary folder: what a stage's inputs are read from. */
export class Store {
  readonly folder = temporaryFolder('stage');

  put(content: string | Uint8Array): Digest {
    const digest = sha256(content);
    writeFileSync(this.object(digest), content);
    return digest;
  }

  object(digest: Digest): string {
    return join(this.folder, digest);
  }

  artifact(type: string, files: Readonly<Record<string, string | Uint8Array>>): Artifact {
    const digests = Object.entries(files).map(([name, content]) => [name, this.put(content)]);
    return tree(type, Object.fromEntries(digests));
  }

  text(artifact: Artifact, file: string): string {
    return this.bytes(artifact, file).toString('utf8');
  }

  bytes(artifact: Artifact, file: string): Buffer {
    const digest = artifact.files[file];
    if (digest === undefined) throw new Error(`${artifact.type} has no file ${file}`);
    return readFileSync(this.object(digest));
  }

  /** An artifact as a reader of src/artifacts takes it. */
  open(artifact: Artifact, port = artifact.type, consumed: Consumed[] = []): InputArtifact {
    const path = (file: string): string => {
      const digest = artifact.files[file];
      if (digest === undefined) throw new Error(`${artifact.type} has no file ${file}`);
      return this.object(digest);
    };
    return {
      ...artifact,
      port,
      from: '',
      path,
      consume: (role, ids) => consumed.push({ port, role, ids: [...ids] }),
      raw: (file) => {
        consumed.push({ port, role: 'unverified', ids: [] });
        return path(file);
      },
      object: (digest) => this.object(digest),
    };
  }
}

export interface StageRun {
  readonly params?: JsonObject;
  readonly inputs?: Readonly<Record<string, Artifact | readonly Artifact[]>>;
  readonly seed?: number;
  readonly sources?: Readonly<Record<string, Json>>;
  /** What coordinators find on this machine, by name. */
  readonly installed?: Readonly<Record<string, Installed>>;
  /** Outputs of these types are validated, as the engine does. */
  readonly types?: readonly ArtifactType[];
  /** Nested tasks finish in an order drawn from this; without it, in the order they were asked for. */
  readonly settle?: Random;
}

export interface StageResult {
  readonly outputs: Outputs;
  readonly consumed: readonly Consumed[];
  readonly log: readonly string[];
  /** Nested calls in the order they were asked for; none for a leaf. */
  readonly calls: readonly NestedCall[];
}

export interface NestedCall {
  readonly kind: string;
  readonly name: string | undefined;
  readonly select: Readonly<Record<string, string | number>>;
  readonly params: JsonObject;
  readonly inputs: Readonly<Record<string, Digest | readonly Digest[]>>;
  readonly seed: number | null;
  readonly consumed: readonly Consumed[];
  readonly outputs: Outputs;
}

/** Runs a leaf or a coordinator (with its nested tasks) as the engine does, without cache or workers. */
export async function runStage(
  store: Store,
  kind: StageKind,
  options: StageRun = {},
): Promise<StageResult> {
  if ('coordinate' in kind) return coordinate(store, kind, options);
  if (!('run' in kind)) throw new Error('each kinds need the engine');
  const consumed: Consumed[] = [];
  const log: string[] = [];
  const folder = mkdtempSync(join(store.folder, 'task-'));
  const written = new Map<string, Map<string, Digest | undefined>>();
  const whole = new Set<string>();
  const context: TaskContext<never> = {
    params: fillDefaults(kind.params, options.params ?? {}) as never,
    seed: kind.random === true ? (options.seed ?? 0) : 0,
    signal: new AbortController().signal,
    ...inputsOf(store, options, consumed),
    output(port) {
      const files = written.get(port) ?? new Map<string, Digest | undefined>();
      written.set(port, files);
      return {
        port,
        path(file) {
          files.set(file, undefined);
          const path = join(folder, port, file);
          mkdirSync(dirname(path), { recursive: true });
          return path;
        },
        folder() {
          whole.add(port);
          const path = join(folder, port);
          mkdirSync(path, { recursive: true });
          return path;
        },
        link: (file, digest) => files.set(file, digest),
        adopt: (file, path) => files.set(file, store.put(readFileSync(path))),
      };
    },
    source(name) {
      const location = options.sources?.[name];
      if (location === undefined) throw new Error(`no source ${name}`);
      return location;
    },
    scratch: () => mkdtempSync(join(folder, 'scratch-')),
    checkpoint: () => mkdtempSync(join(folder, 'checkpoint-')),
    log: (line) => log.push(line),
    progress: () => undefined,
  };
  await kind.run(context);
  const outputs: Record<string, Artifact> = {};
  for (const [port, { type }] of Object.entries(kind.outputs)) {
    const files: Record<string, Digest> = {};
    for (const [file, digest] of written.get(port) ?? []) {
      files[file] = digest ?? store.put(readFileSync(join(folder, port, file)));
    }
    for (const file of whole.has(port) ? filesBelow(join(folder, port)) : []) {
      files[file] = store.put(readFileSync(join(folder, port, file)));
    }
    const artifact = tree(type, files);
    const validator = options.types?.find((one) => one.type === type);
    const problems = (await validator?.validate(store.open(artifact))) ?? [];
    if (problems.length > 0) throw new Error(`bad output ${port}: ${problems.join('; ')}`);
    outputs[port] = artifact;
  }
  return { outputs, consumed, log, calls: [] };
}

async function coordinate(
  store: Store,
  kind: Extract<StageKind, { coordinate: unknown }>,
  options: StageRun,
): Promise<StageResult> {
  const calls: NestedCall[] = [];
  const consumed: Consumed[] = [];
  const waiting: (() => Promise<void>)[] = [];
  const done = Promise.resolve(
    kind.coordinate({
      params: fillDefaults(kind.params, options.params ?? {}) as never,
      seed: options.seed ?? 0,
      ...inputsOf(store, options, consumed),
      note: () => undefined,
      warn: () => undefined,
      tell: () => undefined,
      installed: (name) => options.installed?.[name],
      variant: () => Promise.reject(new Error('there is no graph to vary')),
      tryVariant: () => Promise.reject(new Error('there is no graph to vary')),
      template: () => {
        throw new Error('there is no graph to vary');
      },
      call: (call) =>
        new Promise((resolve, reject) => {
          const place = calls.length;
          calls.push({ ...describe(call), consumed: [], outputs: {} });
          waiting.push(async () => {
            try {
              const result = await runStage(store, call.kind, {
                params: call.params ?? {},
                inputs: call.inputs,
                seed: call.seed ?? options.seed ?? 0,
                ...(options.types !== undefined && { types: options.types }),
                ...(options.sources !== undefined && { sources: options.sources }),
              });
              const known = calls[place] as NestedCall;
              calls[place] = { ...known, consumed: result.consumed, outputs: result.outputs };
              resolve(result.outputs);
            } catch (error) {
              reject(error);
            }
          });
        }),
    }),
  );
  let finished = false;
  const end = (): void => {
    finished = true;
  };
  done.then(end, end);
  for (;;) {
    // Everything that a settled call can set off has happened when the microtasks have drained.
    await new Promise((resolve) => setImmediate(resolve));
    if (finished) break;
    const next = waiting.splice(options.settle?.integer(waiting.length) ?? 0, 1)[0];
    if (next === undefined) throw new Error('the coordinator waits for something that is no call');
    await next();
  }
  return { outputs: await done, consumed, log: [], calls };
}

function describe(call: Call): Omit<NestedCall, 'consumed' | 'outputs'> {
  const inputs = Object.entries(call.inputs).map(([port, wired]) => [
    port,
    Array.isArray(wired)
      ? (wired as readonly Artifact[]).map((artifact) => artifact.digest)
      : (wired as Artifact).digest,
  ]);
  return {
    kind: call.kind.kind,
    name: call.name,
    select: call.select ?? {},
    params: call.params ?? {},
    inputs: Object.fromEntries(inputs),
    seed: call.seed ?? null,
  };
}

function inputsOf(store: Store, options: StageRun, consumed: Consumed[]) {
  const all = (port: string): readonly InputArtifact[] => {
    const wired = options.inputs?.[port];
    const list = wired === undefined ? [] : Array.isArray(wired) ? wired : [wired as Artifact];
    return (list as readonly Artifact[]).map((artifact, i) => ({
      ...store.open(artifact, port, consumed),
      from: list.length === 1 ? port : `${port}-${i + 1}`,
    }));
  };
  return {
    inputs: all,
    ports: () => Object.keys(options.inputs ?? {}).sort(),
    has: (port: string) => all(port).length > 0,
    input(port: string): InputArtifact {
      const [first] = all(port);
      if (first === undefined) throw new Error(`port ${port} is not wired`);
      return first;
    },
  };
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

function tree(type: string, files: Readonly<Record<string, Digest>>): Artifact {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return { type, files: Object.fromEntries(sorted), digest: sha256(JSON.stringify(sorted)) };
}
