/** Reads numbers from bits, the top ones first. Past the end it reads zeros and says so. */
export class BitReader {
  readonly #bytes: Uint8Array;
  /** Next byte to take in. */
  #at: number;
  /** Bits that were taken in and not read, from the top; zeros below. */
  #cache = 0;
  #have = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#at = start;
  }

  /** Whether more was read than there is. */
  get overrun(): boolean {
    return this.#at - (this.#have >> 3) > this.#bytes.length;
  }

  /** The byte that the next bit is in. */
  get byte(): number {
    return this.#at - (this.#have >> 3);
  }

  align(): void {
    const rest = this.#have & 7;
    this.#cache <<= rest;
    this.#have -= rest;
  }

  /** An unsigned number of 0 to 36 bits. */
  unsigned(count: number): number {
    if (count > 24) return this.unsigned(count - 24) * 2 ** 24 + this.unsigned(24);
    if (count === 0) return 0;
    if (this.#have < count) this.#fill();
    const value = this.#cache >>> (32 - count);
    this.#cache <<= count;
    this.#have -= count;
    return value;
  }

  /** A number of 0 to 36 bits in two’s complement. */
  signed(count: number): number {
    const value = this.unsigned(count);
    return count > 0 && value >= 2 ** (count - 1) ? value - 2 ** count : value;
  }

  /** How many zeros stand before the next one, which is read as well. */
  unary(): number {
    let zeros = 0;
    while (this.#cache === 0) {
      zeros += this.#have;
      this.#have = 0;
      if (this.#at > this.#bytes.length) return zeros;
      this.#fill();
    }
    const run = Math.clz32(this.#cache);
    this.#cache <<= run;
    this.#cache <<= 1;
    this.#have -= run + 1;
    return zeros + run;
  }

  /** Rice codes of parameter `k`: unary quotient, `k` bits of remainder, sign in the lowest bit. */
  rice(k: number, out: Int32Array | Float64Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const high = this.unary();
      const folded = (high << k) | this.unsigned(k);
      out[i] = (folded >>> 1) ^ -(folded & 1);
    }
  }

  #fill(): void {
    while (this.#have <= 24) {
      this.#cache |= (this.#bytes[this.#at++] ?? 0) << (24 - this.#have);
      this.#have += 8;
    }
  }
}
