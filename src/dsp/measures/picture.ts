import { ln } from '../elementary.ts';

/** A clip's spectrogram at one size, whatever its length: steps in time × mel bands, in dB. */
export const pictureSteps = 96;
export const pictureBands = 40;

/** Power in dB, at least −100. */
export function powerDb(power: number): number {
  return (10 / Math.LN10) * ln(Math.max(power, 1e-10));
}

/** Mean and standard deviation of each band over time, the clip's mean level taken off. */
export function describePicture(picture: Float32Array): Float64Array {
  const out = new Float64Array(2 * pictureBands);
  const level = picture.reduce((a, b) => a + b, 0) / picture.length;
  for (let b = 0; b < pictureBands; b++) {
    let sum = 0;
    let squares = 0;
    for (let s = 0; s < pictureSteps; s++) {
      const value = picture[s * pictureBands + b]! - level;
      sum += value;
      squares += value * value;
    }
    const mean = sum / pictureSteps;
    out[b] = mean;
    out[pictureBands + b] = Math.sqrt(Math.max(0, squares / pictureSteps - mean * mean));
  }
  return out;
}

/** Mean power of the frames in each of `pictureSteps` equal parts of the clip, in dB. */
export function poolPicture(power: Float32Array, frames: number): Float32Array {
  const picture = new Float32Array(pictureSteps * pictureBands);
  for (let s = 0; s < pictureSteps; s++) {
    const from = Math.floor((s * frames) / pictureSteps);
    const to = Math.max(from + 1, Math.floor(((s + 1) * frames) / pictureSteps));
    for (let b = 0; b < pictureBands; b++) {
      let sum = 0;
      for (let t = from; t < to; t++) sum += power[t * pictureBands + b]!;
      picture[s * pictureBands + b] = powerDb(sum / (to - from));
    }
  }
  return picture;
}

/** Sum of each frame's bands in dB. */
export function bandSums(power: Float32Array): Float64Array {
  return Float64Array.from({ length: power.length / pictureBands }, (_, t) => {
    let sum = 0;
    for (let b = 0; b < pictureBands; b++) sum += power[t * pictureBands + b]!;
    return powerDb(sum);
  });
}
