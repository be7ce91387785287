import type { Citation } from '../util/citation.ts';
import type { Remote } from './remote.ts';

/** What a file name says of its recording. Empty text = the corpus does not state it. */
export interface Labelled {
  /** Unique in the corpus; the file's name without its extension where that is unique. */
  readonly id: string;
  readonly emotion: string;
  readonly speaker: string;
  readonly sex: string;
  /** Equal text = the same sentence, across speakers and emotions. */
  readonly text: string;
  readonly take: string;
}

/** Share of judgements by human listeners that named the intended emotion. */
export interface HumanRate {
  /** At least this accuracy, as far as the source says. */
  readonly above: number;
  /** As a text cites it. */
  readonly source: string;
  /** What must be known to compare it. */
  readonly remark: string;
}

/**
 * All that affekt knows of one public corpus. To add one: write `src/corpora/<name>.ts` with such
 * a value, put its manifest beside the others if there is one, and add it to the table in index.ts.
 * Nothing else depends on a corpus by name.
 */
export interface CorpusEntry {
  /** Lower-case name used in `dataset:` and `affekt data add`. */
  readonly name: string;
  readonly title: string;
  /** In the words of its authors; say so where they state none. */
  readonly licence: string;
  readonly citations: readonly Citation[];
  /** Where a user gets it: completes "Download it from …". */
  readonly obtain: string;
  /** Emotions in the project's words (anger, disgust, fear, happiness, neutral, sadness …), sorted. */
  readonly labels: readonly string[];
  /** `embed` only where the licence lets everybody redistribute the audio. */
  readonly audio: 'embed' | 'none';
  /**
   * Reads a file's `/`-separated path; `undefined` when it is not a recording of this corpus. As few
   * folders as possible may count, so that any layout of a download works.
   */
  parse(path: string): Labelled | undefined;
  /** What listeners reach on the whole corpus, where a publication says so. */
  readonly human?: HumanRate;
  /** How many recordings the original has, those of `knownBad` included. */
  readonly recordings: number;
  /** Original path to SHA-256, for every recording; null where nobody has pinned them. */
  readonly manifest: Readonly<Record<string, string>> | null;
  /** Recordings (id and `.wav`) that are broken in the original, and why: always dropped. */
  readonly knownBad: Readonly<Record<string, string>>;
  /** Where `affekt data add NAME` downloads from, tried in this order; empty where a person has to. */
  readonly remotes: readonly Remote[];
}
