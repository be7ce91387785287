import { fork } from 'node:child_process';
import { join } from 'node:path';
import { seeds } from '../../test/audio/mutants.ts';

/**
 * Decodes mutated files of every format:  node --import tsx bench/audio/fuzz.ts [COUNT] [FROM]
 * Each has to end as sound or as an error in words, within seconds and without taking memory. A file
 * that takes longer than the limit is a hang: its worker is ended and the next file is begun.
 */
const count = Number(process.argv[2] ?? 100_000);
const first = Number(process.argv[3] ?? 0);
const limitMs = 10_000;
const startMs = 20_000;

interface Report {
  readonly i: number;
  readonly name: string;
  readonly outcome: string;
  readonly ms: number;
  /** Largest memory of the process so far, KiB. */
  readonly peak: number;
}

const outcomes = new Map<string, Map<string, number>>();
const slowest: Report[] = [];
const bad: string[] = [];
let peak = 0;
let done = 0;

function note(report: Report): void {
  const of = outcomes.get(report.name) ?? new Map<string, number>();
  const outcome = report.outcome.startsWith('THROWN') ? 'THROWN' : report.outcome;
  of.set(outcome, (of.get(outcome) ?? 0) + 1);
  outcomes.set(report.name, of);
  if (outcome === 'THROWN') bad.push(`file ${report.i} (${report.name}): ${report.outcome}`);
  slowest.push(report);
  if (slowest.length > 1000) {
    slowest.sort((a, b) => b.ms - a.ms);
    slowest.length = 5;
  }
  done++;
}

/** Decodes from one file on; resolves to the file that it ended at, or to nothing at the end. */
function work(from: number, to: number): Promise<number | undefined> {
  const child = fork(join(import.meta.dirname, 'fuzz-worker.ts'), [`${from}`, `${to}`], {
    execArgv: [...process.execArgv, '--max-old-space-size=1024'],
  });
  let next = from;
  let hung = false;
  return new Promise((resolve) => {
    const end = (): void => {
      hung = true;
      child.kill('SIGKILL');
    };
    // The first file waits for the process to start.
    let watch = setTimeout(end, limitMs + startMs);
    child.on('message', (report: Report) => {
      clearTimeout(watch);
      watch = setTimeout(end, limitMs);
      next = report.i + 1;
      peak = Math.max(peak, report.peak);
      note(report);
    });
    child.on('exit', (status, signal) => {
      clearTimeout(watch);
      if (hung) bad.push(`file ${next}: no end within ${limitMs / 1000} s`);
      else if (next < to) bad.push(`file ${next}: its process ended (${status ?? signal})`);
      resolve(next < to ? next : undefined);
    });
  });
}

const began = performance.now();
for (let from: number | undefined = first; from !== undefined && from < first + count; ) {
  const stopped = await work(from, first + count);
  from = stopped === undefined ? undefined : stopped + 1;
}

for (const { name } of seeds()) {
  const list = [...(outcomes.get(name) ?? [])].sort((a, b) => b[1] - a[1]);
  console.log(`${name.padEnd(16)}${list.map(([outcome, n]) => `${outcome} ${n}`).join(' | ')}`);
}
slowest.sort((a, b) => b.ms - a.ms);
console.log(
  `slowest: ${slowest
    .slice(0, 3)
    .map(({ i, name, ms }) => `${name} ${Math.round(ms)} ms (file ${i})`)
    .join(', ')}`,
);
console.log(`memory of the process: ${Math.round(peak / 1024)} MiB at most`);
console.log(
  `${done} files in ${Math.round((performance.now() - began) / 1000)} s; ${bad.length} bad`,
);
for (const line of bad.slice(0, 50)) console.log(line);
process.exitCode = bad.length === 0 && done === count ? 0 : 1;
