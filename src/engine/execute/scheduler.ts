import PQueue from 'p-queue';

/** Processor slots. A task takes one or more, and those that wait start in a given order. */
export class Scheduler {
  readonly #queue: PQueue;
  readonly #slots: number;
  /** Slots beyond one that running tasks hold. */
  #extra = 0;

  constructor(slots: number) {
    this.#slots = Math.max(1, slots);
    this.#queue = new PQueue({ concurrency: this.#slots });
  }

  /** Runs `work` when `slots` are free; lower `order` first. */
  async run<T>(order: number, slots: number, work: () => Promise<T>): Promise<T> {
    const extra = Math.min(slots, this.#slots) - 1;
    return this.#queue.add(
      async () => {
        this.#hold(extra);
        try {
          return await work();
        } finally {
          this.#hold(-extra);
        }
      },
      { priority: -order },
    );
  }

  // A wide task narrows the queue while it runs: what is running finishes, and less is started.
  #hold(extra: number): void {
    if (extra === 0) return;
    this.#extra += extra;
    this.#queue.concurrency = Math.max(1, this.#slots - this.#extra);
  }
}
