import type { Citation } from '../util/citation.ts';

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

/**
 * All that affekt knows of one public corpus. To add one: write `src/corpora/<name>.ts` with such
 * a value, put its manifest beside the others, and add it to the table in index.ts. Nothing else
 * depends on a corpus by name.
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
   * Reads a file's base name; `undefined` when it is not a recording of this corpus. Base names
   * identify a recording, so that any folder layout of a download works.
   */
  parse(name: string): Labelled | undefined;
  /** Original path to SHA-256, for every recording. */
  readonly manifest: Readonly<Record<string, string>>;
  /** Base names of recordings that are broken in the original, and why: always dropped. */
  readonly knownBad: Readonly<Record<string, string>>;
}
