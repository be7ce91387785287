import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { audioFile, type CorpusInfo, type Utterance, writeCorpus } from '../../artifacts/corpus.ts';
import type { AudioError } from '../../audio/audio.ts';
import { convertCommand, isConvertible } from '../../audio/convert.ts';
import { probeAudio, type SoundInfo } from '../../audio/decode.ts';
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
export async function collect(
  context: TaskContext<unknown>,
  found: Collection,
  onBadFile: 'error' | 'skip',
  limit: number | null,
): Promise<void> {
  const recordings = limited(found.recordings, limit);
  const output = context.output('corpus');
  const utterances: Utterance[] = [];
  const bad: BadFile[] = [];
  const cut: string[] = [];
  const changed: BadFile[] = [];
  const seen = new Map<Digest, string>();
  let convertible: string | undefined;

  for (const [index, recording] of recordings.entries()) {
    context.signal.throwIfAborted();
    const { file, digest, ...labelled } = recording;
    const path = join(found.folder, file);
    const sound = await probe(path, digest);
    const twin = found.duplicates ? undefined : seen.get(digest);
    if (sound === undefined) changed.push({ file, reason: 'the bytes have changed' });
    else if ('message' in sound) {
      bad.push({ file, reason: sound.message });
      if (isConvertible(sound)) convertible ??= file;
    } else if (twin !== undefined) bad.push({ file, reason: `the same bytes as ${twin}` });
    else {
      if (sound.truncated) {
        context.log(`warning: ${file} is cut short; what is there is used`);
        cut.push(file);
      }
      seen.set(digest, file);
      output.adopt(audioFile(digest, extname(file)), path, digest);
      utterances.push({
        ...labelled,
        source: '',
        audio: digest,
        rate: sound.sampleRate,
        duration: sound.frames / sound.sampleRate,
      });
    }
    if (index % 16 === 15) context.progress(index + 1, recordings.length);
  }

  const total = recordings.length;
  if (changed.length > 0) {
    throw new TaskError(report(`${changed.length} of ${total} files have changed`, changed), {
      hint: found.refresh,
      machine: true,
    });
  }
  if (bad.length > 0 && onBadFile === 'error') {
    throw new TaskError(report(`${bad.length} of ${total} files cannot be used`, bad), {
      hint: `Repair them${convertible === undefined ? '' : `, or convert formats that are not read here (${convertCommand(convertible)})`}, or set on_bad_file: skip to leave them out; the report lists them.`,
    });
  }
  if (utterances.length === 0) {
    throw new TaskError(report(`none of ${total} files can be used`, bad));
  }
  for (const { file, reason } of bad) context.log(`left out ${file}: ${reason}`);
  const info: CorpusInfo = {
    ...found.info,
    bad: [...found.info.bad, ...bad].sort(byFile),
    ...(cut.length > 0 && { cut: cut.sort() }),
    ...(limit === null ? {} : { limit }),
  };
  writeCorpus(output, { info, utterances });
}

/** What a file is, why it cannot be used, or `undefined` when it is not the file that was found. */
async function probe(path: string, digest: Digest): Promise<SoundInfo | Unusable | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return { message: `it cannot be read (${code})` };
  }
  if (sha256(bytes) !== digest) return undefined;
  const sound = await probeAudio(bytes);
  return sound.ok ? sound.value : sound.error;
}

/** Why a file cannot be used; `reason` where its bytes say so. */
type Unusable = Pick<AudioError, 'message'> & Partial<AudioError>;

/** A headline and one indented line per file, the first twenty. */
export function report(headline: string, bad: readonly BadFile[]): string {
  const lines = bad.slice(0, 20).map(({ file, reason }) => `\n  ${file}: ${reason}`);
  const rest = bad.length - lines.length;
  return `${headline}:${lines.join('')}${rest > 0 ? `\n  and ${rest} more` : ''}`;
}

function byFile(a: BadFile, b: BadFile): number {
  return a.file < b.file ? -1 : 1;
}
