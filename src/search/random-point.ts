import type { Random } from '../util/random.ts';
import { choosePoint, type Dimension, interval, type Point, type Space, snap } from './space.ts';

/** The value of a dimension at u ∈ [0, 1): evenly over its interval, or over its choices. */
export function valueAtFraction(dimension: Dimension, u: number): number {
  if (dimension.kind === 'choice') return Math.floor(u * dimension.choices.length);
  const [low, high] = interval(dimension);
  const place = low + (high - low) * u;
  return snap(dimension, dimension.log ? Math.exp(place) : place);
}

/** Every active parameter evenly and apart from the others. */
export function randomPoint(space: Space, random: Random): Point {
  return choosePoint(space, ({ dimension }) => valueAtFraction(dimension, random.next()));
}
