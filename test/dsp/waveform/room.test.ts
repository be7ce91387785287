import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createResampler } from '../../../src/audio/resample.ts';
import { butterworth, filterSections } from '../../../src/dsp/waveform/butterworth.ts';
import { clippingDistortion } from '../../../src/dsp/waveform/clipping.ts';
import { convolve } from '../../../src/dsp/waveform/convolve.ts';
import { rootMeanSquare } from '../../../src/dsp/waveform/level.ts';
import {
  impulseResponse,
  type Point,
  reverberate,
  wallReflection,
} from '../../../src/dsp/waveform/room.ts';
import { golden } from '../../golden/librosa/load.ts';
import { peers } from '../../golden/waveform/load.ts';
import { reverberationTime } from '../../util/sound-measures.ts';

const test = suite('waveform rooms and filters');

const sampleRate = 16000;
const signal = golden('signal');
const resample = (x: Float32Array, orig: number, target: number): Float32Array =>
  createResampler(orig, target).resample(x);

const within = ([x, y, z]: Point, a: number, b: number, c: number): Point => [a * x, b * y, c * z];

const room = (size: Point, rt60: number) => ({
  ...{ size, rt60 },
  source: within(size, 0.4, 0.3, 0.6),
  microphone: within(size, 0.6, 0.55, 0.45),
});

test('a room decays as fast as it was asked to', () => {
  for (const size of [
    [4, 3.6, 2.7],
    [5.6, 3.8, 2.5],
    [8, 5, 3],
  ] as const) {
    for (const rt60 of [0.2, 0.4, 0.7]) {
      const response = impulseResponse(room(size, rt60), sampleRate, resample);
      const measured = reverberationTime(response, sampleRate);
      // One room is one draw of a mean over directions; early on, few reflections make it up.
      assert.ok(Math.abs(measured / rt60 - 1) < 0.1, `${size}, ${rt60} s: ${measured}`);
    }
  }
});

test('in a cube, Eyring is right, and Sabine where walls absorb little', () => {
  const length = 4;
  for (const rt60 of [0.4, 1.2]) {
    const beta = wallReflection({ size: [length, length, length], rt60 });
    const perMetre = (24 * Math.LN10 * length ** 3) / (343 * 6 * length ** 2);
    // Directions of few reflections outlive the mean: the decay that is measured is a little slower.
    const eyring = perMetre / (-2 * Math.log(beta));
    assert.ok(eyring / rt60 > 0.85 && eyring / rt60 < 1, `Eyring: ${eyring} s for ${rt60} s`);
    const sabine = perMetre / (1 - beta * beta);
    assert.ok(sabine > eyring, 'Sabine gives longer times');
    if (rt60 > 1) assert.ok(Math.abs(sabine / rt60 - 1) < 0.15, `Sabine: ${sabine} s`);
  }
});

test('the direct sound comes first, and the first reflections when geometry says', () => {
  const size: Point = [60, 50, 40];
  const [source, microphone]: readonly [Point, Point] = [
    [30, 25, 2],
    [33, 25, 2],
  ];
  const response = impulseResponse({ size, source, microphone, rt60: 3 }, sampleRate, resample);
  const peak = (from: number, to: number): number => {
    let best = from;
    for (let i = from; i < to; i++) {
      if (Math.abs(response[i]!) > Math.abs(response[best]!)) best = i;
    }
    return best;
  };
  assert.is(peak(0, response.length), 64);
  // The floor is 2 m below both: its image is √(3² + 4²) = 5 m away, 2 m farther than the source.
  const at = 64 + (2 / 343) * sampleRate;
  assert.ok(Math.abs(peak(100, response.length) - at) <= 1, `${peak(100, response.length)}, ${at}`);
  const beta = wallReflection({ size, rt60: 3 });
  const ratio = response[peak(100, response.length)]! / response[64]!;
  // The reflection falls between two samples.
  assert.ok(ratio > 0.6 * beta * 0.6 && ratio < 1.1 * beta * 0.6, `${ratio}, β = ${beta}`);
});

test('a clip in a room keeps its length, its level and its place in time', () => {
  const heard = reverberate(signal, room([5, 4, 3], 0.3), sampleRate, resample);
  assert.is(heard.length, signal.length);
  assert.ok(Math.abs(rootMeanSquare(heard) / rootMeanSquare(signal) - 1) < 1e-5);
  const click = new Float32Array(1000);
  click[200] = 1;
  const answer = reverberate(click, room([5, 4, 3], 0.2), sampleRate, resample);
  const loudest = answer.reduce((best, value, i) => (value > answer[best]! ? i : best), 0);
  assert.is(loudest, 200);
  assert.ok(answer.every(Number.isFinite));
});

test('convolution is the sum of products', () => {
  const a = Float32Array.of(1, 2, 3, -4);
  const b = Float32Array.of(0.5, 0, -2);
  const expected = [0.5, 1, -0.5, -6, -6, 8];
  for (const [i, value] of convolve(a, b).entries()) {
    assert.ok(Math.abs(value - expected[i]!) < 1e-12, `${i}: ${value}`);
  }
});

test('filters are those of scipy.signal.butter', () => {
  for (const { order, pass, cutoff, response } of peers.filters) {
    const impulse = new Float32Array(response.length);
    impulse[0] = 1;
    const ours = filterSections(impulse, butterworth({ order, pass, cutoff, sampleRate }));
    for (const [i, value] of response.entries()) {
      // Ours is rounded to float32 at the end.
      assert.ok(
        Math.abs(ours[i]! - value) < 1e-7 * Math.max(1, Math.abs(value)),
        `${pass} ${order} ${cutoff}: ${ours[i]}, ${value}`,
      );
    }
  }
});

test('clipping cuts where numpy.percentile says', () => {
  for (const { percent, at } of peers.thresholds) {
    const clipped = clippingDistortion(signal, percent);
    const [low, high] = [Math.fround(at[0]), Math.fround(at[1])];
    assert.ok(Math.abs(Math.min(...clipped) - low) < 1e-7);
    assert.ok(Math.abs(Math.max(...clipped) - high) < 1e-7);
    const cut = clipped.filter((value, i) => value !== signal[i]).length / signal.length;
    assert.ok(Math.abs(cut - percent / 100) < 0.005, `${percent} %: ${cut}`);
    for (const [i, value] of clipped.entries()) {
      if (value > low && value < high) assert.is(value, signal[i]);
    }
  }
  assert.equal(clippingDistortion(signal, 0), signal);
});

test.run();
