import type { Point, Room } from '../../dsp/waveform/room.ts';
import type { Random } from '../../util/random.ts';
import { uniform } from './uniform.ts';

/** Lowest and highest length, width and height of living rooms and offices, in m. */
const sizes = [
  [3.6, 5.6],
  [3.2, 4.4],
  [2.4, 3],
] as const;
/** From the source to the microphone, in m: further away there is more room than voice. */
const distances = [0.5, 1.5] as const;
/** Nothing stands closer to a wall, in m. */
const margin = 0.3;

/** A room with somebody who speaks in it and a microphone near by; about as tall as people are. */
export function drawRoom(rt60: number, random: Random): Room {
  const size = sizes.map(([low, high]) => uniform(random, low, high)) as unknown as Point;
  const [x, y] = size;
  const source: Point = [
    uniform(random, 1, x - 1),
    uniform(random, 1, y - 1),
    uniform(random, 1.1, 1.8),
  ];
  const inside = (point: Point): boolean =>
    point.every((value, i) => value >= margin && value <= (size[i] ?? 0) - margin);
  for (;;) {
    const distance = uniform(random, ...distances);
    const angle = uniform(random, 0, 2 * Math.PI);
    const microphone: Point = [
      source[0] + distance * Math.cos(angle),
      source[1] + distance * Math.sin(angle),
      source[2] + uniform(random, -0.3, 0.3),
    ];
    if (inside(microphone)) return { size, source, microphone, rt60 };
  }
}
