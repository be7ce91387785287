import { readSpace } from '../../src/search/read-space.ts';
import type { Point, Space } from '../../src/search/space.ts';

/** A function to be made small, twin of the one in peer.py. */
export interface Problem {
  readonly name: string;
  readonly space: Space;
  readonly loss: (point: Point) => number;
}

const unit = { float: [0, 1] };
const valley = { float: [-2, 2] };

const slopes = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const centres = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
];
const heights = [1, 1.2, 3, 3.2];

function problem(
  name: string,
  declared: Readonly<Record<string, unknown>>,
  loss: (...numbers: readonly number[]) => number,
): Problem {
  const { space, problems } = readSpace(declared);
  if (problems.length > 0) throw new Error(`${name}: ${problems[0]!.message}`);
  return {
    name,
    space,
    loss: (point) => loss(...space.map((parameter) => point[parameter.name]!)),
  };
}

export const problems: readonly Problem[] = [
  problem('branin', { x1: { float: [-5, 10] }, x2: { float: [0, 15] } }, (x = 0, y = 0) => {
    const curve = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6;
    return curve ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
  }),
  problem('hartmann6', { a: unit, b: unit, c: unit, d: unit, e: unit, f: unit }, (...x) => {
    const wells = heights.map((height, i) => {
      const away = x.map((v, j) => slopes[i]![j]! * (v - 1e-4 * centres[i]![j]!) ** 2);
      return height * Math.exp(-away.reduce((a, b) => a + b, 0));
    });
    return -wells.reduce((a, b) => a + b, 0);
  }),
  problem(
    'mixed5',
    {
      rate: { float: [1e-5, 1e-1], log: true },
      drop: { float: [0, 0.7] },
      filters: { int: [16, 256], step: 16 },
      batch: { int: [8, 256], log: true },
      net: [0, 1, 2, 3],
    },
    (rate = 0, drop = 0, filters = 0, batch = 0, net = 0) => {
      const best = [-1.5, -3, -3.3, -2.7][net]!;
      const offset = [0.06, 0, 0.03, 0.01][net]!;
      const size = Math.log2(filters / 16) / 4;
      const away = Math.log10(rate) - best - 0.5 * (Math.log10(batch) - 1.5);
      const dropping = drop - (0.2 + 0.35 * size);
      return 0.25 + offset + 0.08 * away ** 2 + 0.5 * dropping ** 2 + 0.2 * (1 - size) ** 2;
    },
  ),
  problem('rosen4', { a: valley, b: valley, c: valley, d: valley }, (...x) =>
    x.slice(1).reduce((sum, b, i) => sum + 100 * (b - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2, 0),
  ),
];
