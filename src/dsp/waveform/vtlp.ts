import { exp, ln } from '../elementary.ts';
import { createRealFft } from '../fft.ts';
import { createInverseFft } from '../inverse-fft.ts';
import { istft } from '../istft.ts';
import { createStft } from '../stft.ts';

/** Formants lie below, in Hz; above, the axis is bent back so that Nyquist stays where it is. */
const knee = 4800;
/** Of a voice, in s. */
const periods = { shortest: 2.2e-3, longest: 14e-3 } as const;
/** Quefrencies from here on belong to the harmonics: a part of the period, within these limits in s. */
const lifter = { ofPeriod: 0.85, shortest: 2e-3, longest: 4e-3, kept: 0.625 } as const;
/** Below this share of the strongest bin of a frame there is nothing to shape. */
const floor = 1e-8;
/** An envelope is raised or lowered by no more than this factor. */
const mostGain = 10;

/**
 * The piecewise linear axis of Jaitly & Hinton (2013): α f up to the knee, then straight to Nyquist.
 * Its inverse is the same with 1 / α.
 */
export function warpFrequency(f: number, alpha: number, nyquist: number): number {
  const high = Math.min(knee, 0.6 * nyquist) * Math.min(alpha, 1);
  if (f <= high / alpha) return alpha * f;
  return nyquist - ((nyquist - high) / (nyquist - high / alpha)) * (nyquist - f);
}

/**
 * Vocal tract length perturbation of a waveform: at f Hz the result has the spectral envelope that the
 * signal has at `warpFrequency(f, α)`, so α > 1 lowers the formants, as for features. The envelope is the
 * low part of each frame's cepstrum; harmonics and phases stay, so the pitch does, too. Length unchanged.
 */
export function vtlp(
  signal: Float32Array,
  alpha: number,
  { nFft, sampleRate }: { readonly nFft: number; readonly sampleRate: number },
): Float32Array {
  const framing = { nFft, hopLength: nFft / 4, winLength: nFft, window: 'hann' } as const;
  const stft = createStft({ ...framing, center: true, padMode: 'constant' });
  const spectrum = stft.spectrum(signal);
  const { bins } = stft;
  const place = Float64Array.from({ length: bins }, (_, k) => {
    const nyquist = sampleRate / 2;
    return (warpFrequency((k * sampleRate) / nFft, alpha, nyquist) * nFft) / sampleRate;
  });
  const there = createRealFft(nFft);
  const back = createInverseFft(nFft);
  const power = new Float64Array(bins);
  // Spectra of even sequences are real: re, 0, re, 0 …
  const log = new Float64Array(2 * bins);
  const cepstrum = new Float64Array(nFft);
  const envelope = new Float64Array(2 * bins);
  for (let at = 0; at < spectrum.length; at += 2 * bins) {
    let peak = 0;
    for (let k = 0; k < bins; k++) {
      power[k] = spectrum[at + 2 * k]! ** 2 + spectrum[at + 2 * k + 1]! ** 2;
      if (power[k]! > peak) peak = power[k]!;
    }
    // Below it numbers are not normal any more, and there is nothing to hear.
    if (peak < 1e-30) continue;
    for (let k = 0; k < bins; k++) log[2 * k] = 0.5 * ln(Math.max(power[k]!, floor * peak));
    back.frame(log, cepstrum);
    keepEnvelope(cepstrum, sampleRate);
    there.spectrum(cepstrum, envelope);
    for (let k = 0; k < bins; k++) {
      const from = Math.min(Math.floor(place[k]!), bins - 2);
      const share = place[k]! - from;
      const wanted = (1 - share) * envelope[2 * from]! + share * envelope[2 * from + 2]!;
      const factor = exp(wanted - envelope[2 * k]!);
      const bounded = Math.min(Math.max(factor, 1 / mostGain), mostGain);
      spectrum[at + 2 * k]! *= bounded;
      spectrum[at + 2 * k + 1]! *= bounded;
    }
  }
  return istft(spectrum, signal.length, framing);
}

/** Fades out what the cepstrum holds of the voice's harmonics; its highest peak tells their distance. */
function keepEnvelope(cepstrum: Float64Array, sampleRate: number): void {
  const { length } = cepstrum;
  const last = Math.min(Math.floor(periods.longest * sampleRate), length / 2);
  let period = Math.ceil(periods.shortest * sampleRate);
  for (let n = period; n <= last; n++) {
    if (cepstrum[n]! > cepstrum[period]!) period = n;
  }
  const wanted = (lifter.ofPeriod * period) / sampleRate;
  const gone = Math.min(Math.max(wanted, lifter.shortest), lifter.longest);
  const kept = lifter.kept * gone;
  for (let n = 0; n < length; n++) {
    const quefrency = Math.min(n, length - n) / sampleRate;
    const share = (quefrency - kept) / (gone - kept);
    if (share >= 1) cepstrum[n] = 0;
    else if (share > 0) cepstrum[n]! *= 0.5 + 0.5 * Math.cos(Math.PI * share);
  }
}
