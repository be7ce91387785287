import { readFileSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import type { Corpus } from '../artifacts/corpus.ts';
import type { ArtifactFiles } from '../engine/artifact.ts';
import type { Digest } from '../engine/digest.ts';

/** Pages stay below 5 MB; base64 takes a third more than the sound. */
const wholePage = 3e6;

const types: Readonly<Record<string, string>> = {
  '.wav': 'audio/wav',
  '.flac': 'audio/flac',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.opus': 'audio/ogg',
};

/** Name of the file of a corpus that holds a sound. */
export function soundFile({ files }: ArtifactFiles, audio: Digest): string | undefined {
  return Object.keys(files).find((name) => name.startsWith('audio/') && files[name] === audio);
}

/**
 * Sounds of a corpus for a page, clip by clip until `room` bytes are taken. Nothing where the licence of
 * the corpus does not let audio be passed on, or where the file is gone.
 */
export function createAudioEmbedder(
  corpus: Corpus | undefined,
  files: ArtifactFiles | undefined,
  room: number = wholePage,
): (id: string) => string | undefined {
  if (corpus?.info.audio !== 'embed' || files === undefined) return () => undefined;
  const digests = new Map(corpus.utterances.map((one) => [one.id, one.audio]));
  let left = room;
  return (id) => {
    const digest = digests.get(id);
    const name = digest === undefined ? undefined : soundFile(files, digest);
    const type = name === undefined ? undefined : types[extname(name)];
    if (name === undefined || type === undefined) return undefined;
    const path = files.path(name);
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? Number.POSITIVE_INFINITY;
    if (size > left) return undefined;
    left -= size;
    return `data:${type};base64,${readFileSync(path).toString('base64')}`;
  };
}
