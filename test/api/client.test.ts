import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import type { RequestLog } from '../../src/run.js';
import { clientFor, faultOf, GOOD_BODY, httpAnswer, KEY, limits, serve, serveRaw } from './harness.js';

const PATH = '/dedicated/beta/endpoint/demo';

describe('the three calls', () => {
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
      connection: 'keep-alive',
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

  it('are logged when they are over: path and result, no header and no body', async () => {
    const answers = [httpAnswer(), httpAnswer('secret', { status: 503 })];
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
    const closed = 'the connection was closed before the answer was complete';
    expect(logs.map(({ method, path, result }) => [method, path, result])).toEqual([
      ['GET', `${PATH}/status`, 'HTTP 200'],
      ['PUT', `${PATH}/restart`, 'HTTP 503'],
      ['GET', `${PATH}/status`, expect.stringContaining(`HTTP 200, ${closed}`)],
      ['GET', `${PATH}/status`, expect.stringContaining(closed)],
    ]);
    expect(logs.filter(({ durationMs }) => durationMs > 0 && durationMs < 20_000)).toHaveLength(4);
  });
});

it.each([301, 302, 303, 307, 308])('a redirect with %i leads the key nowhere', async (status) => {
  const other = await serveRaw((socket) => socket.write(httpAnswer()));
  const url = await serve((_, response) => response.writeHead(status, { location: other.url }).end());
  const client = clientFor(url);
  for (const call of [client.read, client.restart]) {
    expect(await faultOf(call(limits()))).toMatchObject({ kind: 'permanent', httpStatus: status });
  }
  expect(other.received).toEqual([]);
});
