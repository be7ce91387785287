/** Names that a sentence lists; the tables have all. */
const listed = 6;

/** `1, 2 and 3`, the first six. */
export function list(names: readonly string[]): string {
  const shown = names.slice(0, listed);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

/** `Speaker 6 is`, `Speakers 5 and 6 are`. */
export function speakersAre(names: readonly string[]): string {
  return names.length === 1 ? `Speaker ${names[0]} is` : `Speakers ${list(names)} are`;
}

export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(0)} %`;
}
