import { readFileSync, writeFileSync } from 'node:fs';
import { type ArtifactFiles, defineArtifact, type OutputArtifact } from '../engine/artifact.ts';
import { type Digest, parseDigest } from '../engine/digest.ts';
import type { Citation } from '../util/citation.ts';
import { formatCsv, parseCsv } from '../util/csv.ts';
import { isJsonObject } from '../util/json.ts';
import { type CorpusPart, checkParts, partOf } from './corpus-parts.ts';
import { parseFormat } from './parse-format.ts';

/** One recording with its labels. Empty text = unknown. */
export interface Utterance {
  /** Unique in the corpus; stable across copies of it. */
  readonly id: string;
  readonly emotion: string;
  readonly speaker: string;
  /** `female`, `male`, or empty where the corpus does not state it. */
  readonly sex: string;
  /** What is said: a sentence id or the words; equal text = the same sentence. */
  readonly text: string;
  /** Tells repetitions of the same text, emotion and speaker apart. */
  readonly take: string;
  /** Id of the utterance that this one is an altered copy of; empty for an original. */
  readonly source: string;
  /** SHA-256 of the audio file; the tree holds it as `audio/<digest>.<extension>`. */
  readonly audio: Digest;
  /** Hz. */
  readonly rate: number;
  /** Seconds. */
  readonly duration: number;
}

/** `corpus.json`: what is known of the corpus as a whole. */
export interface CorpusInfo {
  readonly format: 'affekt.corpus/1';
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly citations: readonly Citation[];
  /** The label set, in the order that tables and confusion matrices print it. */
  readonly labels: readonly string[];
  /** Files that were left out because they cannot be used. */
  readonly bad: readonly { readonly file: string; readonly reason: string }[];
  /** How many utterances were left out by label, as the source spells it. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Digest of the list of (path, digest) of the source files. */
  readonly manifest: Digest;
  /** The source files are the ones pinned in src/corpora. */
  readonly pinned: boolean;
  /** Files that end before their sound does and were used as far as they go. */
  readonly cut?: readonly string[];
  /** Only this many clips per class and speaker were taken; a result on them is stamped "quick". */
  readonly limit?: number;
  /** An altered copy stands in the place of every clip (`augment` with `keep: false`). */
  readonly altered?: true;
  /** What it was merged from, in that order; ids, speakers and texts carry the part's name. */
  readonly parts?: readonly CorpusPart[];
  /** Whether the licence lets reports and packs carry the audio. */
  readonly audio: 'embed' | 'none';
}

export interface Corpus {
  readonly info: CorpusInfo;
  /** Sorted by id. */
  readonly utterances: readonly Utterance[];
}

const columns = [
  'id',
  'emotion',
  'speaker',
  'sex',
  'text',
  'take',
  'source',
  'audio',
  'rate',
  'duration',
] as const;

/** Name of an audio file inside the tree; the extension is the original's, with its dot. */
export function audioFile(digest: Digest, extension = '.wav'): string {
  return `audio/${digest}${extension.toLowerCase()}`;
}

/**
 * Reads the tables of a corpus, no audio. Labels and speakers are metadata: this consumes no id.
 * Throws on a tree that the validator would refuse.
 */
export function readCorpus(files: ArtifactFiles): Corpus {
  const known = read.get(files.files);
  if (known !== undefined) return known;
  const { problems, corpus } = check(files);
  if (corpus === undefined || problems.length > 0)
    throw new Error(`not a corpus: ${problems.join('; ')}`);
  read.set(files.files, corpus);
  return corpus;
}

/** By their trees, which never change: several stages of a run ask for the same one. */
const read = new WeakMap<ArtifactFiles['files'], Corpus>();

/**
 * Writes `corpus.csv` (sorted by id) and `corpus.json`. The audio is the caller's: written to
 * `output.path(audioFile(digest))`, or taken in place with `output.adopt`.
 */
export function writeCorpus(output: OutputArtifact, corpus: Corpus): void {
  const sorted = [...corpus.utterances].sort((a, b) => (a.id < b.id ? -1 : 1));
  const rows = sorted.map((utterance) => columns.map((column) => utterance[column]));
  writeFileSync(output.path('corpus.csv'), formatCsv(columns, rows));
  writeFileSync(output.path('corpus.json'), `${JSON.stringify(corpus.info, null, 2)}\n`);
}

