import { istft } from '../istft.ts';
import { createStft } from '../stft.ts';

/**
 * Faster by `rate` at the same pitch: librosa.effects.time_stretch of librosa 0.11 (hann window, hop
 * n_fft / 4). The result has round(length / rate) samples.
 */
export function timeStretch(signal: Float32Array, rate: number, nFft: number): Float32Array {
  const framing = { nFft, hopLength: nFft / 4, winLength: nFft, window: 'hann' } as const;
  const stft = createStft({ ...framing, center: true, padMode: 'constant' });
  const stretched = phaseVocoder(stft.spectrum(signal), stft.bins, rate, framing.hopLength);
  return istft(stretched, Math.round(signal.length / rate), framing);
}

/**
 * librosa.phase_vocoder of 0.11: frame t of the result stands at `rate` t among the given frames. Its
 * magnitude is interpolated between the two frames there, and its phase goes on from the frame before
 * by what the phase of each bin advances between those two: with Ω_k = 2π k hop / n_fft,
 * φ(t + 1) = φ(t) + Ω_k + princarg(∠X(i + 1) − ∠X(i) − Ω_k), i = ⌊rate t⌋.
 */
function phaseVocoder(
  spectrum: Float64Array,
  bins: number,
  rate: number,
  hopLength: number,
): Float64Array {
  const width = 2 * bins;
  const frames = spectrum.length / width;
  const count = Math.ceil(frames / rate);
  const out = new Float64Array(count * width);
  const nFft = 2 * (bins - 1);
  const phase = new Float64Array(bins);
  for (let k = 0; k < bins; k++) phase[k] = Math.atan2(spectrum[2 * k + 1]!, spectrum[2 * k]!);
  for (let t = 0; t < count; t++) {
    const step = t * rate;
    const first = Math.floor(step);
    const share = step - first;
    for (let k = 0; k < bins; k++) {
      const a = first * width + 2 * k;
      // Frames beyond the last are silent.
      const [aRe, aIm] = first < frames ? [spectrum[a]!, spectrum[a + 1]!] : [0, 0];
      const b = a + width;
      const [bRe, bIm] = first + 1 < frames ? [spectrum[b]!, spectrum[b + 1]!] : [0, 0];
      const magnitude =
        (1 - share) * Math.sqrt(aRe * aRe + aIm * aIm) + share * Math.sqrt(bRe * bRe + bIm * bIm);
      const at = phase[k]!;
      out[t * width + 2 * k] = magnitude * Math.cos(at);
      out[t * width + 2 * k + 1] = magnitude * Math.sin(at);
      const advance = (2 * Math.PI * hopLength * k) / nFft;
      const off = Math.atan2(bIm, bRe) - Math.atan2(aIm, aRe) - advance;
      phase[k] = at + advance + off - 2 * Math.PI * Math.round(off / (2 * Math.PI));
    }
  }
  return out;
}
