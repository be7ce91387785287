import { randomUUID } from 'node:crypto';
import {
  createClient,
  type MlflowClient,
  type MlflowError,
  type ServerFacts,
  withoutSecrets,
} from '../../tracking/client/index.ts';
import { UsageError } from '../command.ts';
import type { Config } from '../config.ts';
import type { Check } from '../doctor.ts';
import type { Io } from '../io.ts';
import { openTracking, type Tracking } from './open-tracking.ts';

/** A clock that is off by more is worth a line: times in MLflow are those of this machine. */
const mostSkewMs = 5_000;

/** More than the megabyte that a proxy with its usual settings lets pass. */
const probeBytes = 2_000_000;

/** The tracking server, as a run would meet it: reachable, version, login, allowed name, clock, upload. */
export async function checkTracking(config: Config, io: Io): Promise<readonly Check[]> {
  let tracking: Tracking | undefined;
  try {
    tracking = await openTracking(config, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return [bad(`tracking: ${error.message}`, error.hint)];
  }
  if (tracking === undefined) {
    const text = 'tracking: no server, runs stay on this machine';
    return [{ level: 'good', text, hint: 'affekt ui shows them in MLflow.' }];
  }
  const { server } = tracking;
  const retry = { attempts: 1 };
  const client = createClient({ ...server, retry, timeout: 15_000 });
  try {
    return await ask(client, server.credentialsFrom, server.address.kind === 'plain');
  } finally {
    client.close();
  }
}

async function ask(
  client: MlflowClient,
  credentialsFrom: string | undefined,
  tryUpload: boolean,
): Promise<readonly Check[]> {
  const where = withoutSecrets(client.address);
  const facts = await client.server();
  if (!facts.ok) return [failed(`tracking: ${where}`, facts.error)];
  // Whoever is not let in, or called by a wrong name, hears of it only here.
  const search = await client.experiments.search({ limit: 1 });
  const login = credentialsFrom === undefined ? 'no login' : `login of ${credentialsFrom}`;
  if (!search.ok) return [failed(`tracking: ${where}, ${login}`, search.error)];
  return [
    { level: 'good', text: `tracking: ${where}, ${wordVersion(facts.value)}, ${login}` },
    ...checkClock(facts.value),
    ...(tryUpload ? [await checkUpload(client)] : []),
  ];
}

function wordVersion({ version, major }: ServerFacts): string {
  if (version !== undefined) return `MLflow ${version}`;
  return major === undefined ? 'MLflow' : `MLflow ${major}`;
}

function checkClock({ clockAhead }: ServerFacts): readonly Check[] {
  if (clockAhead === undefined || Math.abs(clockAhead) <= mostSkewMs) return [];
  const seconds = Math.round(Math.abs(clockAhead) / 1000);
  const word = clockAhead > 0 ? 'ahead of' : 'behind';
  const text = `tracking: the server's clock is ${seconds} s ${word} this machine's`;
  return [{ level: 'note', text, hint: "Times of runs are this machine's: set the wrong clock." }];
}

/** Puts a file where no run looks, and takes it away again. */
async function checkUpload(client: MlflowClient): Promise<Check> {
  const place = { artifactUri: 'mlflow-artifacts:/' };
  const folder = `affekt-doctor-${randomUUID()}`;
  const put = await client.artifacts.upload(place, `${folder}/probe`, Buffer.alloc(probeBytes));
  if (!put.ok) {
    const { status } = put.error;
    const hint =
      status === 413
        ? 'A proxy before it limits the size of files (nginx: client_max_body_size).'
        : 'Params, metrics and tags arrive; files may not.';
    return {
      level: 'note',
      text: `tracking: upload: ${put.error.message}`,
      hint: put.error.hint ?? hint,
    };
  }
  await client.artifacts.delete(place, folder);
  return { level: 'good', text: `tracking: takes files (tried with ${probeBytes / 1e6} MB)` };
}

/** A server that is away costs a run nothing; one that is set up wrongly never gets it. */
function failed(text: string, { message, retry, hint }: MlflowError): Check {
  return retry === 'later' || retry === 'limited'
    ? {
        level: 'note',
        text: `${text}: ${message}`,
        hint: hint ?? 'Runs go on without it; affekt sync sends them later.',
      }
    : bad(`${text}: ${message}`, hint);
}

function bad(text: string, hint: string | undefined): Check {
  return { level: 'bad', text, ...(hint !== undefined && { hint }) };
}
