import type { CropSizes } from './crop.ts';

/** Mixes the band statistics of samples. Holds buffers, so one instance serves one batch at a time. */
export interface FreqMixStyle {
  /**
   * Changes x (samples × channels × bands × frames) in place. Sample n takes statistics from sample
   * `partner(n)`, in the share 1 − λ_n; λ = 1 leaves it alone.
   */
  apply(
    x: Float32Array,
    mask: Float32Array,
    lambda: Float64Array,
    partner: (n: number) => number,
  ): void;
}

const minimumVariance = 1e-5;

/**
 * Freq-MixStyle (Schmid et al. 2022, after Zhou et al. 2021): with the mean μ and deviation σ of a
 * band over channels and frames, x ← (x − μ) / σ · (λ σ + (1 − λ) σ') + λ μ + (1 − λ) μ', where ' is
 * another sample of the batch. Frames outside the mask are left out of the statistics and stay 0.
 */
export function createFreqMixStyle(
  count: number,
  { channels, bands, frames }: CropSizes,
): FreqMixStyle {
  const mean = new Float64Array(count * bands);
  const deviation = new Float64Array(count * bands);
  const size = channels * bands * frames;

  const measure = (x: Float32Array, mask: Float32Array, n: number): void => {
    let kept = 0;
    for (let t = 0; t < frames; t++) kept += mask[n * frames + t]!;
    const total = Math.max(kept * channels, 1);
    for (let band = 0; band < bands; band++) {
      let sum = 0;
      let squares = 0;
      for (let channel = 0; channel < channels; channel++) {
        const at = n * size + (channel * bands + band) * frames;
        for (let t = 0; t < frames; t++) {
          const value = x[at + t]! * mask[n * frames + t]!;
          sum += value;
          squares += value * value;
        }
      }
      const centre = sum / total;
      mean[n * bands + band] = centre;
      deviation[n * bands + band] = Math.sqrt(
        Math.max(squares / total - centre * centre, minimumVariance),
      );
    }
  };

  return {
    apply(x, mask, lambda, partner) {
      for (let n = 0; n < count; n++) measure(x, mask, n);
      for (let n = 0; n < count; n++) {
        const share = lambda[n]!;
        if (share === 1) continue;
        const other = partner(n);
        for (let row = 0; row < channels * bands; row++) {
          const own = n * bands + (row % bands);
          const its = other * bands + (row % bands);
          const gain = share + (1 - share) * (deviation[its]! / deviation[own]!);
          const centre = mean[own]!;
          const target = share * centre + (1 - share) * mean[its]!;
          const at = n * size + row * frames;
          for (let t = 0; t < frames; t++) {
            if (mask[n * frames + t] === 0) continue;
            x[at + t] = (x[at + t]! - centre) * gain + target;
          }
        }
      }
    },
  };
}
