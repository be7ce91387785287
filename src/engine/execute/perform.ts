import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { ArtifactFiles, ArtifactType } from '../artifact.ts';
import { ObjectWriter } from '../cache/objects.ts';
import { CachePaths } from '../cache/paths.ts';
import type { Digest } from '../digest.ts';
import type { Failure } from '../failure.ts';
import type { StageKind } from '../stage.ts';
import { performChunk, performCombine } from './chunk.ts';
import { type DraftOutput, openTask } from './context.ts';
import type { Job, JobObserver, JobResult, PerformedOutput } from './executor.ts';
import { TaskFailure } from './task-failure.ts';

/** What a performing process knows of kinds and artifact types. */
export interface Tables {
  readonly kind: (job: Job) => Promise<StageKind>;
  readonly artifacts: Readonly<Record<string, ArtifactType>>;
}

const storageCodes = new Set([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EACCES',
  'EPERM',
  'EIO',
  'EMFILE',
  'ENFILE',
]);

/** Any thrown value as a failure; errors of the disk and errors meant for the user are told apart from bugs. */
export function failureOf(error: unknown): Failure {
  const { name, message, code, path, stack, hint, failure } = error as NodeJS.ErrnoException & {
    hint?: string;
    failure?: Failure;
  };
  if (failure !== undefined) return failure;
  if (name === 'AbortError') return { reason: 'cancelled' };
  if (name === 'TaskError')
    return { reason: 'task-error', message, ...(hint === undefined ? {} : { hint }) };
  if (code !== undefined && storageCodes.has(code))
    return { reason: 'storage', code, path: path ?? '', message };
  return {
    reason: 'internal-error',
    message: message ?? String(error),
    ...(stack === undefined ? {} : { stack }),
  };
}

async function runStage(
  kind: StageKind,
  job: Job,
  context: ReturnType<typeof openTask>['context'],
): Promise<void> {
  if ('each' in kind) {
    const each = kind.each as never;
    await (job.part === 'chunk' ? performChunk(each, job, context) : performCombine(each, context));
  } else if ('run' in kind) await kind.run(context as never);
  else throw new Error(`${kind.kind} only coordinates`);
}

/** All files below a folder, relative, sorted. Links and odd files are refused. */
function filesBelow(folder: string, port: string): readonly string[] {
  const out: string[] = [];
  const visit = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) out.push(relative(folder, path).split(sep).join('/'));
      else {
        const problem = `${relative(folder, path)} is neither a file nor a folder`;
        throw new TaskFailure({ reason: 'bad-output', port, problems: [problem] });
      }
    }
  };
  visit(folder);
  return out.sort();
}

/** Checks an output at its own door, before anything of it is stored. */
async function checkOutput(
  port: string,
  draft: DraftOutput,
  paths: CachePaths,
  artifacts: Tables['artifacts'],
): Promise<readonly string[]> {
  const written = filesBelow(draft.folder, port);
  const present = new Set(written);
  for (const file of draft.written) {
    if (!present.has(file)) throw new TaskFailure({ reason: 'missing-output', port, file });
  }
  const places = new Map<string, string>(written.map((file) => [file, join(draft.folder, file)]));
  for (const [file, digest] of draft.linked) places.set(file, paths.object(digest));
  for (const [file, { path }] of draft.adopted) places.set(file, path);
  if (places.size === 0) throw new TaskFailure({ reason: 'missing-output', port });
  for (const [file, place] of places) {
    if (!existsSync(place) || !statSync(place).isFile())
      throw new TaskFailure({ reason: 'missing-output', port, file });
  }
  const type = artifacts[draft.type];
  if (type !== undefined) {
    // Validators look at names and bytes; digests of what is not stored yet are not known.
    const names = Object.fromEntries([...places.keys()].sort().map((file) => [file, '' as Digest]));
    const files: ArtifactFiles = {
      type: draft.type,
      files: names,
      path(file) {
        const place = places.get(file);
        if (place === undefined) throw new Error(`no file ${file}`);
        return place;
      },
    };
    let problems: readonly string[];
    try {
      problems = await type.validate(files);
    } catch (error) {
      // A validator that trips over malformed content has found a problem, too.
      problems = [(error as Error).message];
    }
    if (problems.length > 0) throw new TaskFailure({ reason: 'bad-output', port, problems });
  }
  return written;
}

/** Performs a job in this process and moves what it made into the object store. */
export async function performJob(
  job: Job,
  tables: Tables,
  observer: JobObserver,
  signal: AbortSignal,
): Promise<JobResult> {
  try {
    signal.throwIfAborted();
    mkdirSync(job.attempt, { recursive: true });
    const kind = await tables.kind(job);
    const { context, drafts, audit } = openTask(job, observer, signal);
    await runStage(kind, job, context);
    signal.throwIfAborted();
    const paths = new CachePaths(job.cache);
    const written = new Map<string, readonly string[]>();
    for (const [port, draft] of Object.entries(drafts)) {
      written.set(port, await checkOutput(port, draft, paths, tables.artifacts));
    }
    const writer = new ObjectWriter(paths);
    const outputs: Record<string, PerformedOutput> = {};
    for (const [port, draft] of Object.entries(drafts)) {
      const files: Record<string, Digest> = Object.fromEntries(draft.linked);
      for (const [file, { path, digest }] of draft.adopted) {
        writer.adopt(path, digest);
        files[file] = digest;
      }
      for (const file of written.get(port) ?? [])
        files[file] = writer.put(join(draft.folder, file));
      const sorted = Object.keys(files).sort();
      outputs[port] = {
        type: draft.type,
        files: Object.fromEntries(sorted.map((file) => [file, files[file] as Digest])),
      };
    }
    writer.sync();
    const consumed =
      job.part === 'chunk'
        ? [{ port: 'items', role: 'apply' as const, ids: job.items }]
        : audit.list();
    return { ok: true, outputs, consumed };
  } catch (error) {
    return { ok: false, failure: signal.aborted ? { reason: 'cancelled' } : failureOf(error) };
  }
}
