import { describe, expect, it, onTestFinished } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from './simulator.js';

const base = '/dedicated/beta/endpoint';

async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options);
  onTestFinished(() => simulator.close());
  return simulator;
}

/** Sends calls to the endpoint `demo`, or to any path. Resolves to their HTTP statuses. */
async function codes({ url }: Simulator, paths: string[], options: RequestInit = {}): Promise<number[]> {
  const replies = [];
  for (const path of paths) {
    const method = /\b(wake|restart|terminate)$/.test(path) ? 'PUT' : 'GET';
    const request = { method, headers: { authorization: 'Bearer key' }, ...options };
    replies.push((await fetch(url + (path.startsWith('/') ? path : `${base}/demo/${path}`), request)).status);
  }
  return replies;
}

it('an endpoint is led through its life, with a record of each request', async () => {
  let nowMs = 1_000;
  const simulator = await simulate({ now: () => nowMs });
  const { accepted, set, state } = simulator.endpoint('demo');
  expect(await codes(simulator, ['wake', 'restart', 'restart'])).toEqual([400, 200, 400]);
  set({ status: 'SLEEPING' });
  nowMs = 1_250;
  simulator.fault({ on: 'wake', effect: true, respond: { status: 503 } });
  expect(await codes(simulator, ['wake', 'status', 'terminate'])).toEqual([503, 200, 200]);
  expect(state()).toMatchObject({ status: 'TERMINATING', createdAt: '1970-01-01T00:00:01.000Z' });
  expect(accepted).toEqual({ restart: 1, wake: 1, terminate: 1, update: 0 });
  expect(simulator.requests.slice(3)).toMatchObject([
    { method: 'PUT', call: 'wake', atMs: 250, answered: 'faulted', accepted: true, body: '' },
    { method: 'GET', call: 'status', endpointId: 'demo', url: `${base}/demo/status`, accepted: false },
    { call: 'terminate', answered: 200, accepted: true, answer: { status: 'TERMINATING' } },
  ]);
  expect(simulator.violations).toEqual([]);
});

describe('the check against the document', () => {
  const headers = { authorization: 'Bearer key', 'content-type': 'application/json' };
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
  ])('sees %s', async (_, path, options, status, violations) => {
    const simulator = await simulate();
    const endpoint = simulator.endpoint('demo', { status: 'RUNNING' });
    expect(await codes(simulator, [`${base}/demo${path}`], options)).toEqual([status]);
    expect(simulator.violations).toHaveLength(violations);
    expect(endpoint.accepted.update).toBe(violations === 0 ? 1 : 0);
  });

  it('finds a wrong answer, and accepts an unlisted status that a test wants', async () => {
    // RFC 3339 ends with the year 9999.
    const simulator = await simulate({ now: () => Date.UTC(12_000, 0) });
    const endpoint = simulator.endpoint('demo', { updatedAt: 'null' });
    await codes(simulator, ['status']);
    endpoint.set({ status: 'HIBERNATING', phase: 'DREAMING' });
    await codes(simulator, ['status']);
    expect(simulator.violations).toEqual(['status answered 200: /createdAt must match format "date-time"']);
  });
});

it('faults skip, hit and run out, those of one endpoint first', async () => {
  const simulator = await simulate();
  for (const id of ['demo', 'other']) simulator.endpoint(id);
  simulator.fault({ after: 3, times: Number.POSITIVE_INFINITY, respond: { status: 504 } });
  simulator.fault({ on: 'status', endpointId: 'demo', after: 1, times: 2, respond: { status: 503 } });
  const other = `${base}/other/status`;
  const paths = ['restart', other, 'status', 'status', 'status', 'status', other];
  expect(await codes(simulator, paths)).toEqual([200, 200, 200, 503, 503, 504, 504]);
  expect(() => simulator.fault({ times: 2 })).toThrow(/exactly one of/);
});
