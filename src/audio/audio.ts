/** Decoded sound: one array of samples per channel, all of the same length, full scale = ±1. */
export interface Audio {
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: readonly Float32Array[];
  /** The file promises more sound than it holds; `channels` are what is there. */
  readonly truncated: boolean;
}

/** Why bytes could not be decoded. `message` completes "cannot read clip.wav: …". */
export interface AudioError {
  readonly reason:
    | 'empty-file'
    | 'not-audio'
    | 'unsupported-format'
    | 'unsupported-encoding'
    | 'bad-header'
    | 'no-data'
    | 'no-samples'
    | 'damaged'
    | 'too-long'
    | 'not-finite';
  readonly message: string;
}

/** Mean of the channels, rounded to float32: librosa.to_mono, before any resampling. */
export function toMono(channels: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(0), ...others] = channels;
  if (others.length === 0) return first;
  return first.map((value, i) => {
    let sum = value;
    for (const channel of others) sum += channel[i]!;
    return sum / channels.length;
  });
}
