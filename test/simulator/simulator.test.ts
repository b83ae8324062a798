import { networkInterfaces } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCertificates } from './certificates.js';
import { type CallOptions, call, rawGet } from './client.js';
import { loadContract } from './contract.js';
import { type Fault, type Simulator, type SimulatorOptions, startSimulator } from './simulator.js';

const base = '/dedicated/beta/endpoint';
const running: Simulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options);
  running.push(simulator);
  return simulator;
}

function status(simulator: Simulator, id = 'demo', options: CallOptions = {}) {
  return call(`${simulator.url}${base}/${id}/status`, options);
}

function restart(simulator: Simulator, id = 'demo', options: CallOptions = {}) {
  return call(`${simulator.url}${base}/${id}/restart`, { method: 'PUT', ...options });
}

// For what should not come; longer only makes the tests slower.
const aWhileMs = 40;

async function settledWithin(ms: number, promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, pause(ms, false)]);
}

/** A field of the status object in a reply. */
function field(reply: { body: string }, name: string): unknown {
  return new Map<string, unknown>(Object.entries(JSON.parse(reply.body))).get(name);
}

describe('honest answers', () => {
  it('lead from FAILED over the restart to RUNNING', async () => {
    let nowMs = Date.parse('2025-01-01T00:00:00Z');
    const simulator = await simulate({ now: () => nowMs });
    const endpoint = simulator.endpoint('demo', { errorCode: 'INFERENCE_ENGINE_MEMORY_ERROR' });

    expect(JSON.parse((await status(simulator)).body)).toEqual({
      status: 'FAILED',
      phase: null,
      errorCode: 'INFERENCE_ENGINE_MEMORY_ERROR',
      createdAt: '2025-01-01T00:00:00.000Z',
      updatedAt: '2025-01-01T00:00:00.000Z',
    });
    nowMs += 1000;
    expect(field(await restart(simulator), 'phase')).toBe('REQUESTING_VIRTUAL_MACHINE');
    nowMs += 150;
    expect(field(await status(simulator), 'status')).toBe('RUNNING');
    expect(endpoint.state()).toMatchObject({ status: 'RUNNING', updatedAt: '2025-01-01T00:00:01.150Z' });
    expect(endpoint.acceptedRestarts).toBe(1);
    expect(simulator.violations).toEqual([]);
  });

  it('refuse a restart of an endpoint that is up', async () => {
    const simulator = await simulate();
    const endpoint = simulator.endpoint('demo', { status: 'RUNNING' });
    const reply = await restart(simulator);
    expect(reply).toMatchObject({ statusCode: 400, body: expect.stringContaining('RUNNING') });
    expect(endpoint.acceptedRestarts).toBe(0);
    expect(simulator.violations).toEqual([]);
  });

  it('tell old news for a while after a restart', async () => {
    let nowMs = 0;
    const simulator = await simulate({ now: () => nowMs });
    const endpoint = simulator.endpoint('demo', { staleMs: 100 });
    await restart(simulator);
    expect(field(await status(simulator), 'status')).toBe('FAILED');
    expect(endpoint.state().status).toBe('INITIALIZING');
    nowMs = 100;
    expect(field(await status(simulator), 'status')).toBe('INITIALIZING');
  });

  it('show an endpoint of a team only to requests with that team', async () => {
    const simulator = await simulate();
    simulator.endpoint('demo', { team: 'ours' });
    const headers = { authorization: 'Bearer key' };
    const teams = [
      headers,
      { ...headers, 'x-friendli-team': 'theirs' },
      { ...headers, 'X-Friendli-Team': 'ours' },
    ];
    const replies = await Promise.all(teams.map((team) => status(simulator, 'demo', { headers: team })));
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([404, 404, 200]);
    expect(simulator.violations).toEqual([]);
  });

  it.each([
    ['any key', undefined, 'Bearer x', 200],
    ['no key', undefined, undefined, 401],
    ['an empty key', undefined, 'Bearer ', 401],
    ['another scheme', undefined, 'Basic x', 401],
    ['the right key', 'right', 'Bearer right', 200],
    ['a wrong key', 'right', 'Bearer wrong', 401],
  ])('look at the key: %s', async (_, apiKey, authorization, statusCode) => {
    const simulator = await simulate(apiKey === undefined ? {} : { apiKey });
    simulator.endpoint('demo');
    const reply = await status(simulator, 'demo', {
      headers: authorization === undefined ? {} : { authorization },
    });
    expect(reply.statusCode).toBe(statusCode);
    expect(simulator.violations).toEqual([]);
  });

  it('let a test put an endpoint into a status that nobody knows', async () => {
    const simulator = await simulate();
    simulator.endpoint('demo').set({ status: 'HIBERNATING', phase: 'DREAMING' });
    expect(field(await status(simulator), 'status')).toBe('HIBERNATING');
    expect(simulator.violations).toEqual([]);
  });

  it('keep what was asked, in order', async () => {
    let nowMs = 1000;
    const simulator = await simulate({ now: () => nowMs });
    simulator.endpoint('demo');
    nowMs = 1250;
    await status(simulator);
    simulator.fault({ respond: { status: 503 } });
    await restart(simulator);
    expect(simulator.requests).toMatchObject([
      {
        method: 'GET',
        call: 'status',
        endpointId: 'demo',
        url: `${base}/demo/status`,
        atMs: 250,
        answered: 200,
      },
      { method: 'PUT', call: 'restart', endpointId: 'demo', body: '', answered: 'faulted' },
    ]);
    expect(simulator.requests[0]?.headers.authorization).toBe('Bearer key');
    expect(simulator.requestsTo('restart')).toHaveLength(1);
  });
});

