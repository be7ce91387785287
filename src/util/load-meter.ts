/** What this process took of its machine between the sample before and this one. */
export interface LoadSample {
  /** Milliseconds since the meter was started. */
  readonly at: number;
  /** Processor time over time that passed, of all threads: 1 is one processor at work throughout. */
  readonly cpu: number;
  /** Bytes in memory (resident set) at the end. */
  readonly memory: number;
}

export interface LoadMeter {
  /** The samples so far and one of the time since the last; the meter stops. */
  stop(): readonly LoadSample[];
}

const firstIntervalMs = 10_000;
/** Where there are more, every second one is left out and the time between two is doubled. */
const mostSamples = 120;

/** Looks at this process every 10 s, so rarely that it takes nothing itself. */
export function startLoadMeter(): LoadMeter {
  const began = performance.now();
  const marks: Mark[] = [look(began)];
  let interval = firstIntervalMs;
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    timer = setTimeout(() => {
      marks.push(look(began));
      if (marks.length > mostSamples) {
        // The first mark is where the first interval begins.
        marks.splice(0, marks.length, ...marks.filter((_, n) => n % 2 === 0));
        interval *= 2;
      }
      wait();
    }, interval);
    timer.unref();
  };
  wait();
  return {
    stop() {
      clearTimeout(timer);
      return samplesOf([...marks, look(began)]);
    },
  };
}

/** What has been used until then. */
export interface Mark {
  readonly at: number;
  /** Milliseconds of processor time, user and system. */
  readonly used: number;
  readonly memory: number;
}

function look(began: number): Mark {
  const { user, system } = process.cpuUsage();
  return {
    at: performance.now() - began,
    used: (user + system) / 1000,
    memory: process.memoryUsage.rss(),
  };
}

/** Between each mark and the next. */
export function samplesOf(marks: readonly Mark[]): readonly LoadSample[] {
  return marks.flatMap((mark, n) => {
    const before = marks[n - 1];
    if (before === undefined || mark.at <= before.at) return [];
    const cpu = (mark.used - before.used) / (mark.at - before.at);
    return [{ at: Math.round(mark.at), cpu: Math.round(cpu * 1e4) / 1e4, memory: mark.memory }];
  });
}
