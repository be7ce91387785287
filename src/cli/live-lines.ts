import { formatSeconds } from '../report/format.ts';
import { grouped } from '../util/count.ts';
import {
  doneTasks,
  type Progress,
  type RunningTask,
  type StageProgress,
  timeLeft,
  totalTasks,
  workLeft,
} from './progress.ts';
import type { Style } from './style.ts';

export interface LiveOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly started: number;
  readonly width: number;
  readonly jobs: number;
  readonly style: Style;
  /** Most lines of stages; further ones are counted. */
  readonly rows: number;
}

/**
 * One line per stage that runs (bar, tasks, time spent and left) and one for the whole. Pure.
 * No line is wider than `width` - 1: a terminal would wrap it and the redraw would slip.
 */
export function liveLines(progress: Progress, options: LiveOptions): readonly string[] {
  const { now, started, jobs, style, rows } = options;
  const running = [...progress.stages.values()].filter((stage) => stage.running.size > 0);
  const shown = running.slice(0, rows);
  // `fold=12,seed=1` stands below a stage that reports figures.
  const least = shown.some(({ running: tasks }) => [...tasks.values()].some(isTold)) ? 18 : 12;
  const names = Math.min(28, Math.max(least, ...shown.map(({ address }) => address.length)));
  const lines = shown.flatMap((stage) => [
    stageLine(stage, names, options),
    ...curveLines(stage, names, options),
  ]);
  if (running.length > rows) {
    lines.push(cutTo([[`  and ${running.length - rows} more`, style.dim]], options.width));
  }

  let done = 0;
  let total = 0;
  for (const stage of progress.stages.values()) {
    done += stage.ran + stage.cached + stage.failed;
    total += totalTasks(stage);
  }
  const elapsed = formatSeconds((now - started) / 1000);
  const rest = wordLeft(timeLeft(progress, jobs, now), ', about ');
  lines.push(cutTo([[`  ${done}/${total} tasks  ${elapsed}${rest}`, style.dim]], options.width));
  return lines;
}

function stageLine(stage: StageProgress, names: number, options: LiveOptions): string {
  const { now, jobs, style, width } = options;
  const done = doneTasks(stage);
  const total = totalTasks(stage);
  const elapsed = formatSeconds((now - (stage.startedAt ?? now)) / 1000);
  const parallel = Math.min(jobs, Math.max(1, stage.running.size));
  const work = workLeft(stage, now);
  const left = wordLeft(work === undefined ? undefined : work / parallel, ', ');
  const waits = [...stage.running.values()].find(
    ({ waitsFor }) => waitsFor !== undefined,
  )?.waitsFor;
  const [only] = stage.running.values();
  // A single task counts in its own units (files, epochs) where it reports any.
  const count =
    total === 1 && only !== undefined && only.total > 0
      ? `${only.done}/${only.total}`
      : `${Math.floor(done)}/${total}`;
  const tail =
    waits === undefined ? `${count}  ${elapsed}${left}` : `computed by ${waits}; waiting`;
  const name = cutMiddle(stage.address, names).padEnd(names);
  const room = width - 1 - 2 - names - 2 - 2 - tail.length;
  const bar = room >= 8 ? drawBar(total === 0 ? 0 : done / total, Math.min(24, room)) : undefined;
  return cutTo(
    [
      ['  ', plain],
      [name, style.bold],
      ['  ', plain],
      ...(bar === undefined
        ? []
        : ([
            [bar, style.cyan],
            ['  ', plain],
          ] as const)),
      [tail, plain],
    ],
    width,
  );
}

function isTold({ curve }: RunningTask): boolean {
  return curve.length > 0;
}

/** A line per running task that reports figures: the first one's curve, and what they are now. */
function curveLines(stage: StageProgress, names: number, options: LiveOptions): readonly string[] {
  const { style, width, rows } = options;
  const told = [...stage.running].filter(([, task]) => isTold(task)).slice(0, rows);
  return told.map(([address, { figures, curve }]) => {
    // `fold=3,seed=1`: the stage stands in the line above.
    const own = address.slice(stage.address.length).replace(/^[[/]|\]$/g, '');
    const now = Object.entries(figures).map(([name, value]) => `${name} ${formatFigure(value)}`);
    return cutTo(
      [
        ['    ', plain],
        [cutMiddle(own, names - 2).padEnd(names - 2), plain],
        ['  ', plain],
        [drawCurve(curve, 24).padEnd(24), style.cyan],
        [`  ${now.join('  ')}`, plain],
      ],
      width,
    );
  });
}

/** Three digits that matter: `0.834`, `61.2`, `1,240`. */
function formatFigure(value: number): string {
  return value >= 100 ? grouped(Math.round(value)) : value.toPrecision(3);
}

const steps = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** All values, means of them where there are more than `width`, between the least and the greatest. */
export function drawCurve(values: readonly number[], width: number): string {
  const columns = Math.min(width, values.length);
  const edge = (i: number): number => Math.floor((i * values.length) / columns);
  const means = Array.from({ length: columns }, (_, i) => {
    const part = values.slice(edge(i), edge(i + 1));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const least = Math.min(...means);
  const span = Math.max(...means) - least;
  return means
    .map((value) => steps[span > 0 ? Math.round(((value - least) / span) * 7) : 0])
    .join('');
}

/** Less than half a second is not worth saying: what remains then is tidying up. */
function wordLeft(seconds: number | undefined, before: string): string {
  return seconds === undefined || seconds < 0.5 ? '' : `${before}${formatSeconds(seconds)} left`;
}

const plain = (text: string): string => text;

/** Eighths of a cell, so that slow stages are seen to move. */
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

export function drawBar(part: number, width: number): string {
  const cells = Math.max(0, Math.min(1, part)) * width;
  const full = Math.floor(cells);
  const partial = eighths[Math.floor((cells - full) * 8)] ?? '';
  return `${'█'.repeat(full)}${partial}`.padEnd(width, '░');
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** Variants of a stage differ at the end of their address. */
function cutMiddle(text: string, width: number): string {
  if (text.length <= width) return text;
  const head = Math.floor((width - 1) / 3);
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`;
}

/** Joins painted pieces, cutting at `width` - 1 columns before any colour is added. */
function cutTo(
  pieces: readonly (readonly [string, (text: string) => string])[],
  width: number,
): string {
  let room = Math.max(1, width - 1);
  let line = '';
  for (const [text, paint] of pieces) {
    if (room <= 0) break;
    const shown = cut(text, room);
    room -= shown.length;
    line += shown === '' ? '' : paint(shown);
  }
  return line;
}
