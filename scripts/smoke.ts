/** `npm run smoke`: records how a real endpoint behaves during one restart and one update, for an issue. */
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const USAGE = `Usage: FRIENDLI_TOKEN=flp_… npm run smoke -- --endpoint-id ID [--team TEAM] [--revision COMMIT] --yes

Restarts the endpoint if it is FAILED or TERMINATED, then sends an update with a version comment, and with COMMIT as the
model's revision if given. After each request, it reads the status every 2 seconds until it has been the same for 2 minutes,
or for at most 30 minutes. The file smoke.json contains neither the key nor any ID. A replica costs money: pass --yes if you
want that.`;
const POLL_MS = 2_000;
const SETTLED_MS = 2 * 60_000;
const LIMIT_MS = 30 * 60_000;
/** The only fields of a response that are recorded. */
const FIELDS = /^(status|phase|errorCode|createdAt|updatedAt|(curr|desired|updated)ReplicaCnt)$/;

const { values } = parseArgs({
  options: {
    ...{ 'endpoint-id': { type: 'string', default: '' }, team: { type: 'string' }, revision: { type: 'string' } },
    ...{ 'api-url': { type: 'string', default: 'https://api.friendli.ai' }, yes: { type: 'boolean' } },
  },
});
const { 'endpoint-id': id, team, revision } = values;
const { FRIENDLI_TOKEN: key } = process.env;
const records: object[] = [];

/** Sends a request, and records when, how long it took, and what came back. */
async function call(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const at = new Date();
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const url = `${values['api-url']}/dedicated/beta/endpoint/${encodeURIComponent(id)}${path}`;
  let result: Record<string, unknown> = {};
  try {
    const response = await fetch(url, {
      ...{ method, headers: team ? { ...headers, 'x-friendli-team': team } : headers, redirect: 'error' },
      ...{ body: body ? JSON.stringify(body) : null, signal: AbortSignal.timeout(30_000) },
    });
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

/** Reads status and replicas until the status has settled. */
async function watch(): Promise<void> {
  const startMs = Date.now();
  let sinceMs = startMs;
  let last: unknown;
  while (Date.now() - startMs < LIMIT_MS && Date.now() - sinceMs < SETTLED_MS) {
    const { status } = await call('GET', '/status');
    await call('GET', '');
    if (status !== last) console.log(`${new Date().toISOString()} ${status}`);
    const isSettled = /^(RUNNING|READY|SLEEPING|FAILED|TERMINATED)$/.test(String(status));
    if (status !== last || !isSettled) sinceMs = Date.now();
    last = status;
    await sleep(POLL_MS);
  }
}

async function main(): Promise<void> {
  if (!id || !key || !values.yes) throw new Error(USAGE);
  const { status, http, error } = await call('GET', '/status');
  if (status === undefined) throw new Error(`Nothing was changed: the status request failed (${http ?? error}).`);
  if (status === 'FAILED' || status === 'TERMINATED') await call('PUT', '/restart');
  await watch();
  await call('PUT', '', { newVersionComment: 'Smoke test', ...(revision && { hfModelRepoRevision: revision }) });
  await watch();
  console.log('Attach smoke.json to an issue.');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
