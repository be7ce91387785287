const newline = 0x0a;

/**
 * What stands behind `key` and a tab on its line; `undefined` where no line begins with them.
 * @param lines ended by a newline each, sorted by their bytes. In lines of another order a line may
 * not be found, but never a wrong one.
 */
export function findLine(lines: Buffer, key: string): string | undefined {
  const wanted = Buffer.from(`${key}\t`);
  // Beginnings of lines: the wanted one is not before the first, nor at the second or behind it.
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const start = middle === low ? low : lines.lastIndexOf(newline, middle - 1) + 1;
    const found = lines.indexOf(newline, start);
    const end = found === -1 ? lines.length : found;
    const order = wanted.compare(lines, start, Math.min(start + wanted.length, end));
    if (order === 0) return lines.toString('utf8', start + wanted.length, end);
    if (order < 0) high = start;
    else low = end + 1;
  }
  return undefined;
}
