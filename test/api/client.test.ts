import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import type { Probe, RequestLog } from '../../src/run.js';
import { clientFor, faultOf, GOOD_BODY, httpResponse, KEY, limits, MIB, serve, serveRaw } from './harness.js';

const PATH = '/dedicated/beta/endpoint/demo';

describe('the calls', () => {
  /** A server that records what it receives. */
  async function recorder() {
    const requests: unknown[] = [];
    const url = await serve(async (request, response) => {
      const { method, url, headers } = request;
      requests.push({ method, url, headers, body: await text(request) });
      response.end(GOOD_BODY);
    });
    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${KEY}`,
      connection: 'close',
      host: new URL(url).host,
      'user-agent': `restart-friendli-endpoint/${packageJson.version}`,
    };
    return { url, requests, headers };
  }

  it('send exactly what the API document requires, with the team if one is set', async () => {
    const { url, requests, headers } = await recorder();
    const client = clientFor(url);
    for (const call of [client.read, client.restart, client.wake]) await call(limits());
    await clientFor(`${url}/gateway/v1`, { team: 'team-1' }).read(limits());

    const put = { method: 'PUT', headers: { ...headers, 'content-length': '0' }, body: '' };
    const withTeam = { ...headers, 'x-friendli-team': 'team-1' };
    expect(requests).toEqual([
      { method: 'GET', url: `${PATH}/status`, headers, body: '' },
      { url: `${PATH}/restart`, ...put },
      { url: `${PATH}/wake`, ...put },
      { method: 'GET', url: `/gateway/v1${PATH}/status`, headers: withTeam, body: '' },
    ]);
  });

  it.each<[probe: Probe, path: string, fields: string]>([
    ['chat', 'chat/completions', '"messages":[{"role":"user","content":"ping"}],"max_tokens":1'],
    ['completions', 'completions', '"prompt":"ping","max_tokens":1'],
    ['embeddings', 'embeddings', '"input":"ping"'],
    ['tokenize', 'tokenize', '"prompt":"ping"'],
  ])('send the probe %s with the same key and team', async (probe, path, fields) => {
    const { url, requests, headers } = await recorder();
    await clientFor(url, { team: 'team-1', probe }).probe(limits());
    const body = `{"model":"demo",${fields}}`;
    const probeHeaders = {
      ...{ ...headers, 'x-friendli-team': 'team-1' },
      ...{ 'content-type': 'application/json', 'content-length': String(body.length) },
    };
    expect(requests).toEqual([{ method: 'POST', url: `/dedicated/v1/${path}`, headers: probeHeaders, body }]);
  });

  it('are logged on completion with path and result, but without headers or body', async () => {
    const half = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{';
    const answers = [httpResponse(), httpResponse('secret', { status: 503 }), half, ''];
    const server = await serveRaw((socket) => socket.end(answers.shift() ?? ''));
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

  it.each([301, 307])('do not follow a redirect (%i), which would leak the key', async (status) => {
    const other = await serveRaw((socket) => socket.write(httpResponse()));
    const url = await serve((_, response) => response.writeHead(status, { location: other.url }).end());
    const client = clientFor(url);
    for (const call of [client.read, client.restart]) {
      expect(await faultOf(call(limits()))).toMatchObject({ kind: 'permanent', httpStatus: status });
    }
    expect(other.received).toEqual([]);
  });
});

describe('a probe', () => {
  it.each([
    ['without a body', httpResponse('')],
    ['with a page', httpResponse('<html>Hello</html>', { status: 201 })],
    ['with a body that is too large', httpResponse('x'.repeat(MIB + 1))],
    ['with a body that is cut short', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{'],
  ])('succeeds with a 2xx %s', async (_, response) => {
    const { url } = await serveRaw((socket) => socket.end(response));
    await expect(clientFor(url, { probe: 'chat' }).probe(limits())).resolves.toBeUndefined();
  });

  it('fails with any other status, for the reason in the body', async () => {
    const { url } = await serveRaw((socket) => socket.end(httpResponse('{"message":"no"}', { status: 409 })));
    const fault = { kind: 'permanent', source: 'http', message: 'HTTP 409 Conflict (no)' };
    expect(await faultOf(clientFor(url, { probe: 'chat' }).probe(limits()))).toMatchObject(fault);
  });

  it('that the client was not made for is an error, and sends nothing', async () => {
    const server = await serveRaw(() => {});
    await expect(clientFor(server.url).probe(limits())).rejects.toThrow('no probe');
    expect(server.received).toEqual([]);
  });
});
