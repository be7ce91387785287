import { exitCode } from './exit-code.ts';

/** Signals of the process as an abort signal, while a run goes on. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** The exit code that the signal asks for; undefined when none came. */
  code(): number | undefined;
  dispose(): void;
}

/**
 * The first Ctrl-C, SIGTERM or SIGHUP cancels: tasks are stopped and the journal is closed. The
 * second ends the process at once; workers end with it, because their channel closes.
 */
export function listenForInterrupts(onFirst: (name: string) => void): Interrupt {
  const controller = new AbortController();
  let code: number | undefined;
  const handle = (name: NodeJS.Signals): void => {
    const wanted = name === 'SIGINT' ? exitCode.interrupted : exitCode.terminated;
    if (code !== undefined) process.exit(wanted);
    code = wanted;
    onFirst(name);
    controller.abort(wanted);
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, handle);
  return {
    signal: controller.signal,
    code: () => code,
    dispose() {
      for (const name of names) process.off(name, handle);
    },
  };
}
