import { aesdd } from './aesdd.ts';
import { emodb } from './emodb.ts';
import type { CorpusEntry } from './entry.ts';

/** Every public corpus that `dataset:` and `affekt data add` know by name. */
export const corpora: Readonly<Record<string, CorpusEntry>> = { aesdd, emodb };
