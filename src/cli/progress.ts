import type { StampedEvent } from '../engine/event.ts';
import type { Figures } from '../engine/stage.ts';
import { stageOf } from './stage-of.ts';

/** What is known of one stage while a run goes on. */
export interface StageProgress {
  readonly address: string;
  /** Tasks whose key is known; grows while a coordinator unfolds. */
  queued: number;
  ran: number;
  cached: number;
  failed: number;
  /** What its tasks that ran took, by their kind: a fold's training tells nothing of a split. */
  spent: Map<string, Spent>;
  /** Tasks that are neither running nor over. */
  waiting: Map<string, KnownTask>;
  running: Map<string, RunningTask>;
  /** First start of a task, milliseconds since the epoch. */
  startedAt: number | undefined;
  /** What the last task said of itself. */
  note: string | undefined;
  state: 'open' | 'done' | 'cached' | 'failed' | 'blocked';
}

interface Spent {
  tasks: number;
  /** Summed over processes. */
  seconds: number;
}

interface KnownTask {
  readonly kind: string | undefined;
  /** Seconds, from earlier runs. */
  readonly estimate: number | undefined;
}

export interface RunningTask extends KnownTask {
  readonly since: number;
  done: number;
  total: number;
  /** What it reported last, and every value so far of the first of them. */
  figures: Figures;
  readonly curve: number[];
  /** Another run computes it; this one waits for the result. */
  readonly waitsFor?: string;
}

/** Folds the event stream into counts per stage. Holds no clock: times come from the events. */
export class Progress {
  readonly stages = new Map<string, StageProgress>();

  apply(event: StampedEvent): void {
    switch (event.type) {
      case 'task-queued': {
        const stage = this.stage(event.address);
        stage.queued++;
        stage.waiting.set(event.address, { kind: event.kind, estimate: event.estimate });
        break;
      }
      case 'task-cached':
        this.end(event.address).cached++;
        break;
      case 'task-waiting':
        this.begin(event.address, event.time, event.owner);
        break;
      case 'task-started':
        this.begin(event.address, event.time);
        break;
      case 'task-progress': {
        const task = this.stage(event.address).running.get(event.address);
        if (task !== undefined) {
          task.done = event.done;
          task.total = event.total;
          task.figures = event.figures ?? task.figures;
          const [drawn] = Object.values(event.figures ?? {});
          if (drawn !== undefined) task.curve.push(drawn);
        }
        break;
      }
      case 'task-done': {
        const stage = this.end(event.address);
        stage.ran++;
        const spent = stage.spent.get(event.kind) ?? { tasks: 0, seconds: 0 };
        stage.spent.set(event.kind, {
          tasks: spent.tasks + 1,
          seconds: spent.seconds + event.seconds,
        });
        stage.note = event.note ?? stage.note;
        break;
      }
      case 'task-refused':
        this.end(event.address).cached++;
        break;
      case 'task-failed': {
        const stage = this.end(event.address);
        stage.failed++;
        stage.state = 'failed';
        break;
      }
      case 'stage-blocked':
        this.stage(event.address).state = 'blocked';
        break;
      case 'stage-done':
        this.stage(event.address).state = event.cached ? 'cached' : 'done';
        break;
      default:
        break;
    }
  }

  stage(address: string): StageProgress {
    const name = stageOf(address);
    let stage = this.stages.get(name);
    if (stage === undefined) {
      stage = {
        address: name,
        queued: 0,
        ran: 0,
        cached: 0,
        failed: 0,
        spent: new Map(),
        waiting: new Map(),
        running: new Map(),
        startedAt: undefined,
        note: undefined,
        state: 'open',
      };
      this.stages.set(name, stage);
    }
    return stage;
  }

  private begin(address: string, time: number, waitsFor?: string): void {
    const stage = this.stage(address);
    // One that waited for another run's result was begun before.
    const { kind, estimate } = stage.waiting.get(address) ?? stage.running.get(address) ?? {};
    stage.waiting.delete(address);
    stage.startedAt ??= time;
    stage.running.set(address, {
      ...{ kind, estimate, since: time },
      done: 0,
      total: 0,
      figures: {},
      curve: [],
      ...(waitsFor === undefined ? {} : { waitsFor }),
    });
  }

  private end(address: string): StageProgress {
    const stage = this.stage(address);
    stage.waiting.delete(address);
    stage.running.delete(address);
    return stage;
  }
}

/** Tasks of a stage that are over, running ones counted by their part done. */
export function doneTasks(stage: StageProgress): number {
  let done = stage.ran + stage.cached + stage.failed;
  for (const task of stage.running.values()) {
    if (task.total > 0) done += Math.min(1, task.done / task.total);
  }
  return done;
}

/** Tasks of a stage known so far. */
export function totalTasks(stage: StageProgress): number {
  return stage.ran + stage.cached + stage.failed + stage.running.size + stage.waiting.size;
}

/** Seconds of work left in a stage, summed over processes. Undefined where nothing is known of some task. */
export function workLeft(stage: StageProgress, now: number): number | undefined {
  let left = 0;
  for (const task of stage.waiting.values()) {
    const seconds = expected(stage, task, now);
    if (seconds === undefined) return undefined;
    left += seconds;
  }
  for (const task of stage.running.values()) {
    const seconds = taskLeft(stage, task, now);
    if (seconds === undefined) return undefined;
    left += seconds;
  }
  return left;
}

/**
 * Seconds that a task is likely to take: the mean of the stage's tasks of its kind that are over, else of
 * those that run and tell how far they are, else what earlier runs tell.
 */
function expected(stage: StageProgress, task: KnownTask, now: number): number | undefined {
  const spent = task.kind === undefined ? undefined : stage.spent.get(task.kind);
  if (spent !== undefined) return spent.seconds / spent.tasks;
  const projected = [...stage.running.values()]
    .filter(({ kind }) => kind === task.kind)
    .flatMap((one) => projection(one, now) ?? []);
  if (projected.length === 0) return task.estimate;
  return projected.reduce((sum, seconds) => sum + seconds, 0) / projected.length;
}

/** Seconds that a running task takes if it goes on as it began; undefined while it has hardly begun. */
function projection(task: RunningTask, now: number): number | undefined {
  const part = task.total > 0 ? task.done / task.total : 0;
  return part > 0.02 ? (now - task.since) / 1000 / part : undefined;
}

function taskLeft(stage: StageProgress, task: RunningTask, now: number): number | undefined {
  const seconds = projection(task, now) ?? expected(stage, task, now);
  return seconds === undefined ? undefined : Math.max(0, seconds - (now - task.since) / 1000);
}

/**
 * Seconds until everything known now is over: the work of all stages on `jobs` processes, and no
 * less than the longest task that runs.
 */
export function timeLeft(progress: Progress, jobs: number, now: number): number | undefined {
  let work = 0;
  let longest = 0;
  for (const stage of progress.stages.values()) {
    const left = workLeft(stage, now);
    if (left === undefined) return undefined;
    work += left;
    for (const task of stage.running.values()) {
      longest = Math.max(longest, taskLeft(stage, task, now) ?? 0);
    }
  }
  return Math.max(work / jobs, longest);
}
