import type { Random } from '../../util/random.ts';
import { frameSeconds, type Score } from './score.ts';

export interface Voice {
  /** Relative to the phone table; moves the fixed formants above F3. */
  readonly tract: number;
  /** Corner frequency of the source's low-pass, Hz: spectral tilt. */
  readonly corner: number;
  /** Part of a period in which the glottis is open, 0 to 1. */
  readonly openQuotient: number;
  /** Added breath noise while voiced, relative to voicing. */
  readonly breathiness: number;
  /** Root mean square of the clip, 1 = full scale. */
  readonly rms: number;
}

/** Bandwidths of F1 to F7, Hz. */
const bandwidths = [70, 90, 140, 200, 250, 350, 450];
const upperFormants = [3500, 4500, 5500, 6500];
/** Hz; a resonator closer to the Nyquist frequency would lift the whole top of the spectrum. */
const highest = 7000;
/** Room noise, 1 = full scale. */
const floor = 2e-4;

/**
 * Source-filter synthesis in the manner of Klatt (1980): the derivative of a polynomial glottal
 * pulse (Klatt & Klatt 1990), with jitter, shimmer, breath and tilt, through a cascade of up
 * to seven resonators; friction noise through one resonator beside it.
 * @returns samples in [-1, 1] on the grid of 16-bit PCM. `Math.cos` and `Math.exp` may differ in
 * their last digit between JavaScript engines; the grid makes that vanish but for the rarest cases.
 */
export function synthesise(score: Score, voice: Voice, rate: number, random: Random): Float32Array {
  const hop = Math.round(frameSeconds * rate);
  const samples = new Float32Array(score.frames * hop);
  const upper = upperFormants
    .map((hertz) => hertz * voice.tract)
    .filter((hertz) => hertz < highest);
  const tract = bandwidths.slice(0, 3 + upper.length).map(() => new Resonator(rate));
  const friction = new Resonator(rate);
  for (const [index, hertz] of upper.entries()) {
    tract[index + 3]?.tune(hertz, bandwidths[index + 3] ?? 0);
  }
  const keep = Math.exp((-2 * Math.PI * voice.corner) / rate);
  const open = voice.openQuotient;
  let phase = 0;
  let stretch = 1;
  let swell = 1;
  let source = 0;

  for (let frame = 0; frame < score.frames; frame++) {
    const pitch = score.pitch[frame] ?? 0;
    const voicing = score.voicing[frame] ?? 0;
    const breath = (score.breath[frame] ?? 0) + voice.breathiness * voicing;
    const hiss = score.friction[frame] ?? 0;
    for (const [index, track] of score.formants.entries()) {
      tract[index]?.tune(track[frame] ?? 0, bandwidths[index] ?? 0);
    }
    friction.tune(score.noiseCentre[frame] ?? 0, score.noiseWidth[frame] ?? 0);
    const peak = friction.peakGain();

    for (let i = frame * hop; i < (frame + 1) * hop; i++) {
      phase += (pitch / rate) * stretch;
      if (phase >= 1) {
        phase -= 1;
        stretch = 1 + 0.008 * random.normal();
        swell = 1 + 0.05 * random.normal();
      }
      const x = phase / open;
      const pulse = x < 1 ? swell * (2 * x - 3 * x * x) : 0;
      source = (1 - keep) * voicing * pulse + keep * source;
      const noise = 2 * random.next() - 1;
      let sample = source + breath * noise * (x < 1 ? 1 : 0.5);
      for (const resonator of tract) sample = resonator.next(sample);
      samples[i] = sample + (hiss > 0 ? (hiss * friction.next(noise)) / peak : 0);
    }
  }
  return toGrid(samples, voice.rms, random);
}

/** Klatt's two-pole resonator, gain 1 at 0 Hz. */
class Resonator {
  private readonly rate: number;
  private a = 1;
  private b = 0;
  private c = 0;
  private last = 0;
  private before = 0;

  constructor(rate: number) {
    this.rate = rate;
  }

  tune(hertz: number, bandwidth: number): void {
    const radius = Math.exp((-Math.PI * bandwidth) / this.rate);
    this.c = -radius * radius;
    this.b = 2 * radius * Math.cos((2 * Math.PI * hertz) / this.rate);
    this.a = 1 - this.b - this.c;
  }

  /** About the gain at the centre: exact for a pole pair far from 0 Hz. */
  peakGain(): number {
    const radius = Math.sqrt(-this.c);
    const cosine = this.b / (2 * radius);
    return this.a / ((1 - radius) * 2 * Math.sqrt(Math.max(1e-6, 1 - cosine * cosine)));
  }

  next(x: number): number {
    const y = this.a * x + this.b * this.last + this.c * this.before;
    this.before = this.last;
    this.last = y;
    return y;
  }
}

function toGrid(samples: Float32Array, rms: number, random: Random): Float32Array {
  let power = 0;
  for (const sample of samples) power += sample * sample;
  const gain = rms / Math.sqrt(power / samples.length);
  return samples.map((sample) => {
    const value = gain * sample + floor * (2 * random.next() - 1);
    return Math.max(-32768, Math.min(32767, Math.round(value * 32768))) / 32768;
  });
}
