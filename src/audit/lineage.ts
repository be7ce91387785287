import { type Corpus, readCorpus } from '../artifacts/corpus.ts';
import type { ArtifactFiles } from '../engine/artifact.ts';
import type { Digest } from '../engine/digest.ts';
import type { RecordedOutput, TaskRecord } from '../engine/record/types.ts';

/** Where the bytes of a digest lie; a path of nothing where nobody has them. */
export interface ObjectPaths {
  object(digest: Digest): string;
}

/** A task of the run with its record. */
export interface AuditTask {
  readonly address: string;
  readonly record: TaskRecord;
  /**
   * What it computed is not code of a release: an own stage, a program, a kind that was changed in the
   * working copy. Of such a task only the records speak.
   */
  readonly foreign: boolean;
}

/** Which tasks made what of what: the records of a run, joined by the digests of their artifacts. */
export class Lineage {
  readonly tasks: readonly AuditTask[];
  readonly #paths: ObjectPaths;
  readonly #corpora = new Map<Digest, Corpus>();
  readonly #producers = new Map<Digest, AuditTask[]>();
  readonly #outputs = new Map<Digest, RecordedOutput>();

  constructor(tasks: readonly AuditTask[], paths: ObjectPaths) {
    this.tasks = tasks;
    this.#paths = paths;
    for (const task of tasks) {
      for (const output of Object.values(task.record.outputs)) {
        const known = this.#producers.get(output.digest);
        if (known === undefined) this.#producers.set(output.digest, [task]);
        else known.push(task);
        this.#outputs.set(output.digest, output);
      }
    }
  }

  /**
   * The tasks that made these bytes. Equal ones tell nothing more, whoever made them: where some can be vouched for,
   * those count.
   */
  producers(digest: Digest): readonly AuditTask[] {
    const made = this.#producers.get(digest) ?? [];
    const known = made.filter(({ foreign }) => !foreign);
    return known.length > 0 ? known : made;
  }

  /** The one of them that a reader was given: by its address, and then the one that opened the most clips. */
  producer(digest: Digest, reader = ''): AuditTask | undefined {
    const stage = reader.slice(0, Math.max(0, reader.lastIndexOf('/')));
    const rank = (task: AuditTask): number =>
      sharedStart(task.address, stage) + 1 - 1 / (1 + clipsOpened(task));
    const [first, ...others] = this.producers(digest);
    return others.reduce((best, task) => (best && rank(task) > rank(best) ? task : best), first);
  }

  /** An artifact to read; `undefined` when no task of the run made it. */
  artifact(digest: Digest): ArtifactFiles | undefined {
    const output = this.#outputs.get(digest);
    if (output === undefined) return undefined;
    return {
      type: output.type,
      files: output.files,
      path: (file) => {
        const object = output.files[file];
        if (object === undefined) throw new Error(`no file ${file}`);
        return this.#paths.object(object);
      },
    };
  }

  /** The tables of a corpus; `undefined` where the digest is of something else. Throws where they are gone. */
  corpus(digest: Digest): Corpus | undefined {
    const known = this.#corpora.get(digest);
    if (known !== undefined) return known;
    const files = this.artifact(digest);
    if (files?.type !== 'corpus') return undefined;
    const read = readCorpus(files);
    this.#corpora.set(digest, read);
    return read;
  }

  /** The tasks that these artifacts come from, each once, nearest first. */
  ancestors(digests: readonly Digest[], reader = ''): readonly AuditTask[] {
    const found = new Set<AuditTask>();
    const waiting = digests.map((digest) => ({ digest, reader }));
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const task = this.producer(next.digest, next.reader);
      if (task === undefined || found.has(task)) continue;
      found.add(task);
      waiting.push(...inputsOf(task).map((digest) => ({ digest, reader: task.address })));
    }
    return [...found];
  }

  /** The corpora that these tasks made. */
  corpora(tasks: readonly AuditTask[]): readonly Corpus[] {
    return tasks.flatMap(({ record }) =>
      Object.values(record.outputs).flatMap(({ digest }) => this.corpus(digest) ?? []),
    );
  }
}

/** How many characters two addresses begin with in common. */
function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function clipsOpened({ record }: AuditTask): number {
  return record.consumed.reduce((sum, { ids }) => sum + ids.length, 0);
}

/** Digests of an input port, in wiring order. */
export function inputDigests({ record }: AuditTask, port: string): readonly Digest[] {
  const wired = record.inputs[port];
  return wired === undefined ? [] : Array.isArray(wired) ? wired : [wired as Digest];
}

export function inputsOf(task: AuditTask): readonly Digest[] {
  return Object.keys(task.record.inputs).flatMap((port) => inputDigests(task, port));
}
