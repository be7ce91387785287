/** A place that a corpus can be downloaded from, and how one asks there. Hosts and paths only: no token is ever in one. */
export type Remote =
  /** A zip, tar or tar.gz file, unpacked after the download. */
  | { readonly kind: 'archive'; readonly url: string }
  /** Single files below an address; which ones, says the corpus's manifest. */
  | { readonly kind: 'files'; readonly url: string }
  /** A folder of a DagsHub repository, listed by its content API. */
  | {
      readonly kind: 'dagshub';
      /** `owner/name` at this host. */
      readonly repository: string;
      /** A branch or commit; empty for the default branch. */
      readonly revision: string;
      readonly path: string;
      readonly host: string;
    }
  /** A directory that DVC tracks: the remote's address and the md5 of the directory (`….dir`). */
  | { readonly kind: 'dvc'; readonly url: string; readonly directory: string }
  /** A folder of a Hugging Face data set at a revision. */
  | {
      readonly kind: 'hugging-face';
      readonly dataset: string;
      readonly revision: string;
      readonly path: string;
      readonly host: string;
    };
