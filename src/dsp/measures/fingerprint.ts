/** Bands between which differences are taken: some 250 Hz to 3 kHz, where speech is stronger than noise. */
const firstBand = 3;
const lastBand = 25;
/** Steps in time that a clip is cut into, whatever its length. */
const steps = 48;

/**
 * What stays of a sound when its level, format, rate and a little noise change: of the clip cut into 48
 * equal steps, the signs of Δ_t Δ_f log energy between neighbouring steps and bands, 47 × 22 bits packed into
 * words. Differences in frequency remove level, those in time the colour of the channel (after Haitsma &
 * Kalker 2002, on a grid relative to the clip's length). Copies that were cut or padded have other bits.
 *
 * @param levels dB, rows × bands; rows a multiple of 48
 */
export function fingerprint(levels: Float32Array, bands: number): Uint32Array {
  const rows = levels.length / bands / steps;
  if (!Number.isInteger(rows)) throw new RangeError(`rows are not a multiple of ${steps}`);
  const pooled = Array.from({ length: steps }, (_, s) =>
    Float64Array.from({ length: bands }, (_, b) => {
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += levels[(s * rows + r) * bands + b]!;
      return sum;
    }),
  );
  const count = (steps - 1) * (lastBand - firstBand);
  const bits = new Uint32Array(Math.ceil(count / 32));
  let at = 0;
  for (let s = 1; s < steps; s++) {
    for (let b = firstBand; b < lastBand; b++, at++) {
      const [now, before] = [pooled[s]!, pooled[s - 1]!];
      if (now[b + 1]! - now[b]! > before[b + 1]! - before[b]!) bits[at >> 5]! |= 1 << (at & 31);
    }
  }
  return bits;
}

/** Part of the bits that differ: about 0.5 between sounds that have nothing in common. */
export function fingerprintDistance(a: Uint32Array, b: Uint32Array): number {
  let bits = 0;
  for (let i = 0; i < a.length; i++) {
    let x = a[i]! ^ b[i]!;
    x -= (x >>> 1) & 0x55555555;
    x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
    bits += Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return bits / ((steps - 1) * (lastBand - firstBand));
}
