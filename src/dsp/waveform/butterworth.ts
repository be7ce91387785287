/** b0 + b1 z⁻¹ + b2 z⁻² over 1 + a1 z⁻¹ + a2 z⁻². */
export type Section = readonly [b0: number, b1: number, b2: number, a1: number, a2: number];

export interface Butterworth {
  readonly pass: 'low' | 'high';
  /** 6 dB per octave each. */
  readonly order: number;
  /** In Hz, below half the rate: −3.01 dB. */
  readonly cutoff: number;
  readonly sampleRate: number;
}

/**
 * The filter scipy.signal.butter(order, cutoff, pass, fs=rate) as sections of at most second order, by
 * the bilinear transform with K = tan(π cutoff / rate): each pair of poles at the angle θ from the real
 * axis has Q = 1 / (2 cos θ).
 */
export function butterworth({ pass, order, cutoff, sampleRate }: Butterworth): readonly Section[] {
  const k = Math.tan((Math.PI * cutoff) / sampleRate);
  const sections: Section[] = [];
  if (order % 2 === 1) {
    const b = pass === 'low' ? k / (1 + k) : 1 / (1 + k);
    sections.push([b, pass === 'low' ? b : -b, 0, (k - 1) / (k + 1), 0]);
  }
  for (let pair = 0; pair < Math.floor(order / 2); pair++) {
    const angle = (Math.PI * (2 * pair + 1 + (order % 2))) / (2 * order);
    const perQ = 2 * Math.cos(angle) * k;
    const scale = 1 / (1 + perQ + k * k);
    const b = pass === 'low' ? k * k * scale : scale;
    sections.push([
      ...([b, pass === 'low' ? 2 * b : -2 * b, b] as const),
      ...([2 * (k * k - 1) * scale, (1 - perQ + k * k) * scale] as const),
    ]);
  }
  return sections;
}

/** scipy.signal.sosfilt from rest: forward only, so later by the filter's group delay. */
export function filterSections(signal: Float32Array, sections: readonly Section[]): Float32Array {
  const wave = Float64Array.from(signal);
  for (const [b0, b1, b2, a1, a2] of sections) {
    let first = 0;
    let second = 0;
    for (let i = 0; i < wave.length; i++) {
      const x = wave[i]!;
      const y = b0 * x + first;
      first = b1 * x - a1 * y + second;
      second = b2 * x - a2 * y;
      wave[i] = y;
    }
  }
  return Float32Array.from(wave);
}
