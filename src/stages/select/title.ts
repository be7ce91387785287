/** "Berlin Database of Emotional Speech (EmoDB)" is called EmoDB in a sentence. */
export function shortTitle(title: string): string {
  return /\(([^()]+)\)$/.exec(title)?.[1] ?? title;
}

/**
 * A title that says what was taken, inside the parentheses that sentences quote: a number on a part
 * is never reported as one on the whole.
 */
export function titleOfPart(title: string, remarks: readonly string[]): string {
  if (remarks.length === 0) return title;
  const short = shortTitle(title);
  const part = `${short}${short.includes(': ') ? ' and ' : ': '}${remarks.join(' and ')}`;
  return title === short ? part : `${title.slice(0, -short.length - 2)}(${part})`;
}
