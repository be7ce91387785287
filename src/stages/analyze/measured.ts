/** What the sound of one clip says, whoever speaks. */
export interface Measured {
  /** Container and coding of the file: `wav pcm 16-bit`, `flac`. */
  readonly format: string;
  readonly channels: number;
  /** Greatest sample in dBFS. */
  readonly peak: number;
  /** Samples in flat tops. */
  readonly clipped: number;
  /** dBFS of what is not quiet. */
  readonly level: number;
  /** LUFS of the whole clip; null for silence. */
  readonly loudness: number | null;
  readonly snr: number;
  /** Part of the clip that is at least 20 dB below its speech, 0 … 1. */
  readonly quiet: number;
  /** Median in Hz; null without voice. */
  readonly f0: number | null;
  /** 90th less 10th percentile in semitones. */
  readonly f0Range: number | null;
  /** Part of the frames that are voiced. */
  readonly voiced: number;
  readonly nuclei: number;
  /** Fingerprint in base64; empty for silence. */
  readonly print: string;
}
