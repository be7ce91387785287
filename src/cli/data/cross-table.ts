import { formatTable } from '../table.ts';

interface Clip {
  readonly emotion: string;
  readonly speaker: string;
}

/** Clips by class and speaker, with sums; where speakers do not fit, how many each class has. */
export function crossTable(clips: readonly Clip[], width: number): string {
  const emotions = [...new Set(clips.map(({ emotion }) => emotion))].sort();
  const speakers = [...new Set(clips.map(({ speaker }) => speaker))].sort();
  const counts = new Map<string, number>();
  for (const { emotion, speaker } of clips) {
    const key = JSON.stringify([emotion, speaker]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const of = (emotion: string, speaker: string): number =>
    counts.get(JSON.stringify([emotion, speaker])) ?? 0;
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

  const full = formatTable([
    ['', ...speakers, 'all'],
    ...emotions.map((emotion) => {
      const row = speakers.map((speaker) => of(emotion, speaker));
      return [emotion, ...row.map((n) => String(n || '–')), String(sum(row))];
    }),
    [
      'all',
      ...speakers.map((speaker) => String(sum(emotions.map((emotion) => of(emotion, speaker))))),
      String(clips.length),
    ],
  ]);
  if (full.split('\n').every((line) => line.length <= width)) return full;
  return formatTable([
    ['', 'clips', 'speakers', 'per speaker'],
    ...emotions.map((emotion) => {
      const row = speakers.map((speaker) => of(emotion, speaker)).filter((n) => n > 0);
      const range = `${Math.min(...row)}–${Math.max(...row)}`;
      return [emotion, String(sum(row)), `${row.length} of ${speakers.length}`, range];
    }),
    ['all', String(clips.length), String(speakers.length), ''],
  ]);
}