describe('the check against the document', () => {
  it.each<[string, string, CallOptions, number]>([
    ['an unknown path', '/dedicated/beta/endpoint/demo', {}, 404],
    ['a slash too many', `/${base}/demo/status`, {}, 404],
    ['a slash at the end', `${base}/demo/status/`, {}, 404],
    ['another method', `${base}/demo/restart`, { method: 'POST' }, 404],
    ['an ID with a dot', `${base}/de.mo/status`, {}, 422],
    ['an ID that is too long', `${base}/${'x'.repeat(129)}/status`, {}, 422],
    ['an ID that is not even encoded', `${base}/%zz/status`, {}, 422],
    ['a query', `${base}/demo/status?a=b`, {}, 422],
    ['a body', `${base}/demo/restart`, { method: 'PUT', body: '{}' }, 422],
    [
      'a team with a space',
      `${base}/demo/status`,
      { headers: { authorization: 'Bearer x', 'x-friendli-team': 'a b' } },
      422,
    ],
  ])('catches a request with %s', async (_, path, options, statusCode) => {
    const simulator = await simulate();
    const endpoint = simulator.endpoint('demo');
    expect((await call(simulator.url + path, options)).statusCode).toBe(statusCode);
    expect(simulator.violations).toHaveLength(1);
    expect(endpoint.acceptedRestarts).toBe(0);
  });

  it('catches a wrong request that a fault answers', async () => {
    const simulator = await simulate();
    simulator.fault({ respond: { status: 200 } });
    await call(`${simulator.url}/nowhere`);
    expect(simulator.violations).toEqual(['GET /nowhere: the document has no such call']);
  });

  it('catches a wrong answer', async () => {
    // RFC 3339 ends with the year 9999.
    const simulator = await simulate({ now: () => Date.UTC(12_000, 0) });
    simulator.endpoint('demo');
    await status(simulator);
    expect(simulator.violations).toContain('status answered 200: /createdAt must match format "date-time"');
  });

  it.each<[string, number, unknown, boolean]>([
    ['the least', 200, { status: 'RUNNING', createdAt: '2025-01-01T00:00:00Z' }, true],
    [
      'nulls',
      200,
      { status: 'READY', createdAt: '2025-01-01T00:00:00+01:00', phase: null, errorCode: null },
      true,
    ],
    ['no createdAt', 200, { status: 'RUNNING' }, false],
    ['a date without a time', 200, { status: 'RUNNING', createdAt: '2025-01-01' }, false],
    ['a month 13', 200, { status: 'RUNNING', createdAt: '2025-13-01T00:00:00Z' }, false],
    ['an unlisted status', 200, { status: 'HIBERNATING', createdAt: '2025-01-01T00:00:00Z' }, false],
    ['an unlisted phase', 200, { status: 'RUNNING', createdAt: '2025-01-01T00:00:00Z', phase: 'X' }, false],
    [
      'an unlisted error code',
      200,
      { status: 'RUNNING', createdAt: '2025-01-01T00:00:00Z', errorCode: 'X' },
      false,
    ],
    ['no object', 200, 'RUNNING', false],
    ['a problem', 404, { message: 'no' }, true],
    ['a problem without words', 404, {}, false],
    ['an undocumented HTTP status', 418, { message: 'no' }, false],
    ['a 500, which only the restart documents', 500, { message: 'no' }, false],
  ])('judges answers to the status call: %s', async (_, statusCode, body, good) => {
    const complaints = (await loadContract()).answerComplaints('status', statusCode, body);
    expect(complaints.length === 0).toBe(good);
  });
});

