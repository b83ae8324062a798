/** `npm run smoke`: records how a real endpoint behaves during one restart and one update, for an issue. */
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const USAGE = `Usage: FRIENDLI_TOKEN=flp_… npm run smoke -- --endpoint-id ID [--team TEAM] [--revision COMMIT] [--yes]

Restarts the endpoint if it is FAILED or TERMINATED, then sends an update with a version comment, and with COMMIT as the
model's revision if given. After each request, it reads the status every 2 seconds until it has been the same for 2 minutes
(--settle-seconds), or for at most 30 minutes. The file smoke.json contains neither the key nor any ID.`;
const POLL_MS = 2_000;
const LIMIT_MS = 30 * 60_000;
/** The only fields of a response that are recorded. */
const FIELDS = /^(status|phase|errorCode|createdAt|updatedAt|(curr|desired|updated)ReplicaCnt)$/;

const { values } = parseArgs({
  options: {
    'endpoint-id': { type: 'string', default: '' },
    team: { type: 'string', default: '' },
    revision: { type: 'string' },
    'api-url': { type: 'string', default: 'https://api.friendli.ai' },
    'settle-seconds': { type: 'string', default: '120' },
    yes: { type: 'boolean', default: false },
  },
});
const { 'endpoint-id': id, team, revision } = values;
const key = process.env['FRIENDLI_TOKEN'] ?? '';
const records: object[] = [];

/** Sends a request, and records when, how long it took, and what came back. */
async function call(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const at = new Date();
  const headers = new Headers({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });
  if (team !== '') headers.set('x-friendli-team', team);
  const url = `${values['api-url']}/dedicated/beta/endpoint/${encodeURIComponent(id)}${path}`;
  const request = { method, body: body ? JSON.stringify(body) : null, signal: AbortSignal.timeout(30_000) };
  let result: Record<string, unknown> = {};
  try {
    const response = await fetch(url, { ...request, headers, redirect: 'error' });
    const json: unknown = await response.json().catch(() => ({}));
    const fields = Object.entries(json ?? {}).filter(([name, value]) => {
      return FIELDS.test(name) && /^[\w:.+-]{1,64}$/.test(String(value));
    });
    result = { http: response.status, ...Object.fromEntries(fields) };
  } catch (error) {
    result = { error: error instanceof Error ? error.name : 'Error' };
  }
  records.push({ at, ms: Date.now() - at.getTime(), call: `${method} ${path}`.trim(), ...result });
  writeFileSync('smoke.json', `[\n${records.map((record) => JSON.stringify(record)).join(',\n')}\n]\n`);
  return result;
}

/** Reads status and replicas until the status has settled, and returns it. */
async function watch(): Promise<unknown> {
  const startMs = Date.now();
  let sinceMs = startMs;
  let last: unknown;
  while (Date.now() - startMs < LIMIT_MS && Date.now() - sinceMs < Number(values['settle-seconds']) * 1_000) {
    const { status } = await call('GET', '/status');
    await call('GET', '');
    if (status !== last) console.log(`${new Date().toISOString()} ${status}`);
    const isSettled = /^(RUNNING|READY|SLEEPING|FAILED|TERMINATED)$/.test(String(status));
    if (status !== last || !isSettled) sinceMs = Date.now();
    last = status;
    await sleep(POLL_MS);
  }
  return last;
}

async function main(): Promise<void> {
  if (id === '' || key === '') throw new Error(USAGE);
  if (!values.yes) {
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    const reply = await terminal.question('Restart and update it? A replica costs money. Type yes: ');
    terminal.close();
    if (reply !== 'yes') throw new Error('Nothing was sent.');
  }
  const { status, http, error } = await call('GET', '/status');
  if (status === undefined) throw new Error(`Nothing was changed: the status request failed (${http ?? error}).`);
  if (status === 'FAILED' || status === 'TERMINATED') await call('PUT', '/restart');
  await watch();
  await call('PUT', '', {
    newVersionComment: 'Smoke test',
    ...(revision && { hfModelRepoRevision: revision }),
  });
  console.log(`The last status is ${await watch()}. Attach smoke.json to an issue.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
