import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { globSync } from 'tinyglobby';
import { corpus, readCorpus } from '../../src/artifacts/corpus.ts';
import { encodeWav } from '../../src/audio/wav-writer.ts';
import type { ArtifactFiles, OutputArtifact } from '../../src/engine/artifact.ts';
import { type Digest, sha256 } from '../../src/engine/digest.ts';
import { fillDefaults } from '../../src/engine/spec/defaults.ts';
import type {
  ParamProblem,
  RegisteredCorpus,
  Source,
  SourceContext,
  TaskContext,
} from '../../src/engine/stage.ts';
import { fetch } from '../../src/stages/fetch.ts';
import type { Json, JsonObject } from '../../src/util/json.ts';
import { temporaryFolder } from '../util/temporary.ts';

/** A new folder with these files; text or bytes. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder('fetch');
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return folder;
}

/** A short tone as a WAV file; another frequency is another file. */
export function tone(hertz: number, seconds = 0.05, rate = 16000): Uint8Array {
  const samples = Float32Array.from({ length: Math.round(seconds * rate) }, (_, i) =>
    Math.sin((2 * Math.PI * hertz * i) / rate),
  );
  return encodeWav([samples], rate);
}

export function hashFile(path: string): Digest {
  return sha256(readFileSync(path));
}

/** The world as `sources` sees it, from a folder and a list of registered corpora. */
export function sourceContext(
  folder: string,
  corpora: readonly RegisteredCorpus[] = [],
): SourceContext {
  const glob = (pattern: string): readonly string[] =>
    globSync(pattern, { cwd: folder, absolute: true, expandDirectories: false }).sort();
  return {
    folder,
    hashFile,
    glob,
    files: glob,
    corpus: (name) => corpora.find((each) => each.name === name),
    lock: () => undefined,
    env: () => undefined,
    output: () => '',
  };
}

function paramsOf(given: JsonObject): JsonObject {
  return fillDefaults(fetch.params, given) as JsonObject;
}

export function checkParams(given: JsonObject): readonly ParamProblem[] {
  return fetch.check?.(paramsOf(given)) ?? [];
}

export function sourcesOf(given: JsonObject, context: SourceContext): readonly Source[] {
  return fetch.sources?.(paramsOf(given), context) ?? [];
}

/** What `fetch` made: the artifact, what its validator says, where files were taken from, its log. */
export interface Fetched {
  readonly files: ArtifactFiles;
  readonly problems: readonly string[];
  readonly corpus: ReturnType<typeof readCorpus>;
  readonly adopted: ReadonlyMap<string, string>;
  readonly log: readonly string[];
  readonly digest: Digest | undefined;
}

/** Runs the stage as the engine does: sources, then the task, then the validator. */
export async function runFetch(given: JsonObject, world: SourceContext): Promise<Fetched> {
  const sources = sourcesOf(given, world);
  const folder = folderOf({});
  const written = new Set<string>();
  const adopted = new Map<string, string>();
  const digests: Record<string, Digest> = {};
  const log: string[] = [];
  const output: OutputArtifact = {
    port: 'corpus',
    path(file) {
      written.add(file);
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      return join(folder, file);
    },
    folder: () => folder,
    link: () => {
      throw new Error('fetch links nothing');
    },
    adopt(file, path, digest) {
      adopted.set(file, path);
      digests[file] = digest;
    },
  };
  const context: TaskContext<JsonObject> = {
    params: paramsOf(given),
    seed: 0,
    signal: new AbortController().signal,
    input: () => {
      throw new Error('fetch has no input');
    },
    inputs: () => [],
    has: () => false,
    ports: () => [],
    output: () => output,
    source: (name): Json => sources.find((each) => each.name === name)?.location ?? null,
    scratch: () => folderOf({}),
    checkpoint: () => folderOf({}),
    log: (line) => log.push(line),
    progress: () => undefined,
  };
  if (!('run' in fetch)) throw new Error('fetch is not a leaf');
  await fetch.run(context);
  for (const file of written) digests[file] = hashFile(join(folder, file));
  const files: ArtifactFiles = {
    type: 'corpus',
    files: digests,
    path: (file) => adopted.get(file) ?? resolve(folder, file),
  };
  return {
    files,
    problems: await corpus.validate(files),
    corpus: readCorpus(files),
    adopted,
    log,
    digest: sources[0]?.digest,
  };
}

/** The message and hint that a call throws; fails when it throws nothing. */
export async function refusal(call: () => unknown): Promise<{ message: string; hint: string }> {
  try {
    await call();
  } catch (error) {
    const { message, hint } = error as Error & { hint?: string };
    return { message, hint: hint ?? '' };
  }
  throw new Error('nothing was refused');
}

/** A corpus that is too big for the project; `undefined`, said out loud, where it is not there. */
export function realData(name: string): string | undefined {
  const root =
    process.env['AFFEKT_TEST_DATA'] ?? resolve(import.meta.dirname, '../../../shared/data');
  const folder = join(root, name);
  if (existsSync(folder)) return folder;
  process.stdout.write(`skipped: no ${name} in ${root}\n`);
  return undefined;
}
