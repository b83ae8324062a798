import { describe, expect, it, onTestFinished } from 'vitest';
import { rollOut, type Simulator, type SimulatorOptions, startSimulator } from './simulator.js';

const base = '/dedicated/beta/endpoint';
const headers = { authorization: 'Bearer key', 'content-type': 'application/json' };

async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options);
  onTestFinished(() => simulator.close());
  return simulator;
}

/** Sends calls to the endpoint `demo`, or to any path. Resolves to their HTTP statuses. */
async function codes({ url }: Simulator, paths: string[], options: RequestInit = {}): Promise<number[]> {
  const replies = [];
  for (const path of paths) {
    const method = /\b(wake|restart)$/.test(path) ? 'PUT' : 'GET';
    const request = { method, headers: { authorization: 'Bearer key' }, ...options };
    replies.push((await fetch(url + (path.startsWith('/') ? path : `${base}/demo/${path}`), request)).status);
  }
  return replies;
}

it('an endpoint goes through its life cycle, and each request is recorded', async () => {
  let nowMs = 1_000;
  const simulator = await simulate({ now: () => nowMs });
  const { accepted, set, state } = simulator.endpoint('demo');
  expect(await codes(simulator, ['wake', 'restart', 'restart'])).toEqual([400, 200, 400]);
  set({ status: 'SLEEPING' });
  nowMs = 1_250;
  simulator.fault({ on: 'wake', effect: true, respond: { status: 503 } });
  expect(await codes(simulator, ['wake', 'status'])).toEqual([503, 200]);
  expect(state()).toMatchObject({ status: 'AWAKING', createdAt: '1970-01-01T00:00:01.000Z' });
  expect(accepted).toEqual({ restart: 1, wake: 1, terminate: 0, update: 0 });
  expect(simulator.requests.slice(2)).toMatchObject([
    { call: 'restart', answered: 400, accepted: false },
    { method: 'PUT', call: 'wake', atMs: 250, answered: 'faulted', accepted: true, body: '' },
    { method: 'GET', call: 'status', endpointId: 'demo', url: `${base}/demo/status`, accepted: false },
  ]);
  expect(simulator.violations).toEqual([]);
});

describe('an inference request', () => {
  const calls: Record<string, object> = {
    'chat/completions': { messages: [{ role: 'user', content: 'ping' }], max_tokens: 1 },
    completions: { prompt: 'ping', max_tokens: 1 },
    embeddings: { input: 'ping' },
    tokenize: { prompt: 'ping' },
  };
  const ask = async (simulator: Simulator, path = 'tokenize', model = 'demo') => {
    const body = JSON.stringify({ model, ...calls[path] });
    return (await codes(simulator, [`/dedicated/v1/${path}`], { method: 'POST', headers, body }))[0];
  };

  it('wakes a sleeping endpoint, and gets a response once it serves', async () => {
    let nowMs = 0;
    const simulator = await simulate({ now: () => nowMs });
    const afterWake = [{ status: 'RUNNING', responds: false, forMs: 10 }, { status: 'RUNNING' }];
    const endpoint = simulator.endpoint('demo', { status: 'SLEEPING', afterWake });
    const seen = [await ask(simulator), endpoint.responds()];
    nowMs = 10;
    for (const path of Object.keys(calls)) seen.push(await ask(simulator, path));
    expect([...seen, endpoint.responds()]).toEqual([429, false, 200, 200, 200, 200, true]);
    expect(endpoint.accepted.wake).toBe(1);
    simulator.endpoint('silent', { status: 'RUNNING', responds: false });
    expect(await ask(simulator, 'tokenize', 'silent')).toBe(429);
    expect(await ask(simulator, 'tokenize', 'none')).toBe(404);
    simulator.fault({ on: 'probe', endpointId: 'demo', respond: { status: 500 } });
    expect([await ask(simulator), await ask(simulator)]).toEqual([500, 200]);
    expect(simulator.violations).toEqual([]);
    expect(await ask(simulator, '../v1/tokenize')).toBe(422);
    expect(simulator.requestsTo('probe')).toHaveLength(10);
  });
});

