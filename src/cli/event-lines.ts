import type { StampedEvent } from '../engine/event.ts';
import { wordFailure } from '../report/failure-words.ts';
import { formatSeconds } from '../report/format.ts';
import { formatCount } from '../util/count.ts';
import { Progress, type StageProgress, totalTasks } from './progress.ts';
import { isChunk, stageOf } from './stage-of.ts';
import type { Style } from './style.ts';

/** How many names of cached stages one line shows. */
const shownNames = 6;

/** Nested tasks that took less (in seconds) are only counted in their stage's line. */
const worthALine = 10;

/**
 * Turns events into the lines that stay on the screen: one per stage that ran, per nested task that
 * is worth one (a slow fold or trial; never a chunk), per failure and warning. Cached stages share a line.
 */
export interface EventLines {
  readonly progress: Progress;
  /** Lines that this event is worth; often none. */
  next(event: StampedEvent): readonly string[];
}

export function createEventLines(style: Style): EventLines {
  const progress = new Progress();
  /** Grows with the names, so that lines stay in columns. */
  let nameWidth = leastNameWidth;
  const mark = (sign: string, name: string, rest: string): string => {
    if (name.length <= mostNameWidth) nameWidth = Math.max(nameWidth, name.length);
    return `${sign} ${name.padEnd(nameWidth)}  ${rest}`;
  };
  let cached: string[] = [];
  /** Stages that failed by themselves: what a cancelled one blocks needs no line. */
  const failed = new Set<string>();

  const flushCached = (): readonly string[] => {
    if (cached.length === 0) return [];
    const names = cached.slice(0, shownNames).join(', ');
    const rest = cached.length - shownNames;
    const line = mark(style.dim('='), `${names}${rest > 0 ? ` and ${rest} more` : ''}`, 'cached');
    cached = [];
    return [line];
  };

  const lines = (event: StampedEvent): readonly string[] => {
    switch (event.type) {
      case 'run-started':
        return event.resumed
          ? [`${style.bold(event.name)}  run ${event.run}, continued`]
          : [`${style.bold(event.name)}  run ${event.run}`];
      case 'task-waiting':
        return [mark(style.dim('…'), event.address, `computed by ${event.owner}; waiting for it`)];
      case 'task-done': {
        if (event.seconds < worthALine || isChunk(event.address)) return [];
        if (event.address === stageOf(event.address)) return [];
        const note = event.note === undefined ? '' : `  ${event.note}`;
        const time = formatSeconds(event.seconds);
        return [mark(style.green('✓'), event.address, `${time}${style.dim(note)}`)];
      }
      case 'task-failed':
        if (event.failure.reason === 'cancelled') return [];
        failed.add(stageOf(event.address));
        return [mark(style.red('✗'), event.address, headline(wordFailure(event.failure).message))];
      case 'task-refused':
        return [mark(style.yellow('-'), event.address, headline(event.message))];
      case 'stage-done': {
        const stage = progress.stage(event.address);
        if (!event.cached)
          return [mark(style.green('✓'), event.address, wordStage(stage, event.time))];
        cached.push(event.address);
        return [];
      }
      case 'stage-blocked':
        if (!failed.has(stageOf(event.by))) return [];
        return [mark(style.yellow('-'), event.address, `not tried: ${event.by} failed`)];
      case 'warning': {
        const where = event.address === undefined ? '' : `${event.address}: `;
        return [`${style.yellow('warning:')} ${where}${event.message}`];
      }
      default:
        return [];
    }
  };

  return {
    progress,
    next(event) {
      progress.apply(event);
      const own = lines(event);
      if (own.length === 0 && event.type !== 'run-finished') return own;
      return [...flushCached(), ...own];
    },
  };
}

const leastNameWidth = 28;
/** A longer name pushes its own line to the right, and no other. */
const mostNameWidth = 48;

/** The first line; what it lists follows when the run has ended. */
function headline(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/:$/, '');
}

/** `38 tasks, 20 cached, 12.3 s`: wall time of the stage, from its first task to its end. */
function wordStage(stage: StageProgress, now: number): string {
  const wall = stage.startedAt === undefined ? 0 : (now - stage.startedAt) / 1000;
  const total = totalTasks(stage);
  const counts = total > 1 ? `  ${formatCount(total, 'task')}` : '';
  const cached = stage.cached > 0 ? `, ${stage.cached} cached` : '';
  const note = total <= 1 && stage.note !== undefined ? `  ${stage.note}` : '';
  return `${formatSeconds(wall)}${counts}${cached}${note}`;
}
