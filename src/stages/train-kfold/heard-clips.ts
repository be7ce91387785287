import { groupBy } from '../../util/group-by.ts';

/** A draw of a fold: all clips that the fold tests, and those of them that it scores. */
export interface HeardDraw {
  readonly test: readonly string[];
  readonly scored: ReadonlySet<string>;
}

/**
 * Fewest and most clips of a speaker that were enrolled, which are those that a draw does not score; nothing
 * where it was as many as asked for of each.
 */
export function heardClips(
  draws: readonly HeardDraw[],
  clips: number | 'all',
  speakerOf: (id: string) => string,
): { readonly heard?: readonly [number, number] } {
  if (clips === 'all') return {};
  const counts = draws.flatMap(({ test, scored }) =>
    [...groupBy(test, speakerOf).values()].map((own) => own.filter((id) => !scored.has(id)).length),
  );
  if (counts.every((count) => count === clips)) return {};
  return { heard: [Math.min(...counts), Math.max(...counts)] };
}
