/** A place in a file, or on the command line (`file` is then `command line` and `text` the argument). */
export interface Location {
  /** As the user wrote it, relative to the working directory where that is shorter. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units as editors count. */
  readonly column: number;
  /** How many characters to underline; at least 1. */
  readonly length: number;
  /** The whole source line. */
  readonly text: string;
}

/**
 * A problem found before work starts. Diagnostics are collected, never thrown one by one: the user
 * sees all of them at once.
 */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** What is wrong, without a full stop: `unknown param "n_mel"`. */
  readonly message: string;
  readonly location?: Location;
  /** The nearest valid value: `n_mels`. */
  readonly nearest?: string;
  /** The next step, a sentence. */
  readonly hint?: string;
  /** Further places that belong to the story: the other candidate, the first use of a key. */
  readonly related?: readonly { readonly message: string; readonly location: Location }[];
}
