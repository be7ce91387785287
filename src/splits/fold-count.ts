import type { Scheme } from './schemes.ts';

/** How many folds a scheme makes of a corpus, without making them; undefined where only a file says it. */
export function foldCount(
  { scheme, folds }: { readonly scheme: Scheme; readonly folds: number },
  clips: readonly { readonly speaker: string; readonly text: string; readonly corpus: string }[],
): number | undefined {
  const different = (key: 'speaker' | 'text' | 'corpus'): number =>
    new Set(clips.map((clip) => clip[key])).size;
  switch (scheme) {
    case 'leave-one-speaker-out':
      return different('speaker');
    case 'leave-one-text-out':
      return different('text');
    case 'leave-one-corpus-out':
      return different('corpus');
    case 'stratified-k-fold':
    case 'stratified-group-k-fold':
      return folds;
    case 'cross-corpus':
    case 'hold-out':
      return 1;
    case 'file':
      return undefined;
  }
}
