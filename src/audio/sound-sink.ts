/** Values in all channels together that a coded file may decode to: 512 MiB, 46 minutes of mono at 48 kHz. */
const maxValues = 2 ** 27;

/** What a message says of a file that decodes to more. */
export const tooLong = `it decodes to more than ${Math.floor(maxValues / 1e6)} million samples; cut it into clips`;

/**
 * Samples of a sound whose length nobody can be trusted to know beforehand: a few bytes can promise, or
 * stand for, hours. Grows with what is written.
 */
export class SoundSink {
  #channels: Float32Array[];
  #length = 0;

  constructor(channels: number) {
    this.#channels = Array.from({ length: channels }, () => new Float32Array(0));
  }

  /** Samples per channel. */
  get length(): number {
    return this.#length;
  }

  /** Room for `count` more samples per channel, to be filled in from `length` − `count` on; false beyond the limit. */
  grow(count: number): boolean {
    const length = this.#length + count;
    if (length * this.#channels.length > maxValues) return false;
    if (length > (this.#channels[0]?.length ?? 0)) {
      this.#channels = this.#channels.map((old) => {
        const wider = new Float32Array(Math.max(length, 2 * old.length, 2 ** 14));
        wider.set(old);
        return wider;
      });
    }
    this.#length = length;
    return true;
  }

  /** The memory behind a channel; valid until the next `grow`. */
  channel(index: number): Float32Array {
    return this.#channels[index]!;
  }

  /** Appends one block, an array per channel, all of the same length; false beyond the limit. */
  append(block: readonly Float32Array[]): boolean {
    const from = this.#length;
    if (!this.grow(block[0]?.length ?? 0)) return false;
    block.forEach((samples, index) => {
      this.#channels[index]!.set(samples, from);
    });
    return true;
  }

  /** Channels from `start` to `end`, in memory of their own. */
  take(start = 0, end = this.#length): readonly Float32Array[] {
    return this.#channels.map((channel) => channel.slice(start, Math.min(end, this.#length)));
  }
}
