import type { Finding } from '../../../artifacts/analysis.ts';
import { formatCount } from '../../../util/count.ts';
import type { ClipRow } from '../clip-row.ts';
import type { Duplicate } from '../duplicates.ts';
import type { Evidence } from '../rules.ts';
import { list, percent } from './words.ts';

/** Nothing is heard below this level (dBFS). */
const silent = -60;
/** Part of a clip that may be quiet. */
const mostQuiet = 0.6;
/** Samples in flat tops from which on a clip is clipped. */
const leastClipped = 10;
/** dB. */
const leastSnr = 10;
/** Seconds. */
const shortest = 0.5;

/** Clips that need a look, one finding per fault. */
export function clipFindings({ rows, info, duplicates }: Evidence): readonly Finding[] {
  const noise = rows.filter((row) => !isSilent(row) && row.snr < leastSnr);
  return [
    ...bad(info.bad),
    ...pairs(duplicates),
    ...faulty(rows.filter(isSilent), 'silent', (found) => ({
      text: `${found} silent (below ${silent} dBFS): no emotion can be heard.`,
      advice: 'Leave them out with select, by id.',
    })),
    ...faulty(
      rows.filter((row) => !isSilent(row) && row.quiet > mostQuiet),
      'mostly-quiet',
      (found) => ({
        text: `${found} mostly quiet: more than ${percent(mostQuiet)} of each is 20 dB or more below its speech.`,
        advice:
          'Listen to them; cut silence with trim_db in melspec, or leave them out with select.',
      }),
    ),
    ...faulty(
      rows.filter(({ clipped }) => clipped >= leastClipped),
      'clipped',
      (found) => ({
        text: `${found} clipped: ${leastClipped} samples or more stand in flat tops at the peak.`,
        advice:
          'Distortion adds energy at high frequencies that looks like effort: listen to them, and record anew or leave them out.',
      }),
    ),
    ...faulty(noise, 'noisy', (found) => ({
      text: `${found} noisy: an estimated signal-to-noise ratio below ${leastSnr} dB.`,
      advice: 'Listen to them, and compare a run with denoise.',
    })),
    ...faulty(
      rows.filter(({ duration }) => duration < shortest),
      'short',
      (found) => ({
        text: `${found} shorter than ${shortest} s.`,
        advice: 'Too short for a sentence: listen to them, or leave them out with select.',
      }),
    ),
  ];
}

function isSilent({ level }: ClipRow): boolean {
  return level < silent;
}

function faulty(
  rows: readonly ClipRow[],
  rule: string,
  words: (found: string) => Pick<Finding, 'text' | 'advice'>,
): readonly Finding[] {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const found =
    ids.length === 1
      ? `Clip ${ids[0]} is`
      : `${formatCount(ids.length, 'clip')} (${list(ids)}) are`;
  return [{ rule, level: 'warning', clips: ids, ...words(found) }];
}

function bad(files: Evidence['info']['bad']): readonly Finding[] {
  if (files.length === 0) return [];
  const named = files.map(({ file, reason }) => `${file}: ${reason}`);
  return [
    {
      ...{ rule: 'left-out', level: 'warning', clips: [] },
      text: `${formatCount(files.length, 'file')} could not be used and ${files.length === 1 ? 'is' : 'are'} left out (${list(named)}).`,
      advice: 'Say so with the number of clips; others may have counted them.',
    },
  ];
}

function pairs(duplicates: readonly Duplicate[]): readonly Finding[] {
  return (['exact', 'near'] as const).flatMap((kind): Finding[] => {
    const found = duplicates.filter((one) => one.kind === kind);
    if (found.length === 0) return [];
    const differ = found.filter(({ a, b }) => a.emotion !== b.emotion).length;
    const names = found.map(({ a, b }) => `${a.id} = ${b.id}`);
    const same = kind === 'exact' ? 'are the same bytes' : 'are the same recording, altered';
    const labelled = differ === 0 ? '' : ` ${differ} of them under two emotions.`;
    return [
      {
        rule: `${kind}-duplicates`,
        level: 'warning',
        text: `${formatCount(found.length, 'pair')} of clips ${same}: ${list(names)}.${labelled}`,
        advice:
          kind === 'exact'
            ? 'Splits keep equal bytes together, but they count twice: leave one out with select.'
            : 'Splits do not know them and may test on what was trained on: leave one out with select.',
        clips: [...new Set(found.flatMap(({ a, b }) => [a.id, b.id]))],
      },
    ];
  });
}
