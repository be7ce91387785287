import type { StudyTrial } from '../../artifacts/study.ts';
import { formatSeconds } from '../../report/format.ts';
import type { Progress } from '../../stages/tune/tune.ts';
import type { Style } from '../style.ts';
import { formatTable } from '../table.ts';
import { secondsLeft } from './status.ts';

export interface TuneStatus extends Progress {
  readonly address: string;
  /** Of a fold of a trial, by those that are known; undefined where none is. */
  readonly secondsPerFold: number | undefined;
  /** What such a fold leaves in the cache; undefined where none is known. */
  readonly bytesPerFold: number | undefined;
  readonly jobs: number;
}

/** How many of the best trials are shown of each search. */
const shown = 5;

/** A line for each search, its best trials so far, and what is left. */
export function formatStatus(status: TuneStatus, style: Style): string {
  const { address, searches, trials, ended, target } = status;
  const lines = [
    `${style.bold(address)}  varies ${target}: ${ended.length} of ${searches * trials} trials have ended${leftOf(status)}`,
  ];
  for (let n = 1; n <= searches; n++) {
    const outer = searches === 1 && ended.every((one) => one.outer === null) ? null : n;
    const own = ended.filter((one) => one.outer === outer);
    lines.push(
      '',
      `${outer === null ? 'one search for all folds' : `outer fold ${outer}`}  ${countsOf(own)}`,
    );
    const best = own
      .filter(({ state }) => state === 'complete')
      .sort((a, b) => (b.value ?? -1) - (a.value ?? -1) || a.trial - b.trial)
      .slice(0, shown);
    const rows = best.map(({ trial, value, set }) => [
      `trial ${trial}`,
      value === null ? 'undefined' : `${(100 * value).toFixed(1)} %`,
      Object.entries(set)
        .map(([path, one]) => `${path}=${showValue(one)}`)
        .join('  '),
    ]);
    lines.push(...formatTable(rows, '  ').trimEnd().split('\n'));
  }
  const failed = ended.filter(({ state }) => state === 'failed');
  if (failed.length > 0) {
    lines.push('', 'refused:');
    for (const { outer, trial, error } of failed.slice(0, shown)) {
      const place = outer === null ? '' : `outer fold ${outer}, `;
      lines.push(`  ${place}trial ${trial}: ${error ?? ''}`);
    }
    if (failed.length > shown) lines.push(`  and ${failed.length - shown} more`);
  }
  lines.push('', 'Values are what trials are chosen by, not results.', '');
  return lines.join('\n');
}

function countsOf(trials: readonly StudyTrial[]): string {
  const parts = (['complete', 'pruned', 'failed'] as const).flatMap((state) => {
    const count = trials.filter((one) => one.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  return parts.length === 0 ? 'no trial has ended' : parts.join(', ');
}

function leftOf(status: TuneStatus): string {
  const seconds = secondsLeft(status);
  if (seconds === undefined || seconds === 0) return '';
  return `, about ${formatSeconds(seconds)} left on ${status.jobs} jobs`;
}

function showValue(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(4)));
  return typeof value === 'string' ? value : JSON.stringify(value);
}
