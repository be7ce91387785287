import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a training said of one of its epochs: a line of `points.ndjson`. */
export interface TrainingPoint {
  readonly address: string;
  /** Start of the task, as its record will say. */
  readonly started: number;
  readonly epoch: number;
  /** When it was told. */
  readonly time: number;
  readonly figures: Readonly<Record<string, number>>;
}

export const pointsFile = 'points.ndjson';

/** By address; a line that a kill has torn is left out. */
export function readPoints(folder: string): ReadonlyMap<string, readonly TrainingPoint[]> {
  const points = new Map<string, TrainingPoint[]>();
  let text = '';
  try {
    text = readFileSync(join(folder, pointsFile), 'utf8');
  } catch {
    // Nothing is being trained, or the run is not tracked.
  }
  for (const line of text.split('\n')) {
    try {
      const point = JSON.parse(line) as TrainingPoint;
      const own = points.get(point.address);
      if (own === undefined) points.set(point.address, [point]);
      else own.push(point);
    } catch {
      // Torn, or the end of the file.
    }
  }
  return points;
}
