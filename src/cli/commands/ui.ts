import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { listRuns } from '../../engine/record/runs.ts';
import { defineCommand } from '../command.ts';
import type { Config } from '../config.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { findMlflow, installCommand } from '../mlflow/find-mlflow.ts';
import { startLocalServer } from '../mlflow/local-server.ts';
import { openPage } from '../mlflow/open-page.ts';
import { showPath } from '../show-path.ts';
import { listenForInterrupts } from '../signals.ts';
import { openTracking } from '../tracking/open-tracking.ts';
import { withConfig } from '../with-config.ts';
import { sync } from './sync.ts';

export const ui = defineCommand({
  name: 'ui',
  usage: '',
  summary:
    'Shows all runs in MLflow: on the tracking server, or on one that it starts here and Ctrl-C ends.',
  positionals: { least: 0, most: 0 },
  options: {
    local: { type: 'flag', summary: 'start one here although a tracking server is configured' },
    port: {
      type: 'integer',
      value: 'N',
      minimum: 1,
      summary: 'port of the server that is started',
    },
    'no-open': { type: 'flag', summary: 'print the address and open no browser' },
  },
  examples: ['affekt ui', 'affekt ui --local --port 8080'],
  async run({ options, io }) {
    return withConfig(io, async (config) => {
      const configured = options.local ? undefined : await openTracking(config, io);
      const open = !options['no-open'];
      if (configured !== undefined) {
        const code = await sendAll(config, io, undefined);
        show(pageOf(configured.server.address.base.href), io, open);
        return code;
      }
      const mlflow = findMlflow(io.env);
      if (mlflow === undefined) return withoutMlflow(config, io, open);
      const interrupt = listenForInterrupts(() => undefined);
      try {
        const { 'runs.path': runs } = config.settings;
        const wait = mlflow.fetches ? ' (fetches MLflow the first time: some minutes)' : '';
        const server = await startLocalServer({
          ...{ runs, mlflow, port: options.port, env: io.env, signal: interrupt.signal },
          onStart: () => io.err.write(`starting ${mlflow.name}${wait}\n`),
        });
        if (server === undefined) return interrupt.code() ?? exitCode.interrupted;
        try {
          await sendAll(config, io, server.url);
          show(pageOf(server.url), io, open);
          if (server.found) return exitCode.ok;
          io.out.write(`  Runs arrive as they go with: export MLFLOW_TRACKING_URI=${server.url}\n`);
          io.out.write('  Ctrl-C ends the server; what it holds stays.\n');
          return await untilEnd(server.ended, interrupt.signal, io);
        } finally {
          await server.stop();
        }
      } finally {
        interrupt.dispose();
      }
    });
  },
});

/** Ctrl-C is how this ends; a server that ends by itself is a failure. */
async function untilEnd(ended: Promise<void>, signal: AbortSignal, io: Io): Promise<number> {
  const stopped = new Promise<'stopped'>((resolve) => {
    if (signal.aborted) resolve('stopped');
    signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  if ((await Promise.race([stopped, ended])) === 'stopped') return exitCode.ok;
  io.err.write('the MLflow server has ended by itself\n');
  return exitCode.failed;
}

/** What `affekt sync --all` does, to this server. Runs that do not arrive keep nobody from the others. */
async function sendAll(config: Config, io: Io, url: string | undefined): Promise<number> {
  const { settings, files, profile } = config;
  if (listRuns(settings['runs.path']).length === 0) return exitCode.ok;
  if (!settings['tracking.enabled']) {
    io.err.write('runs are not sent: tracking.enabled is false\n');
    return exitCode.ok;
  }
  const env = {
    ...io.env,
    ...(files[0] !== undefined && { AFFEKT_CONFIG: files[0] }),
    ...(profile !== undefined && { AFFEKT_PROFILE: profile }),
    ...(url !== undefined && { MLFLOW_TRACKING_URI: url }),
  };
  const options = { all: true, verify: false, follow: false };
  return sync.run({
    ...{ options, positionals: [], argv: ['sync', '--all'], commands: [] },
    io: { ...io, env },
  });
}

/** The list of experiments, in the view of those who train and not of those who prompt. */
function pageOf(server: string): string {
  return `${server.replace(/\/+$/, '')}/#/experiments?workflowType=machine_learning`;
}

function show(address: string, io: Io, open: boolean): void {
  const opened = open && openPage(address, io);
  io.out.write(`${opened ? 'opened' : 'open'}  ${address}\n`);
}

/** Without Python: how to get it, and what is there meanwhile. */
function withoutMlflow({ settings }: Config, io: Io, open: boolean): number {
  io.err.write('MLflow is not installed: neither mlflow, uvx nor pipx is on the PATH\n');
  io.err.write(`  Install what fetches it, then call affekt ui again: ${installCommand}\n`);
  const index = join(settings['runs.path'], 'index.html');
  if (existsSync(index)) {
    io.out.write(`meanwhile, all runs on one page: ${showPath(index, io.cwd)}\n`);
    if (open) openPage(pathToFileURL(index).href, io);
  }
  return exitCode.usage;
}