export const corpus = defineArtifact({
  type: 'corpus',
  summary: 'Recordings with emotion, speaker and what else is known of them',
  validate: (files) => check(files).problems,
});

interface Checked {
  readonly problems: readonly string[];
  /** Present when the tables could be read, whatever else is wrong. */
  readonly corpus?: Corpus;
}

function check(files: ArtifactFiles): Checked {
  const missing = ['corpus.csv', 'corpus.json'].filter((file) => files.files[file] === undefined);
  if (missing.length > 0) return { problems: missing.map((file) => `${file} is missing`) };

  const info = parseInfo(readFileSync(files.path('corpus.json'), 'utf8'));
  if (typeof info === 'string') return { problems: [`corpus.json: ${info}`] };
  const table = parseCsv(readFileSync(files.path('corpus.csv'), 'utf8'));
  if (table.header.join() !== columns.join()) {
    return { problems: [`corpus.csv: the columns must be ${columns.join()}`] };
  }

  const present = new Set<string>(Object.values(files.files));
  const labels = new Set(info.labels);
  const problems: string[] = [];
  const utterances: Utterance[] = [];
  let last: string | undefined;
  for (const [index, row] of table.rows.entries()) {
    const where = `corpus.csv: row ${index + 1}`;
    if (row.length !== columns.length) {
      return { problems: [`${where} has ${row.length} cells instead of ${columns.length}`] };
    }
    const utterance = parseRow(row);
    const { id, emotion, audio, rate, duration } = utterance;
    if (id === '') problems.push(`${where} has no id`);
    else if (id === last) problems.push(`${where}: id "${id}" occurs twice`);
    else if (last !== undefined && id < last) problems.push(`${where}: "${id}" is not in order`);
    last = id;
    if (!labels.has(emotion)) {
      problems.push(`${where}: emotion "${emotion}" is not one of ${info.labels.join(', ')}`);
    }
    if (info.parts !== undefined && partOf(info.parts, id) === undefined) {
      problems.push(`${where}: id "${id}" belongs to none of the merged corpora`);
    }
    if (utterance.speaker === '') problems.push(`${where} has no speaker`);
    if (parseDigest(audio) === undefined) problems.push(`${where}: audio is not a SHA-256`);
    else if (!present.has(audio)) problems.push(`${where}: audio ${audio} is not in the tree`);
    if (!(Number.isFinite(rate) && rate > 0)) problems.push(`${where}: rate must be above 0`);
    if (!(Number.isFinite(duration) && duration > 0)) {
      problems.push(`${where}: duration must be above 0`);
    }
    utterances.push(utterance);
  }
  if (utterances.length === 0) problems.push('corpus.csv holds no utterance');
  return { problems, corpus: { info, utterances } };
}

function parseRow(row: readonly string[]): Utterance {
  const [id = '', emotion = '', speaker = '', sex = '', text = '', take = '', source = ''] = row;
  const [audio, rate, duration] = row.slice(7);
  return {
    id,
    emotion,
    speaker,
    sex,
    text,
    take,
    source,
    audio: audio as Digest,
    rate: Number(rate),
    duration: Number(duration),
  };
}

function parseInfo(text: string): CorpusInfo | string {
  const value = parseFormat(text, 'affekt.corpus/1');
  if (typeof value === 'string') return value;
  if (typeof value['name'] !== 'string' || value['name'] === '') return 'name is missing';
  const labels = value['labels'];
  if (!Array.isArray(labels) || labels.length === 0) return 'labels must list the emotions';
  if (labels.some((label) => typeof label !== 'string' || label === '')) {
    return 'labels must be non-empty text';
  }
  if (new Set(labels).size !== labels.length) return 'labels must differ';
  if (value['audio'] !== 'embed' && value['audio'] !== 'none') {
    return 'audio must be "embed" or "none"';
  }
  for (const key of ['bad', 'citations'] as const) {
    if (!Array.isArray(value[key])) return `${key} must be a list`;
  }
  if (!isJsonObject(value['dropped'])) return 'dropped must map labels to counts';
  if (typeof value['manifest'] !== 'string' || parseDigest(value['manifest']) === undefined) {
    return 'manifest must be a SHA-256';
  }
  if (typeof value['pinned'] !== 'boolean') return 'pinned must be true or false';
  const parts = checkParts(value['parts']);
  if (parts !== undefined) return parts;
  return value as unknown as CorpusInfo;
}
