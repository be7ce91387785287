import { aesdd } from './aesdd.ts';
import { cremaD } from './crema-d.ts';
import { emodb } from './emodb.ts';
import type { CorpusEntry } from './entry.ts';
import { ravdess } from './ravdess.ts';
import { savee } from './savee.ts';
import { tess } from './tess.ts';

/** Every public corpus that `dataset:` and `affekt data add` know by name. */
export const corpora: Readonly<Record<string, CorpusEntry>> = {
  aesdd,
  emodb,
  ravdess,
  savee,
  tess,
  'crema-d': cremaD,
};
