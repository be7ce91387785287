import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { decodeSafetensors } from '../model/safetensors.ts';
import { parseCsv } from '../util/csv.ts';
import type { Json } from '../util/json.ts';
import { NpyReader } from '../util/npy.ts';

/**
 * The largest |a − b| / max(1, |a|, |b|) over the numbers of two files of one kind (`.npy`, `.safetensors`,
 * `.csv`, `.json`). Infinity where they differ in anything but numbers, or are of no kind that is known.
 */
export function numericDifference(file: string, a: string, b: string): number {
  try {
    const [first, second] = [a, b].map((path) => numbersOf(extname(file), path));
    if (first === undefined || second === undefined || first.shape !== second.shape) {
      return Number.POSITIVE_INFINITY;
    }
    let worst = 0;
    for (let i = 0; i < first.values.length; i++) {
      const [x = Number.NaN, y = Number.NaN] = [first.values[i], second.values[i]];
      if (Object.is(x, y)) continue;
      const difference = Math.abs(x - y) / Math.max(1, Math.abs(x), Math.abs(y));
      worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference);
    }
    return worst;
  } catch {
    // Not the format that its name says.
    return Number.POSITIVE_INFINITY;
  }
}

interface Numbers {
  /** Everything but the numbers, and where they stand. */
  readonly shape: string;
  readonly values: ArrayLike<number>;
}

function numbersOf(extension: string, path: string): Numbers | undefined {
  switch (extension) {
    case '.npy': {
      const reader = new NpyReader(path);
      try {
        const { rows, columns } = reader.shape;
        return { shape: `${rows} x ${columns}`, values: reader.read(0, rows) };
      } finally {
        reader.close();
      }
    }
    case '.safetensors': {
      const tensors = Object.entries(decodeSafetensors(readFileSync(path)));
      const shape = JSON.stringify(tensors.map(([name, { shape: sizes }]) => [name, sizes]));
      return { shape, values: tensors.flatMap(([, { data }]) => [...data]) };
    }
    case '.csv': {
      const { header, rows } = parseCsv(readFileSync(path, 'utf8'));
      return split(
        [...header, ...rows.flat()].map((cell) => (isNumber(cell) ? Number(cell) : cell)),
      );
    }
    case '.json':
      return split(JSON.parse(readFileSync(path, 'utf8')) as Json);
    default:
      return undefined;
  }
}

function isNumber(cell: string): boolean {
  return cell !== '' && cell.trim() === cell && Number.isFinite(Number(cell));
}

function split(value: Json): Numbers {
  const values: number[] = [];
  const shape = JSON.stringify(value, (_, one: Json) => {
    if (typeof one !== 'number') return one;
    values.push(one);
    return '#';
  });
  return { shape, values };
}
