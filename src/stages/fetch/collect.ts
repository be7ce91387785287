import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { audioFile, type CorpusInfo, type Utterance, writeCorpus } from '../../artifacts/corpus.ts';
import { decodeMono } from '../../audio/decode.ts';
import { readWavHeader } from '../../audio/wav.ts';
import type { Labelled } from '../../corpora/entry.ts';
import { type Digest, sha256 } from '../../engine/digest.ts';
import { type TaskContext, TaskError } from '../../engine/stage.ts';
import { limited } from './limited.ts';

/** A labelled recording on this machine. */
export interface Recording extends Labelled {
  /** Relative to the collection's folder. */
  readonly file: string;
  readonly digest: Digest;
}

/** What `sources` found and `run` brings in. */
export interface Collection {
  readonly folder: string;
  readonly info: CorpusInfo;
  readonly recordings: readonly Recording[];
  /** A registered corpus may hold the same bytes under two names; in own files that is a mistake. */
  readonly duplicates: boolean;
  /** What to do when bytes are not what they were found to be. */
  readonly refresh: string;
}

interface BadFile {
  readonly file: string;
  readonly reason: string;
}

/**
 * Checks every recording and writes the corpus; the audio is taken in place. Each file is read
 * once, whole: its digest, its header and, for float samples, that all of them are numbers.
 */
export function collect(
  context: TaskContext<unknown>,
  found: Collection,
  onBadFile: 'error' | 'skip',
  limit: number | null,
): void {
  const recordings = limited(found.recordings, limit);
  const output = context.output('corpus');
  const utterances: Utterance[] = [];
  const bad: BadFile[] = [];
  const changed: BadFile[] = [];
  const seen = new Map<Digest, string>();

  for (const [index, recording] of recordings.entries()) {
    context.signal.throwIfAborted();
    const { file, digest, ...labelled } = recording;
    const path = join(found.folder, file);
    const sound = probe(path, digest);
    const twin = found.duplicates ? undefined : seen.get(digest);
    if (typeof sound === 'string') bad.push({ file, reason: sound });
    else if (sound === undefined) changed.push({ file, reason: 'the bytes have changed' });
    else if (twin !== undefined) bad.push({ file, reason: `the same bytes as ${twin}` });
    else {
      if (sound.truncated) context.log(`warning: ${file} is cut short; what is there is used`);
      seen.set(digest, file);
      output.adopt(audioFile(digest, extname(file)), path, digest);
      utterances.push({
        ...labelled,
        source: '',
        audio: digest,
        rate: sound.rate,
        duration: sound.duration,
      });
    }
    if (index % 16 === 15) context.progress(index + 1, recordings.length);
  }

  const total = recordings.length;
  if (changed.length > 0) {
    throw new TaskError(report(`${changed.length} of ${total} files have changed`, changed), {
      hint: found.refresh,
    });
  }
  if (bad.length > 0 && onBadFile === 'error') {
    throw new TaskError(report(`${bad.length} of ${total} files cannot be used`, bad), {
      hint: 'Repair or convert them (to WAV), or set on_bad_file: skip to leave them out; the report lists them.',
    });
  }
  if (utterances.length === 0) {
    throw new TaskError(report(`none of ${total} files can be used`, bad));
  }
  for (const { file, reason } of bad) context.log(`left out ${file}: ${reason}`);
  const info: CorpusInfo = {
    ...found.info,
    bad: [...found.info.bad, ...bad].sort(byFile),
    ...(limit === null ? {} : { limit }),
  };
  writeCorpus(output, { info, utterances });
}

interface Sound {
  readonly rate: number;
  readonly duration: number;
  readonly truncated: boolean;
}

/** What a file is, why it cannot be used, or `undefined` when it is not the file that was found. */
function probe(path: string, digest: Digest): Sound | string | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
  }
  if (sha256(bytes) !== digest) return undefined;
  const header = readWavHeader(bytes);
  if (!header.ok) return header.error.message;
  const { sampleRate: rate, frames, truncated, format } = header.value;
  if (frames === 0) return 'it has a header but no samples';
  if (format.encoding === 'float') {
    const mono = decodeMono(bytes);
    if (!mono.ok) return mono.error.message;
  }
  return { rate, duration: frames / rate, truncated };
}

/** A headline and one indented line per file, the first twenty. */
export function report(headline: string, bad: readonly BadFile[]): string {
  const lines = bad.slice(0, 20).map(({ file, reason }) => `\n  ${file}: ${reason}`);
  const rest = bad.length - lines.length;
  return `${headline}:${lines.join('')}${rest > 0 ? `\n  and ${rest} more` : ''}`;
}

function byFile(a: BadFile, b: BadFile): number {
  return a.file < b.file ? -1 : 1;
}
