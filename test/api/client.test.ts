import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import type { RequestLog } from '../../src/run.js';
import { CLOSED, clientFed, clientFor, GOOD_BODY, httpResponse, KEY, limits, serve, serveRaw } from './harness.js';

const PATH = '/dedicated/beta/endpoint/demo';

it('the calls send exactly what the API document requires, with the team if one is set', async () => {
  const requests: unknown[] = [];
  const url = await serve(async (request, response) => {
    requests.push([`${request.method} ${request.url}`, request.headers, await text(request)]);
    response.end(GOOD_BODY);
  });
  const { read, restart, wake } = clientFor(url);
  for (const call of [read, restart, wake]) await call(limits());
  for (const probe of ['chat', 'completions', 'embeddings', 'tokenize'] as const) {
    await clientFor(`${url}/gateway/v1`, { team: 'team-1', probe }).probe(limits());
  }

  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${KEY}`,
    connection: 'close',
    host: new URL(url).host,
    'user-agent': `restart-friendli-endpoint/${packageJson.version}`,
  };
  const withoutBody = { ...headers, 'content-length': '0' };
  const probe = (path: string, fields: string): unknown[] => {
    const body = `{"model":"demo",${fields}}`;
    const withBody = { 'content-type': 'application/json', 'content-length': String(body.length) };
    return [`POST /gateway/v1/dedicated/v1/${path}`, { ...headers, ...withBody, 'x-friendli-team': 'team-1' }, body];
  };
  expect(requests).toEqual([
    [`GET ${PATH}/status`, headers, ''],
    [`PUT ${PATH}/restart`, withoutBody, ''],
    [`PUT ${PATH}/wake`, withoutBody, ''],
    probe('chat/completions', '"messages":[{"role":"user","content":"ping"}],"max_tokens":1'),
    probe('completions', '"prompt":"ping","max_tokens":1'),
    probe('embeddings', '"input":"ping"'),
    probe('tokenize', '"prompt":"ping"'),
  ]);
});

it('requests are logged on completion with path and result, but without headers or body', async () => {
  const half = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{';
  const answers = [httpResponse(), httpResponse('secret', { status: 503 }), half, ''];
  const server = await serveRaw((socket) => socket.end(answers.shift() ?? ''));
  const logs: RequestLog[] = [];
  const { read, restart } = clientFor(server.url, { onRequest: (log) => logs.push(log) });
  for (const call of [read, restart, read, read]) await call(limits()).catch(() => {});
  const durationMs = expect.toSatisfy((ms) => ms > 0 && ms < 20_000);
  expect(logs).toEqual([
    { method: 'GET', path: `${PATH}/status`, result: 'HTTP 200', durationMs },
    { method: 'PUT', path: `${PATH}/restart`, result: 'HTTP 503', durationMs },
    { method: 'GET', path: `${PATH}/status`, result: `HTTP 200, ${CLOSED} (aborted)`, durationMs },
    { method: 'GET', path: `${PATH}/status`, result: `${CLOSED} (socket hang up)`, durationMs },
  ]);
});

it('a redirect is not followed, which would leak the key', async () => {
  const target = await serveRaw((socket) => socket.end(httpResponse()));
  const client = await clientFed(httpResponse('', { status: 307, headers: `Location: ${target.url}\r\n` }));
  for (const call of [client.read, client.restart]) {
    await expect(call(limits())).rejects.toMatchObject({ kind: 'permanent', httpStatus: 307 });
  }
  expect(target.received).toEqual([]);
});

it.each([
  ['with a page', httpResponse('<html>Hello</html>', { status: 201 })],
  ['with a body that is cut short', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{'],
])('a probe succeeds with a 2xx %s', async (_, answer) => {
  const { probe } = await clientFed(answer, { probe: 'chat' });
  await expect(probe(limits())).resolves.toBeUndefined();
});

it('a rejected probe is a permanent fault, with the reason in the body', async () => {
  const { probe } = await clientFed(httpResponse('{"message":"no"}', { status: 409 }), { probe: 'chat' });
  await expect(probe(limits())).rejects.toMatchObject({ kind: 'permanent', message: 'HTTP 409 Conflict (no)' });
});
