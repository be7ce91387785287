import type { StampedEvent } from '../engine/event.ts';

/** A presentation of the event stream. */
export interface Reporter {
  /** Bound: can be passed on as the engine's listener. */
  readonly listener: (event: StampedEvent) => void;
  /** Takes off the screen what is not meant to stay. Called once, also after an interrupt. */
  close(): void;
}
