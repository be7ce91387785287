import { createRandom, hashSeed } from '../util/random.ts';
import { type Dimension, isActive, isSingle, type Point, type Space, snap } from './space.ts';

/** More points than anyone runs: a grid of so many is refused. */
const largestGrid = 100_000;

/** The values of a dimension in order; undefined where it holds all numbers of an interval. */
function gridValues(dimension: Dimension): readonly number[] | undefined {
  if (dimension.kind === 'choice') return dimension.choices.map((_, index) => index);
  if (isSingle(dimension)) return [dimension.low];
  if (dimension.step === 0) return undefined;
  const count = Math.floor((dimension.high - dimension.low) / dimension.step + 1e-9) + 1;
  return Array.from({ length: Math.min(count, largestGrid + 1) }, (_, k) =>
    snap(dimension, dimension.low + k * dimension.step),
  );
}

/**
 * Every combination of active parameters once, the last parameter fastest. Undefined where a parameter
 * cannot be enumerated or there are more than `largestGrid` combinations.
 */
export function gridPoints(space: Space): readonly Point[] | undefined {
  let points: readonly Point[] = [{}];
  for (const parameter of space) {
    const values = gridValues(parameter.dimension);
    if (values === undefined || points.length * values.length > largestGrid) return undefined;
    points = points.flatMap((point) =>
      isActive(space, parameter, point)
        ? values.map((value) => ({ ...point, [parameter.name]: value }))
        : [point],
    );
  }
  return points;
}

/**
 * The points of the grid in an order that the seed decides, so that the first few already lie all over
 * it. Undefined as in `gridPoints`.
 */
export function shuffledGrid(space: Space, seed: number): readonly Point[] | undefined {
  const points = gridPoints(space);
  return points && createRandom(hashSeed('grid', seed)).shuffle(points);
}
