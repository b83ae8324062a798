import type { IncomingMessage } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import type { RequestLog } from '../../src/run.js';
import {
  clearEnvironment,
  clientFor,
  faultOf,
  GOOD_BODY,
  httpAnswer,
  KEY,
  limits,
  serve,
  serveRaw,
} from './harness.js';

beforeEach(clearEnvironment);

const PATH = '/dedicated/beta/endpoint/demo';

describe('the three calls', () => {
  it('send what the API document asks for, and nothing else', async () => {
    const requests: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[] = [];
    const url = await serve(({ method, url, headers }, response) => {
      requests.push({ method, url, headers });
      response.end(GOOD_BODY);
    });
    const client = clientFor(url);
    await client.read(limits());
    await client.restart(limits());
    await client.wake(limits());

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
    ]);
  });

  it('name the team where there is one, and keep a path in the API’s address', async () => {
    const server = await serveRaw((socket) => socket.write(httpAnswer()));
    await clientFor(`${server.url}/gateway/v1`, { team: 'team-1' }).read(limits());
    expect(server.received[0]).toMatch(
      /^GET \/gateway\/v1\/dedicated\/beta\/endpoint\/demo\/status HTTP\/1\.1\r\n/,
    );
    expect(server.received[0]).toMatch(/^x-friendli-team: team-1\r$/im);
  });

  it('are logged when they are over: path and result, no header and no body', async () => {
    const answers = [
      httpAnswer(),
      httpAnswer('secret', { status: 503 }),
      Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{'),
    ];
    const server = await serveRaw((socket) => {
      const answer = answers.shift();
      if (answer === undefined) socket.destroy();
      else if (answers.length > 0) socket.write(answer);
      else socket.end(answer);
    });
    const logs: RequestLog[] = [];
    const client = clientFor(server.url, { onRequest: (log) => logs.push(log) });
    await client.read(limits());
    for (const call of [client.restart, client.read, client.read]) await faultOf(call(limits()));
    const closed = expect.stringMatching(
      /^(HTTP 200, )?the connection was closed before the answer was complete/,
    );
    expect(logs.map(({ method, path, result }) => [method, path, result])).toEqual([
      ['GET', `${PATH}/status`, 'HTTP 200'],
      ['PUT', `${PATH}/restart`, 'HTTP 503'],
      ['GET', `${PATH}/status`, closed],
      ['GET', `${PATH}/status`, closed],
    ]);
    expect(logs.filter(({ durationMs }) => durationMs > 0 && durationMs < 20_000)).toHaveLength(4);
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])(
    'with %i is not followed, so the key goes nowhere else',
    async (status) => {
      const other = await serveRaw((socket) => socket.write(httpAnswer()));
      const url = await serve((_, response) => response.writeHead(status, { location: other.url }).end());
      const client = clientFor(url);
      for (const call of [client.read, client.restart]) {
        expect(await faultOf(call(limits()))).toMatchObject({ kind: 'permanent', httpStatus: status });
      }
      expect(other.received).toEqual([]);
    },
  );
});
