import type { StampedEvent } from '../engine/event.ts';

/** A presentation of the event stream. */
export interface Reporter {
  /** Bound: can be passed on as the engine's listener. */
  readonly listener: (event: StampedEvent) => void;
  /** A line from outside the stream, in place among the others. */
  note(line: string): void;
  /** Takes off the screen what is not meant to stay. Called once, also after an interrupt. */
  close(): void;
}
