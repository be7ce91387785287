import { exp } from '../elementary.ts';
import { butterworth, filterSections } from './butterworth.ts';
import { convolve } from './convolve.ts';
import { matchLevel } from './level.ts';
import type { Resample } from './resampling.ts';

export type Point = readonly [x: number, y: number, z: number];

/** A shoebox with one corner at the origin. Metres and seconds. */
export interface Room {
  readonly size: Point;
  readonly source: Point;
  readonly microphone: Point;
  /** How long sound takes to fall by 60 dB. */
  readonly rt60: number;
}

/** Metres per second, at 20 °C. */
const soundSpeed = 343;
/** Pulses are placed on a grid this much finer than samples. */
const oversampling = 4;
/** Samples before the direct sound, for the resampling filter to ring in. */
const lead = 64;

/** Directions per right angle that the decay is averaged over. */
const directions = 32;

/**
 * What the walls give back of an amplitude, equal for all six, so that the room decays as asked. A ray
 * in the direction u meets c t Σ |u_i| / L_i walls in t seconds, so the energy that is still to come at t
 * is ∫ e^(−2 γ S) / (2 S) du, γ = −c t ln β and S that sum: Schroeder's integral. γ follows from its way
 * from −5 to −25 dB, and β from γ. Sabine's and Eyring's formulas put the mean of S into one exponent;
 * that is too short a time for rooms that are no cubes, where rays between close walls die first.
 */
export function wallReflection({ size, rt60 }: Pick<Room, 'size' | 'rt60'>): number {
  const rates: { readonly rate: number; readonly weight: number }[] = [];
  for (let i = 0; i < directions; i++) {
    const up = (i + 0.5) / directions;
    const flat = Math.sqrt(1 - up * up);
    for (let j = 0; j < directions; j++) {
      const turn = ((j + 0.5) / directions) * (Math.PI / 2);
      const [x, y, z] = [flat * Math.cos(turn), flat * Math.sin(turn), up];
      const rate = 2 * (x / size[0] + y / size[1] + z / size[2]);
      rates.push({ rate, weight: 1 / rate });
    }
  }
  const left = (gamma: number): number =>
    rates.reduce((sum, { rate, weight }) => sum + weight * exp(-rate * gamma), 0);
  const whole = left(0);
  const reaches = (decibels: number): number => {
    let [low, high] = [0, 40 * Math.max(...size)];
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2;
      if (10 * Math.log10(left(middle) / whole) > decibels) low = middle;
      else high = middle;
    }
    return low;
  };
  return exp((-3 * (reaches(-25) - reaches(-5))) / (soundSpeed * rt60));
}

/** Images of the source along one axis: offset from the microphone, and the share that is left. */
function imagesAlong(length: number, source: number, at: number, beta: number, reach: number) {
  const images: { readonly square: number; readonly share: number }[] = [];
  const most = Math.ceil(reach / (2 * length)) + 1;
  const powers = [1];
  for (let i = 0; i <= 2 * most; i++) powers.push(beta * powers[i]!);
  for (let n = -most; n <= most; n++) {
    for (const u of [0, 1]) {
      const offset = (1 - 2 * u) * source + 2 * n * length - at;
      if (Math.abs(offset) > reach) continue;
      images.push({ square: offset * offset, share: powers[Math.abs(n - u) + Math.abs(n)]! });
    }
  }
  return images.sort((a, b) => a.square - b.square);
}

/**
 * Impulse response by the image-source method (Allen & Berkley 1979): mirrored rooms all around hold
 * images of the source, each heard after d / c with the amplitude β^(reflections) / d. The direct sound
 * comes at sample 64 with the amplitude 1; reflections that come `rt60` after it or later are left out.
 * A second-order high-pass takes away what equally signed pulses leave at 0 Hz, as in the paper.
 */
export function impulseResponse(room: Room, sampleRate: number, resample: Resample): Float32Array {
  const { size, source, microphone, rt60 } = room;
  const beta = wallReflection(room);
  const direct = Math.sqrt(
    source.reduce((sum, value, i) => sum + (value - microphone[i]!) ** 2, 0),
  );
  const reach = direct + soundSpeed * rt60;
  const [xs, ys, zs] = [0, 1, 2].map((i) =>
    imagesAlong(size[i]!, source[i]!, microphone[i]!, beta, reach),
  );
  const rate = oversampling * sampleRate;
  const length = lead + Math.ceil(rt60 * sampleRate);
  const fine = new Float32Array(oversampling * length + 1);
  const far = reach * reach;
  for (const x of xs!) {
    for (const y of ys!) {
      const plane = x.square + y.square;
      if (plane > far) break;
      const share = x.share * y.share * direct * oversampling;
      for (const z of zs!) {
        const square = plane + z.square;
        if (square > far) break;
        const distance = Math.sqrt(square);
        const at = lead * oversampling + ((distance - direct) / soundSpeed) * rate;
        const whole = Math.floor(at);
        if (whole + 1 >= fine.length) continue;
        const amplitude = (share * z.share) / distance;
        fine[whole]! += amplitude * (1 - at + whole);
        fine[whole + 1]! += amplitude * (at - whole);
      }
    }
  }
  const response = resample(fine, oversampling, 1).subarray(0, length);
  const highPass = { pass: 'high', order: 2, cutoff: 0.01 * sampleRate, sampleRate } as const;
  return filterSections(response, butterworth(highPass));
}

/** A clip as it sounds in a room, of the same length and level, without the delay of the direct sound. */
export function reverberate(
  signal: Float32Array,
  room: Room,
  sampleRate: number,
  resample: Resample,
): Float32Array {
  const heard = convolve(signal, impulseResponse(room, sampleRate, resample));
  return matchLevel(Float32Array.from(heard.subarray(lead, lead + signal.length)), signal);
}
