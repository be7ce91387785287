import type { CorpusEntry, Labelled } from './entry.ts';

/** The part of a `/`-separated path after its last `/`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** What a recording is called wherever it lies: its id as a file's name. */
export function recordingName({ id }: Pick<Labelled, 'id'>): string {
  return `${id}.wav`;
}

/** The name of the recording at a path; `undefined` where none of this corpus is. */
export function recordingAt(entry: CorpusEntry, path: string): string | undefined {
  const labelled = entry.parse(path);
  return labelled && recordingName(labelled);
}
