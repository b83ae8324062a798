import { OpenAPIBackend } from 'openapi-backend';
import { expect, it, onTestFinished } from 'vitest';
import { DOCUMENT } from './contract.js';
import { startSimulator } from './simulator.js';

const headers = { authorization: 'Bearer key', 'content-type': 'application/json' };
const demo = '/dedicated/beta/endpoint/demo';
const probes = '/dedicated/v1';
const get = (more: object = {}): RequestInit => ({ headers: { ...headers, ...more } });
const put = (body = '', more: object = {}): RequestInit => ({ method: 'PUT', body, ...get(more) });
const post = (body: object): RequestInit => ({ method: 'POST', body: JSON.stringify(body), headers });

it('the document that requests are compared with is valid', async () => {
  const api = new OpenAPIBackend({ definition: DOCUMENT });
  await api.loadDocument();
  expect(() => api.validateDefinition()).not.toThrow();
});

it.each<[name: string, path: string, RequestInit, status: number, violations: number]>([
  ['nothing in an update', demo, put('{"hfModelRepoRevision":"abc"}'), 200, 0],
  ['an update with an unknown field', demo, put('{"hfRevision":"abc"}'), 422, 1],
  ['an update without a body', demo, put(), 422, 2],
  ['an update that is not declared as JSON', demo, put('{}', { 'content-type': 'text/plain' }), 422, 1],
  ['nothing in a restart that is not allowed', `${demo}/restart`, put(), 400, 0],
  ['a restart with a body', `${demo}/restart`, put('{}'), 422, 1],
  ['an unknown path', `${demo}/sleep`, get(), 404, 1],
  ['an empty part of a path', `/${demo}/status`, get(), 404, 1],
  ['a trailing slash', `${demo}/status/`, get(), 404, 1],
  ['an invalid ID', `${demo}.o/status`, get(), 422, 1],
  ['a query', `${demo}/status?a=b`, get(), 422, 1],
  ['a team with a space', `${demo}/status`, get({ 'x-friendli-team': 'a b' }), 422, 1],
  ['nothing in a probe', `${probes}/tokenize`, post({ model: 'demo', prompt: 'ping' }), 200, 0],
  ['a probe with an unknown field', `${probes}/tokenize`, post({ model: 'demo', prompt: 'ping', n: 1 }), 422, 1],
  ['a probe without a prompt', `${probes}/completions`, post({ model: 'demo' }), 422, 1],
])('the simulator reports %s', async (_, path, init, status, violations) => {
  const simulator = await startSimulator();
  onTestFinished(() => simulator.close());
  simulator.endpoint('demo', { status: 'RUNNING' });
  expect((await fetch(simulator.url + path, init)).status).toBe(status);
  expect(simulator.violations).toHaveLength(violations);
});
