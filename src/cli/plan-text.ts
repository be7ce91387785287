import type { Plan, PlannedStage } from '../engine/plan/types.ts';
import { formatSeconds } from '../report/format.ts';
import { formatCount } from '../util/count.ts';
import { unreachable } from '../util/unreachable.ts';
import { createStyle, type Style } from './style.ts';
import { formatTable } from './table.ts';
import { wordReasons } from './words.ts';

/** A plan as a table: stage, status with its reason, tasks, estimate, filled ports. Pure. */
export function formatPlan(plan: Plan, jobs: number, colour: boolean): string {
  const style = createStyle(colour);
  const rows = plan.stages.map((stage) => [
    stage.address,
    wordStatus(stage),
    wordTasks(stage),
    wordEstimate(estimateOf(stage)),
    wordNotes(stage),
  ]);
  const table = formatTable(rows);
  const warnings = plan.warnings.map((warning) => `${style.yellow('warning:')} ${warning}\n`);
  const modified = [...new Set(plan.stages.flatMap((one) => (one.modified ? [one.kind] : [])))];
  const apart =
    modified.length === 0
      ? ''
      : style.dim(`code differs from the released one, so cached apart: ${modified.join(', ')}\n`);
  return `${paintRows(table, plan.stages, style)}\n${wordTotal(plan, jobs)}\n${apart}${warnings.join('')}`;
}

function wordStatus(stage: PlannedStage): string {
  switch (stage.status) {
    case 'cached':
      return 'cached';
    case 'depends':
      return 'depends';
    case 'blocked':
      // What a message lists in further lines is told below the table.
      return `blocked: ${(stage.message ?? 'cannot be planned').split('\n')[0]?.replace(/:$/, '')}`;
    case 'run': {
      const reasons = stage.tasks.flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
      const telling = wordReasons(reasons);
      return telling === undefined ? 'RUN' : `RUN  ${cut(telling, reasonWidth)}`;
    }
    default:
      return unreachable(stage.status);
  }
}

/** A list of clips or runs would push all other columns off the screen; `why` shows it whole. */
const reasonWidth = 60;

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

function wordTasks({ tasks, status }: PlannedStage): string {
  if (tasks.length === 0) return '';
  const run = tasks.filter((task) => task.status === 'run').length;
  if (run === 0 || run === tasks.length) return formatCount(tasks.length, 'task');
  const more = status === 'depends' ? ' so far' : '';
  return `${run} of ${formatCount(tasks.length, 'task')}${more}`;
}

/** Seconds of a stage's tasks that would run; undefined where one of them was never seen. */
function estimateOf({ tasks }: PlannedStage): number | undefined {
  let sum = 0;
  for (const { status, estimate } of tasks) {
    if (status !== 'run') continue;
    if (estimate === undefined) return undefined;
    sum += estimate;
  }
  return sum;
}

function wordEstimate(seconds: number | undefined): string {
  if (seconds === undefined) return '?';
  return seconds === 0 ? '' : `~${formatSeconds(seconds)}`;
}

function wordNotes({ filled, note }: PlannedStage): string {
  const ports = filled.map(({ port, from }) => `${port} ← ${from}`);
  return [...(note === undefined ? [] : [note]), ...ports].join(', ');
}

function wordTotal(plan: Plan, jobs: number): string {
  const count = (status: string): number =>
    plan.stages.filter((stage) => stage.status === status).length;
  const parts = [
    formatCount(plan.stages.length, 'stage'),
    `${count('cached')} cached`,
    `${count('run')} to run`,
  ];
  if (count('depends') > 0) parts.push(`${count('depends')} depend on what runs`);
  if (count('blocked') > 0) parts.push(`${count('blocked')} blocked`);
  const estimates = plan.stages.map(estimateOf);
  const known = estimates.filter((seconds) => seconds !== undefined);
  const sum = known.reduce((a, b) => a + b, 0);
  const tasks = plan.stages.flatMap((stage) => stage.tasks);
  const longest = Math.max(
    0,
    ...tasks.map((task) => (task.status === 'run' ? (task.estimate ?? 0) : 0)),
  );
  const open = known.length < estimates.length || count('depends') > 0;
  if (sum > 0) {
    parts.push(
      `${open ? 'at least' : 'about'} ${formatSeconds(Math.max(longest, sum / jobs))} on ${formatCount(jobs, 'job')}`,
    );
  }
  return parts.join(', ');
}

/** Colours after padding, so that the columns stay straight. */
function paintRows(table: string, stages: readonly PlannedStage[], style: Style): string {
  return table
    .split('\n')
    .map((line, index) => {
      const stage = stages[index];
      if (stage?.status === 'cached') return style.dim(line);
      if (stage?.status === 'blocked') return style.red(line);
      return line.replace('RUN', style.yellow('RUN'));
    })
    .join('\n');
}
