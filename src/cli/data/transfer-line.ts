import type { Progress } from '../../download/tools.ts';
import { formatBytes, formatSeconds } from '../../report/format.ts';
import { formatCount } from '../../util/count.ts';

/** Rates are taken over this many milliseconds: long enough to be steady, short enough to be true. */
const span = 5000;

/** Says how a download stands, as one line; feed it with what is known and when. */
export function createTransferLine(): (state: Progress, now: number) => string {
  const samples: { readonly at: number; readonly bytes: number }[] = [];
  return ({ files, allFiles, bytes, allBytes }, now) => {
    samples.push({ at: now, bytes });
    while ((samples[1]?.at ?? now) <= now - span) samples.shift();
    const first = samples[0] ?? { at: now, bytes };
    const rate =
      now > first.at ? Math.max(0, (1000 * (bytes - first.bytes)) / (now - first.at)) : 0;
    const left = allBytes !== null && rate > 0 ? (allBytes - bytes) / rate : null;
    return [
      allFiles === 1 ? '' : `${files} of ${formatCount(allFiles, 'file')}`,
      `${formatBytes(bytes)}${allBytes === null ? '' : ` of ${formatBytes(allBytes)}`}`,
      `${formatBytes(rate)}/s`,
      left === null ? '' : `${formatSeconds(left)} left`,
    ]
      .filter((part) => part !== '')
      .join('  ');
  };
}
