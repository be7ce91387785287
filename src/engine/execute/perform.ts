import { type Dirent, existsSync, lstatSync, readdirSync, type Stats } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { ArtifactFiles, ArtifactType } from '../artifact.ts';
import { makeFolder } from '../cache/durable.ts';
import { hashFile } from '../cache/hash-file.ts';
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

/**
 * Any thrown value as a failure; errors of the disk and errors meant for the user are told apart
 * from bugs. `place` is named where an error of the disk names no path.
 */
export function failureOf(error: unknown, place = ''): Failure {
  const { name, message, code, syscall, path, stack, hint, machine, failure } = (error ??
    {}) as NodeJS.ErrnoException & {
    hint?: string;
    machine?: boolean;
    failure?: Failure;
  };
  if (failure !== undefined) return failure;
  if (name === 'AbortError') return { reason: 'cancelled' };
  if (name === 'TaskError') {
    const more = {
      ...(hint !== undefined && { hint }),
      ...(machine && { machine: true as const }),
    };
    return { reason: 'task-error', message, ...more };
  }
  // A failed call on a path is the file system's word, whatever its code; a failed spawn has no path.
  const isCall = syscall !== undefined && path !== undefined;
  if (code !== undefined && (storageCodes.has(code) || isCall))
    return { reason: 'storage', code, path: path ?? place, message };
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
    await (job.part === 'chunk'
      ? performChunk(each, job, context)
      : performCombine(each, job, context));
  } else if ('run' in kind) await kind.run(context as never);
  else throw new Error(`${kind.kind} only coordinates`);
}

/** All files below a folder, relative, sorted. Links and odd files are refused. */
function filesBelow(folder: string, port: string): readonly string[] {
  const out: string[] = [];
  const refuse = (name: string, found: Dirent | Stats): TaskFailure => {
    const what = found.isSymbolicLink()
      ? 'a symbolic link'
      : found.isFile()
        ? 'a file'
        : 'neither a file nor a folder';
    return new TaskFailure({ reason: 'bad-output', port, problems: [`${name} is ${what}`] });
  };
  // A program may have removed the folder, or put a link to a folder of the user in its place.
  const root = lstatSync(folder, { throwIfNoEntry: false });
  if (root === undefined) return out;
  if (!root.isDirectory()) throw refuse('the folder', root);
  const visit = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) out.push(relative(folder, path).split(sep).join('/'));
      else throw refuse(relative(folder, path), entry);
    }
  };
  visit(folder);
  return out.sort();
}

/** Files of an output with their digests and where they lie now. */
interface Listing {
  readonly files: Readonly<Record<string, Digest>>;
  readonly places: ReadonlyMap<string, string>;
  readonly written: readonly string[];
}

/** Lists and hashes an output, whatever way its files came in. */
function listOutput(port: string, draft: DraftOutput, paths: CachePaths): Listing {
  const written = filesBelow(draft.folder, port);
  const present = new Set(written);
  for (const file of draft.written) {
    if (!present.has(file)) throw new TaskFailure({ reason: 'missing-output', port, file });
  }
  const places = new Map<string, string>();
  const digests = new Map<string, Digest>();
  for (const [file, digest] of draft.linked) {
    places.set(file, paths.object(digest));
    digests.set(file, digest);
  }
  for (const [file, { path, digest }] of draft.adopted) {
    places.set(file, path);
    digests.set(file, digest);
  }
  for (const file of written) {
    const place = join(draft.folder, file);
    places.set(file, place);
    digests.set(file, hashFile(place));
  }
  if (places.size === 0) throw new TaskFailure({ reason: 'missing-output', port });
  for (const [file, place] of places) {
    if (!existsSync(place)) throw new TaskFailure({ reason: 'missing-output', port, file });
  }
  const names = [...digests.keys()].sort();
  const files = Object.fromEntries(names.map((file) => [file, digests.get(file) as Digest]));
  return { files, places, written };
}

/** Checks an output at its own door, before anything of it is stored. */
async function checkOutput(port: string, type: ArtifactType, listing: Listing): Promise<void> {
  const artifact: ArtifactFiles = {
    type: type.type,
    files: listing.files,
    path(file) {
      const place = listing.places.get(file);
      if (place === undefined) throw new Error(`no file ${file}`);
      return place;
    },
  };
  let problems: readonly string[];
  try {
    problems = await type.validate(artifact);
  } catch (error) {
    // A validator that trips over malformed content has found a problem, too.
    problems = [(error as Error).message];
  }
  if (problems.length === 0) return;
  const more = problems.length - shownProblems;
  const shown = more > 0 ? [...problems.slice(0, shownProblems), `and ${more} more`] : problems;
  throw new TaskFailure({ reason: 'bad-output', port, problems: shown });
}

/** A validator may find the same thing wrong with every row. */
const shownProblems = 5;

/** Performs a job in this process and moves what it made into the object store. */
export async function performJob(
  job: Job,
  tables: Tables,
  observer: JobObserver,
  signal: AbortSignal,
): Promise<JobResult> {
  try {
    signal.throwIfAborted();
    makeFolder(job.attempt);
    const kind = await tables.kind(job);
    const { context, drafts, audit } = openTask(job, observer, signal);
    await runStage(kind, job, context);
    signal.throwIfAborted();
    const paths = new CachePaths(job.cache);
    const listings = new Map<string, Listing>();
    for (const [port, draft] of Object.entries(drafts)) {
      const listing = listOutput(port, draft, paths);
      const type = tables.artifacts[draft.type];
      if (type !== undefined) await checkOutput(port, type, listing);
      listings.set(port, listing);
    }
    const writer = new ObjectWriter(paths);
    const outputs: Record<string, PerformedOutput> = {};
    for (const [port, { files, written }] of listings) {
      const draft = drafts[port] as DraftOutput;
      for (const { path, digest } of draft.adopted.values()) writer.adopt(path, digest);
      for (const file of written) writer.put(join(draft.folder, file), files[file] as Digest);
      outputs[port] = { type: draft.type, files };
    }
    writer.sync();
    const consumed =
      job.part === 'chunk'
        ? [{ port: 'items', role: 'apply' as const, ids: job.items.map(({ id }) => id) }]
        : audit.list();
    return { ok: true, outputs, consumed };
  } catch (error) {
    return {
      ok: false,
      failure: signal.aborted ? { reason: 'cancelled' } : failureOf(error, job.cache),
    };
  }
}
