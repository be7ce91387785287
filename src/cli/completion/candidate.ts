/** A word that may stand where the cursor is, and what it means. */
export interface Candidate {
  readonly word: string;
  readonly summary?: string;
}

/** What may come next; `files` where the shell shall offer paths. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly files: boolean;
}

export function matching(candidates: readonly Candidate[], start: string): Completion {
  return { candidates: candidates.filter(({ word }) => word.startsWith(start)), files: false };
}
