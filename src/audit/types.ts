/**
 * `leak`: a scored clip had a say in the model that scored it. `wrong`: a number or a claim is not what
 * the records give. `damaged`: bytes are not those that were recorded. `unverifiable`: the records
 * cannot tell. `note`: worth knowing, and no fault.
 */
export const severities = ['leak', 'wrong', 'damaged', 'unverifiable', 'note'] as const;

export type Severity = (typeof severities)[number];

/** The worst severity that was found; `clean` where there is nothing above a note. */
export type Verdict = 'clean' | Exclude<Severity, 'note'>;

export interface Finding {
  readonly severity: Severity;
  /** Address of the task or stage it is about. */
  readonly address: string;
  /** One sentence. */
  readonly message: string;
  /** How many other folds and seeds show the same. */
  readonly more: number;
}

/** How many clips a fold's tasks opened in each role, by the records. */
export interface FoldFacts {
  /** From 1; null for a task that holds all folds. */
  readonly fold: number | null;
  readonly seed: number | null;
  readonly fit: number;
  readonly validate: number;
  readonly test: number;
  /** Clips that the trials were judged by of which its params were the best; null where no search chose them. */
  readonly choice: number | null;
  /** Speakers that are scored, sorted. */
  readonly speakers: readonly string[];
}

export interface SetReport {
  readonly name: string;
  /** The number with its protocol and stamps, as reports state it. */
  readonly sentence: string;
  /** Its params were chosen on the very clips that score it, and its stamp says so. */
  readonly optimistic: boolean;
  readonly folds: readonly FoldFacts[];
  /** Tasks that any of its clips, features or models went through. */
  readonly ancestry: number;
}

export interface AuditReport {
  readonly format: 'affekt.audit/1';
  readonly run: string;
  readonly verdict: Verdict;
  readonly sets: readonly SetReport[];
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly checked: {
    readonly tasks: number;
    readonly objects: number;
    /** Objects that are no longer in the cache: their bytes could not be checked. */
    readonly missing: number;
  };
}
