/** A BibTeX entry as data. */
export interface Citation {
  readonly type: 'article' | 'inproceedings' | 'misc';
  readonly key: string;
  readonly fields: Readonly<Record<string, string>>;
}
