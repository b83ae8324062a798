import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import type { Probe, RequestLog } from '../../src/run.js';
import { clientFor, faultOf, GOOD_BODY, httpResponse, KEY, limits, MIB, serve, serveRaw } from './harness.js';

const PATH = '/dedicated/beta/endpoint/demo';

describe('the calls', () => {
  it('send exactly what the API document requires, with the team if one is set', async () => {
    const requests: unknown[] = [];
    const url = await serve(({ method, url, headers }, response) => {
      requests.push({ method, url, headers });
      response.end(GOOD_BODY);
    });
    const client = clientFor(url);
    for (const call of [client.read, client.restart, client.wake]) await call(limits());
    await clientFor(`${url}/gateway/v1`, { team: 'team-1' }).read(limits());

    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${KEY}`,
      connection: 'close',
      host: new URL(url).host,
      'user-agent': `restart-friendli-endpoint/${packageJson.version}`,
    };
    const putHeaders = { ...headers, 'content-length': '0' };
    expect(requests).toEqual([
      { method: 'GET', url: `${PATH}/status`, headers },
      { method: 'PUT', url: `${PATH}/restart`, headers: putHeaders },
      { method: 'PUT', url: `${PATH}/wake`, headers: putHeaders },
      {
        method: 'GET',
        url: `/gateway/v1${PATH}/status`,
        headers: { ...headers, 'x-friendli-team': 'team-1' },
      },
    ]);
  });

  it.each<[probe: Probe, path: string, body: string]>([
    [
      'chat',
      '/chat/completions',
      '{"model":"demo","messages":[{"role":"user","content":"ping"}],"max_tokens":1}',
    ],
    ['completions', '/completions', '{"model":"demo","prompt":"ping","max_tokens":1}'],
    ['embeddings', '/embeddings', '{"model":"demo","input":"ping"}'],
    ['tokenize', '/tokenize', '{"model":"demo","prompt":"ping"}'],
  ])('send the probe %s with the same key and team', async (probe, path, body) => {
    const requests: unknown[] = [];
    const url = await serve(async (request, response) => {
      const { method, url, headers } = request;
      requests.push({ method, url, headers, body: await text(request) });
      response.end();
    });
    await clientFor(url, { team: 'team-1', probe }).probe(limits());
    const headers = expect.objectContaining({
      authorization: `Bearer ${KEY}`,
      'x-friendli-team': 'team-1',
      'content-type': 'application/json',
      'content-length': String(body.length),
    });
    expect(requests).toEqual([{ method: 'POST', url: `/dedicated/v1${path}`, headers, body }]);
  });

  it('are logged on completion with path and result, but without headers or body', async () => {
    const answers = [httpResponse(), httpResponse('secret', { status: 503 })];
    const half = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{';
    const server = await serveRaw((socket) => {
      const answer = answers.shift();
      if (answer === undefined) socket.end(server.received.length === 3 ? half : '');
      else socket.write(answer);
    });
    const logs: RequestLog[] = [];
    const client = clientFor(server.url, { onRequest: (log) => logs.push(log) });
    await client.read(limits());
    for (const call of [client.restart, client.read, client.read]) await faultOf(call(limits()));
    const closed = 'the connection was closed before the response was complete';
    expect(logs.map(({ method, path, result }) => [method, path, result])).toEqual([
      ['GET', `${PATH}/status`, 'HTTP 200'],
      ['PUT', `${PATH}/restart`, 'HTTP 503'],
      ['GET', `${PATH}/status`, expect.stringContaining(`HTTP 200, ${closed}`)],
      ['GET', `${PATH}/status`, expect.stringContaining(closed)],
    ]);
    expect(logs.filter(({ durationMs }) => durationMs > 0 && durationMs < 20_000)).toHaveLength(4);
  });
});

describe('a probe', () => {
  const probing = { probe: 'chat' } as const;
  it.each([
    ['without a body', httpResponse('')],
    ['with a page', httpResponse('<html>Hello</html>', { status: 201 })],
    ['with an error in its body', httpResponse('{"error":{"message":"no"}}')],
    ['with a body that is too large', httpResponse('x'.repeat(MIB + 1))],
    ['with a body that is cut short', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{'],
  ])('succeeds with a 2xx %s', async (_, response) => {
    const server = await serveRaw((socket) => socket.end(response));
    await expect(clientFor(server.url, probing).probe(limits())).resolves.toBeUndefined();
  });

  it.each([
    [429, 'rate-limited'],
    [503, 'transient'],
    [400, 'permanent'],
    [409, 'permanent'],
    [302, 'permanent'],
  ])('fails with HTTP %i as a %s fault, with the reason from the body', async (status, kind) => {
    const server = await serveRaw((socket) =>
      socket.write(httpResponse('{"message":"not now"}', { status })),
    );
    const fault = await faultOf(clientFor(server.url, probing).probe(limits()));
    expect(fault).toMatchObject({ kind, httpStatus: status, source: 'http' });
    expect(fault.message).toMatch(/\(not now\)$/);
  });

  it('that the client was not made for is an error, and sends nothing', async () => {
    const server = await serveRaw(() => {});
    await expect(clientFor(server.url).probe(limits())).rejects.toThrow('no probe');
    expect(server.received).toEqual([]);
  });
});

it.each([301, 302, 303, 307, 308])('a redirect with %i does not leak the key', async (status) => {
  const other = await serveRaw((socket) => socket.write(httpResponse()));
  const url = await serve((_, response) => response.writeHead(status, { location: other.url }).end());
  const client = clientFor(url);
  for (const call of [client.read, client.restart]) {
    expect(await faultOf(call(limits()))).toMatchObject({ kind: 'permanent', httpStatus: status });
  }
  expect(other.received).toEqual([]);
});