describe('scripted faults', () => {
  it('skip, hit and run out as told', async () => {
    const simulator = await simulate();
    simulator.endpoint('demo');
    simulator.endpoint('other');
    simulator.fault({ on: 'status', endpointId: 'demo', after: 1, times: 2, respond: { status: 503 } });
    expect((await restart(simulator)).statusCode).toBe(200);
    expect((await status(simulator, 'other')).statusCode).toBe(200);
    const codes = [];
    for (let i = 0; i < 4; i += 1) codes.push((await status(simulator)).statusCode);
    expect(codes).toEqual([200, 503, 503, 200]);
  });

  it('come one after the other in the order they were given', async () => {
    const simulator = await simulate();
    simulator.endpoint('demo');
    for (const code of [500, 502]) simulator.fault({ respond: { status: code } });
    simulator.fault({ times: Number.POSITIVE_INFINITY, respond: { status: 504 } });
    const codes = [];
    for (let i = 0; i < 5; i += 1) codes.push((await status(simulator)).statusCode);
    expect(codes).toEqual([500, 502, 504, 504, 504]);
  });

  it('are of exactly one kind', async () => {
    const simulator = await simulate();
    expect(() => simulator.fault({ times: 2 })).toThrow(/this one has none/);
    expect(() => simulator.fault({ cutChunked: true, hang: 'mid-body' })).toThrow(/hang and cutChunked/);
  });

  it.each<[boolean, number]>([
    [true, 1],
    [false, 0],
  ])('take effect: %s', async (effect, accepted) => {
    const simulator = await simulate();
    const endpoint = simulator.endpoint('demo');
    simulator.fault({ on: 'restart', effect, drop: 'before-answer' });
    await expect(restart(simulator)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(endpoint.acceptedRestarts).toBe(accepted);
  });

  it.each<[string, NonNullable<Fault['respond']>, object]>([
    ['text as it is', { status: 502, body: '<b>' }, { statusCode: 502, body: '<b>' }],
    ['bytes as they are', { status: 200, body: Buffer.from('é') }, { statusCode: 200, body: 'é' }],
    [
      'an object as JSON',
      { status: 403, body: { a: 1 } },
      { headers: { 'content-type': 'application/json' }, body: '{"a":1}' },
    ],
    ['nothing', { status: 500 }, { statusCode: 500, body: '', headers: { 'content-length': '0' } }],
    [
      'headers',
      { status: 429, headers: { 'Retry-After': '7', 'Set-Cookie': ['a', 'b'] } },
      { headers: { 'retry-after': '7', 'set-cookie': ['a', 'b'] } },
    ],
    [
      'another content type',
      { status: 200, body: {}, headers: { 'content-type': 'text/x' } },
      { headers: { 'content-type': 'text/x' } },
    ],
  ])('respond with %s', async (_, respond, expected) => {
    const simulator = await simulate();
    simulator.fault({ respond });
    expect(await status(simulator)).toMatchObject(expected);
  });

  it.each<[string, Fault, string, RegExp]>([
    ['before the answer', { drop: 'before-answer' }, 'FIN', /^$/],
    [
      'in the body',
      { drop: 'mid-body' },
      'FIN',
      /content-length: \d+[\s\S]*\r\n\r\n\{"status":"RUNNING"[^}]*$/,
    ],
    ['with a reset in the body', { drop: 'reset-mid-body' }, 'RST', /\r\n\r\n\{"status":"RUNNING"[^}]*$/],
    [
      'in a chunked body',
      { cutChunked: true },
      'FIN',
      /Transfer-Encoding: chunked[\s\S]*\{"status":"RUNNING"[^}]*$/,
    ],
  ])('lose the connection %s', async (_, fault, ending, text) => {
    const simulator = await simulate();
    simulator.fault(fault);
    const reply = await rawGet(simulator.port, `${base}/demo/status`);
    expect(reply.ending).toBe(ending);
    expect(reply.text).toMatch(text);
    expect(simulator.violations).toEqual([]);
  });

  it('reset a TLS connection, too', async () => {
    const { ca, server } = await createCertificates();
    const simulator = await simulate({ tls: server });
    simulator.fault({ drop: 'reset-mid-body' });
    const reply = await rawGet(simulator.port, `${base}/demo/status`, ca);
    expect(reply).toMatchObject({ ending: 'RST', text: expect.stringContaining('"RUNNING"') });
    expect(simulator.violations).toEqual([]);
  });

  it('hang before the answer until the client gives up', async () => {
    const simulator = await simulate();
    simulator.fault({ hang: 'before-answer' });
    const client = new AbortController();
    const reply = fetch(`${simulator.url}${base}/demo/status`, { signal: client.signal });
    await vi.waitFor(() => expect(simulator.requests).toHaveLength(1), { interval: 2 });
    expect(await settledWithin(aWhileMs, reply)).toBe(false);
    client.abort();
    await expect(reply).rejects.toMatchObject({ name: 'AbortError' });
    expect(simulator.violations).toEqual([]);
  });

  it.each<[string, Fault]>([
    ['in the body', { hang: 'mid-body' }],
    ['between drops', { drip: { intervalMs: 10_000 } }],
  ])('hang %s until the client gives up', async (_, fault) => {
    const simulator = await simulate();
    simulator.fault(fault);
    const client = new AbortController();
    const response = await fetch(`${simulator.url}${base}/demo/status`, { signal: client.signal });
    const body = response.text();
    expect(await settledWithin(aWhileMs, body)).toBe(false);
    client.abort();
    await expect(body).rejects.toMatchObject({ name: 'AbortError' });
    expect(simulator.violations).toEqual([]);
  });

  it('drip one byte after the other', async () => {
    const simulator = await simulate();
    simulator.fault({ drip: { intervalMs: 5, body: '{"a":1}' } });
    const startMs = performance.now();
    expect(await status(simulator)).toMatchObject({ statusCode: 200, body: '{"a":1}' });
    // Timers of Node may fire up to a millisecond early.
    expect(performance.now() - startMs).toBeGreaterThan(7 * 4);
  });

  it.each([10, 8 << 20])('send a body of %d bytes', async (bytes) => {
    const simulator = await simulate();
    simulator.fault({ huge: { bytes } });
    const reply = await status(simulator);
    expect(reply.body).toHaveLength(bytes);
    if (bytes > 100) expect(field(reply, 'status')).toBe('RUNNING');
  });

  it('stop sending a huge body when the client has gone', async () => {
    const simulator = await simulate();
    simulator.fault({ huge: { bytes: 1 << 30 } });
    const response = await fetch(`${simulator.url}${base}/demo/status`);
    await response.body?.cancel();
    await simulator.close();
    expect(simulator.violations).toEqual([]);
  });

  it('only delay the honest answer', async () => {
    const simulator = await simulate();
    simulator.endpoint('demo');
    simulator.fault({ passThrough: true, delayMs: 30 });
    const startMs = performance.now();
    expect((await status(simulator)).statusCode).toBe(200);
    expect(performance.now() - startMs).toBeGreaterThan(28);
    expect(simulator.requests).toMatchObject([{ answered: 200 }]);
  });

  it('let a delayed restart take effect on arrival, though the client gives up', async () => {
    const simulator = await simulate();
    const endpoint = simulator.endpoint('demo');
    simulator.fault({ passThrough: true, delayMs: 60_000 });
    const client = new AbortController();
    const reply = restart(simulator, 'demo', { signal: client.signal });
    await vi.waitFor(() => expect(endpoint.acceptedRestarts).toBe(1), { interval: 2 });
    client.abort();
    await expect(reply).rejects.toMatchObject({ name: 'AbortError' });
    expect(simulator.violations).toEqual([]);
  });
});

describe('starting and closing', () => {
  it('ends requests that hang', async () => {
    const simulator = await simulate();
    simulator.fault({ hang: 'before-answer' });
    const reply = expect(status(simulator)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await vi.waitFor(() => expect(simulator.requests).toHaveLength(1), { interval: 2 });
    await Promise.all([simulator.close(), simulator.close()]);
    await reply;
    await expect(status(simulator)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(simulator.violations).toEqual([]);
  });

  it('fails on a port that is taken', async () => {
    const { port } = await simulate();
    await expect(startSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
    list?.some(({ address }) => address === '::1'),
  );
  it.skipIf(!hasIpv6)('listens on the IPv6 loopback', async () => {
    const simulator = await simulate({ host: '::1' });
    simulator.endpoint('demo');
    expect(simulator.url).toBe(`http://[::1]:${simulator.port}`);
    expect((await status(simulator)).statusCode).toBe(200);
  });
});
