/** What the exit status says; scripts rely on it. */
export const exitCode = {
  /** Done, or nothing to do. */
  ok: 0,
  /** Something failed while it ran: a task, the disk, the cache, affekt itself. */
  failed: 1,
  /** The user has to change arguments, spec, configuration or inputs; found before work. */
  usage: 2,
  /** The command's verdict is negative: a check found a difference. */
  negative: 3,
  /** Ctrl-C. */
  interrupted: 130,
  /** SIGTERM or SIGHUP. */
  terminated: 143,
} as const;
