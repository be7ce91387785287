import type { SoundSink } from '../sound-sink.ts';

/**
 * Which of the decoded samples belong to the sound. Pages say at which position they end, in samples:
 * the first one tells where the stream begins, the last one how many samples of its last block count
 * (RFC 7845 §4; libvorbis does the same).
 */
export class Timeline {
  /** Position of the first decoded sample; below 0 where the first ones are to be dropped. */
  #origin: number | undefined;
  #end = 0;

  /** Notes that `decoded` samples lead to position `granule`; one below 0 says nothing. */
  mark(granule: number, decoded: number, isLast: boolean): void {
    if (granule < 0) return;
    // A first page that is the last one, too, is cut at its end, not at its beginning.
    this.#origin ??= isLast ? Math.max(0, granule - decoded) : granule - decoded;
    this.#end = granule;
  }

  /** The decoded samples that count, without the first `skip`. */
  take(sink: SoundSink, skip = 0): readonly Float32Array[] {
    if (this.#origin === undefined) return sink.take(skip);
    const start = Math.floor(skip + Math.max(0, -this.#origin));
    return sink.take(start, Math.max(start, Math.floor(this.#end - this.#origin)));
  }
}