it.each([
  [{}, 1, 2],
  [{ rollsBack: true }, 0, 2],
  [{ replicas: null, versions: 40 }, null, 41],
])('an update of %o shows %s updated replicas and %i versions, on pages', async (options, updated, count) => {
  const simulator = await simulate();
  simulator.endpoint('demo', { status: 'RUNNING', afterUpdate: rollOut({ updatingMs: 0 }), ...options });
  const url = `${simulator.url}${base}/demo`;
  await fetch(url, { method: 'PUT', headers, body: '{}' });
  expect(await (await fetch(url, { headers })).json()).toMatchObject({ updatedReplicaCnt: updated });
  const versions: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const response = await fetch(`${url}/version?cursor=${encodeURIComponent(cursor)}`, { headers });
    const page: { data: object; nextCursor: string | null } = JSON.parse(await response.text());
    versions.push(...Object.keys(page.data));
    cursor = page.nextCursor;
  }
  expect(versions).toEqual(Array.from({ length: count }, (_, number) => String(number)));
  expect(simulator.violations).toEqual([]);
});

describe('the check against the document', () => {
  it.each<[string, string, RequestInit, number, number]>([
    ['an update', '', { method: 'PUT', headers, body: '{"hfModelRepoRevision":"abc"}' }, 200, 0],
    ['an update with an unknown field', '', { method: 'PUT', headers, body: '{"hfRevision":"a"}' }, 422, 1],
    ['an update without a body', '', { method: 'PUT', headers }, 422, 2],
    ['an update without a content type', '', { method: 'PUT', body: Buffer.from('{}') }, 422, 1],
    ['an unknown path', '/sleep', {}, 404, 1],
    ['a trailing slash', '/status/', {}, 404, 1],
    ['an ID that cannot be decoded', '%zz/status', {}, 422, 1],
    ['a query', '/status?a=b', {}, 422, 1],
    ['a body', '/restart', { body: '{}' }, 422, 1],
    ['a team with a space', '/status', { headers: { ...headers, 'x-friendli-team': 'a b' } }, 422, 1],
  ])('reports %s', async (_, path, options, status, violations) => {
    const simulator = await simulate();
    const endpoint = simulator.endpoint('demo', { status: 'RUNNING' });
    expect(await codes(simulator, [`${base}/demo${path}`], options)).toEqual([status]);
    expect(simulator.violations).toHaveLength(violations);
    expect(endpoint.accepted.update).toBe(violations === 0 ? 1 : 0);
  });

  it('reports an invalid response, but accepts an unlisted status that a test sets on purpose', async () => {
    // RFC 3339 ends with the year 9999.
    const simulator = await simulate({ now: () => Date.UTC(12_000, 0) });
    const endpoint = simulator.endpoint('demo', { updatedAt: 'null' });
    await codes(simulator, ['status']);
    endpoint.set({ status: 'HIBERNATING', phase: 'DREAMING' });
    await codes(simulator, ['status']);
    expect(simulator.violations).toEqual(['status answered 200: /createdAt must match format "date-time"']);
  });
});

it('faults skip requests, apply, and expire; faults of one endpoint take precedence', async () => {
  const simulator = await simulate();
  for (const id of ['demo', 'other']) simulator.endpoint(id);
  simulator.fault({ after: 3, times: Number.POSITIVE_INFINITY, respond: { status: 504 } });
  simulator.fault({ on: 'status', endpointId: 'demo', after: 1, times: 2, respond: { status: 503 } });
  const other = `${base}/other/status`;
  const paths = ['restart', other, 'status', 'status', 'status', 'status', other];
  expect(await codes(simulator, paths)).toEqual([200, 200, 200, 503, 503, 504, 504]);
  expect(() => simulator.fault({ times: 2 })).toThrow(/exactly one of/);
});
