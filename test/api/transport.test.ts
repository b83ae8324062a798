import dns from 'node:dns';
import { EventEmitter, getEventListeners, once } from 'node:events';
import { getDefaultAutoSelectFamilyAttemptTimeout, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EndpointClient } from '../../src/run.js';
import { clientFor, faultOf, GOOD_BODY, httpAnswer, KEY, limits, MIB, serve, serveRaw } from './harness.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const RUNNING = { status: 'RUNNING' };
const LOST = { kind: 'transient', source: 'network', systemCode: 'ECONNRESET' };
const CLOSED = 'the connection was closed before the answer was complete';

const closings: [how: string, close: (socket: Socket) => unknown][] = [
  ['FIN', (socket) => socket.end()],
  ['RST', (socket) => socket.resetAndDestroy()],
];

/** A client for a server that answers every request with these bytes. */
async function clientFed(answer: string | Buffer, { close = false } = {}): Promise<EndpointClient> {
  const server = await serveRaw((socket) => (close ? socket.end(answer) : socket.write(answer)));
  return clientFor(server.url);
}

describe('a body', () => {
  it('can be chunked, without a length, or come in pieces', async () => {
    const chunks = [...GOOD_BODY].map((byte) => `1\r\n${byte}\r\n`).join('');
    const client = await clientFed(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`);
    expect(await client.read(limits())).toMatchObject(RUNNING);
    const endless = await clientFed(`HTTP/1.1 200 OK\r\n\r\n${GOOD_BODY}`, { close: true });
    expect(await endless.read(limits())).toMatchObject(RUNNING);
  });

  it.each([200, 500])('without an end is not read on: the connection is closed (HTTP %i)', async (status) => {
    let sent = 0;
    let closed: Promise<unknown> | undefined;
    const url = await serve((_, response) => {
      response.statusCode = status;
      closed = once(response, 'close');
      const more = (): void => {
        sent += 65_536;
        if (!response.destroyed) response.write(' '.repeat(65_536), more);
      };
      more();
    });
    expect(await faultOf(clientFor(url).read(limits()))).toMatchObject({
      kind: 'transient',
      httpStatus: status,
    });
    await closed;
    // What fits in the system's buffers on both sides comes on top of the bound.
    expect(sent).toBeLessThan(32 * MIB);
  });

  it.each<[coding: string, encode: (text: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['identity', (text) => text],
  ])('coded as %s is decoded, with the same bound', async (coding, encode) => {
    const client = (text: string) =>
      clientFed(httpAnswer(encode(Buffer.from(text)), { headers: `Content-Encoding: ${coding}\r\n` }));
    expect(await (await client(GOOD_BODY)).read(limits())).toMatchObject(RUNNING);
    expect(await (await client(GOOD_BODY.padEnd(MIB))).read(limits())).toMatchObject(RUNNING);
    const tooLarge = await client(GOOD_BODY.padEnd(MIB + 1));
    expect(await faultOf(tooLarge.restart(limits()))).toMatchObject({
      ...{ kind: 'transient', source: 'body', httpStatus: 200 },
      message: 'HTTP 200, but the answer is larger than 1 MiB',
    });
  });

  it.each([
    ['zstd', GOOD_BODY, 'the answer’s content coding "zstd" is not supported'],
    [`::x ${KEY}`, GOOD_BODY, 'the answer’s content coding ": :x ***" is not supported'],
    ['gzip', GOOD_BODY, 'the answer cannot be decoded as gzip'],
    ['gzip', gzipSync(GOOD_BODY).subarray(0, -1), 'the answer cannot be decoded as gzip'],
    ['br', 'x', 'the answer cannot be decoded as br'],
  ])('coded as %s that cannot be decoded is named, not printed', async (coding, body, words) => {
    const client = await clientFed(httpAnswer(body, { headers: `Content-Encoding: ${coding}\r\n` }));
    const { source, message } = await faultOf(client.restart(limits()));
    expect([source, message]).toEqual(['body', `HTTP 200, but ${words}`]);
  });

  it('of an error that cannot be decoded leaves the HTTP status, and an empty one is no fault', async () => {
    const options = { status: 404, headers: 'Content-Encoding: zstd\r\n' };
    for (const body of ['x', '']) {
      const fault = await faultOf((await clientFed(httpAnswer(body, options))).read(limits()));
      expect(fault).toMatchObject({ kind: 'permanent', message: 'HTTP 404 Not Found' });
    }
  });
});

describe('an answer that is cut short', () => {
  it.each([
    ['before its first byte', '', undefined],
    ['in its headers', 'HTTP/1.1 200 OK\r\nContent-Le', undefined],
    ['in its body', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"status"', 200],
    ['before its last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n', 200],
  ])('%s, by FIN or by RST, is a transient fault', async (_, answer, httpStatus) => {
    const words = `${httpStatus === undefined ? '' : 'HTTP 200, but '}${CLOSED} (`;
    for (const [, close] of closings) {
      const server = await serveRaw((socket) => socket.write(answer, () => setTimeout(close, 20, socket)));
      const { read, restart } = clientFor(server.url);
      for (const call of [read, restart]) {
        const lost = { ...LOST, httpStatus, message: expect.stringContaining(words) };
        expect(await faultOf(call(limits()))).toMatchObject(lost);
      }
    }
  });

  it.each([
    ...['SSH-2.0-OpenSSH_9.6\r\n', '<html>hello</html>', '::error::x\r\n\r\n', `${KEY}\r\n\r\n`],
    'HTTP/1.1 two\r\n\r\n',
    `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
  ])('or is not HTTP (case %#) is a transient fault', async (answer) => {
    const fault = await faultOf((await clientFed(answer, { close: true })).restart(limits()));
    expect(fault).toMatchObject({ kind: 'transient', source: 'network', httpStatus: undefined });
    expect(fault.message).toMatch(/^the answer is not valid HTTP \(.+\)$/);
    expect(fault.message).not.toContain(KEY);
  });

  it('by one that is informational is not: the final one counts', async () => {
    const client = await clientFed(Buffer.concat([Buffer.from('HTTP/1.1 103 x\r\n\r\n'), httpAnswer()]));
    expect(await client.read(limits())).toMatchObject(RUNNING);
  });
});

/** A request on its way, and the server's side of it: `reached` at the stage in question. */
type Stage = Record<'reached' | 'closed', Promise<unknown>> & { url: string };

async function silentServer(scheme: string, answer = ''): Promise<Stage> {
  const events = new EventEmitter();
  const { port } = await serveRaw((socket, count) => {
    socket.once('close', () => events.emit('closed'));
    if (count === 1) socket.write(answer, () => events.emit('reached'));
  });
  const [reached, closed] = [once(events, 'reached'), once(events, 'closed')];
  return { url: `${scheme}://127.0.0.1:${port}`, reached, closed };
}

async function silentProxy(answer: string): Promise<Stage> {
  const stage = await silentServer('http', answer);
  vi.stubEnv('https_proxy', stage.url);
  return { ...stage, url: 'https://api.example' };
}

async function silentLookup(): Promise<Stage> {
  const reached = new EventEmitter();
  vi.spyOn(dns, 'lookup').mockImplementation(() => void reached.emit('now'));
  return { url: 'http://localhost:1', reached: once(reached, 'now'), closed: Promise.resolve() };
}

describe('a request without an answer', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n';
  const upgrade = 'HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n';
  describe.each<[name: string, start: () => Promise<Stage>]>([
    ['while the name is looked up', silentLookup],
    ['during the TLS handshake', () => silentServer('https')],
    ['while a proxy opens a tunnel', () => silentProxy('')],
    ['during the TLS handshake in a tunnel', () => silentProxy('HTTP/1.1 200 OK\r\n\r\n')],
    ['before the headers', () => silentServer('http')],
    ['within the headers', () => silentServer('http', 'HTTP/1.1 200 OK\r\nContent-Le')],
    ['after a change of protocol', () => silentServer('http', upgrade)],
    ['before the body', () => silentServer('http', head)],
    ['within the body', () => silentServer('http', `${head}{"status"`)],
  ])('%s', (_, start) => {
    it.each([
      ['the run is canceled', 'aborted', 'the request was aborted'],
      ['its own time is over', 'timeout', 'no complete answer within 30 s'],
    ])('ends at once when %s, and leaves nothing behind', async (_, source, words) => {
      const { url, reached, closed } = await start();
      const controller = new AbortController();
      const { signal } = controller;
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const isOver = vi.fn();
      const end = faultOf(clientFor(url).read(limits({ timeoutMs: 30_000, signal }))).finally(isOver);
      await reached;
      vi.advanceTimersByTime(29_999);
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(isOver).not.toHaveBeenCalled();
      if (source === 'aborted') controller.abort();
      else vi.advanceTimersByTime(1);
      const fault = await end;
      expect(fault).toMatchObject({ kind: 'transient', source });
      expect(fault.message.replace(/^HTTP 200, but /, '')).toBe(words);
      expect(vi.getTimerCount()).toBe(0);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      await closed;
    });
  });

  it('is cut by its total time though bytes keep coming', async () => {
    const url = await serve((_, response) => {
      const timer = setInterval(() => response.write(' '), 5);
      response.once('close', () => clearInterval(timer));
    });
    const fault = await faultOf(clientFor(url).restart(limits({ timeoutMs: 200 })));
    expect(fault.message).toBe('HTTP 200, but no complete answer within 1 s');
  });

  it('is not even sent when the run was canceled before', async () => {
    const server = await serveRaw(() => {});
    vi.stubEnv('https_proxy', server.url);
    for (const url of [server.url, 'https://api.example']) {
      const fault = await faultOf(clientFor(url).restart(limits({ signal: AbortSignal.abort() })));
      expect(fault).toMatchObject({ source: 'aborted', message: 'the request was aborted' });
    }
    expect(server.received).toEqual([]);
  });
});

/** Answers the first request on each connection. */
function serveOnce(then: (socket: Socket) => unknown) {
  return serveRaw((socket, count) => (count === 1 ? socket.write(httpAnswer()) : then(socket)));
}

describe('a kept connection', () => {
  it('serves the requests that follow at once, whatever the answers were', async () => {
    const server = await serveRaw((socket, count) =>
      socket.write(count === 2 ? httpAnswer('no', { status: 503 }) : httpAnswer()),
    );
    const client = clientFor(server.url);
    await client.read(limits());
    await faultOf(client.read(limits()));
    await client.restart(limits());
    expect(server.sockets).toHaveLength(1);
  });

  describe.each(closings)('that the server closes by %s', (_, close) => {
    it('costs a read nothing: it is sent again on a new one', async () => {
      const server = await serveOnce(close);
      const client = clientFor(server.url);
      for (let poll = 0; poll < 5; poll += 1) expect(await client.read(limits())).toMatchObject(RUNNING);
      expect(server.received).toHaveLength(6);
    });

    it('does not make a restart be sent twice', async () => {
      const server = await serveOnce(close);
      const client = clientFor(server.url);
      await client.read(limits());
      expect(await faultOf(client.restart(limits()))).toMatchObject({ kind: 'transient', source: 'network' });
      expect(server.received).toHaveLength(2);
      expect(await client.restart(limits())).toMatchObject(RUNNING);
      expect(server.received).toHaveLength(3);
    });

    it('is no fault in 100 polls, with an idle limit that equals the pause', async () => {
      const server = await serveRaw((socket) =>
        socket.write(httpAnswer(), () => setTimeout(close, 3, socket)),
      );
      // A client stops keeping connections after the first that it loses, so each second poll has a new one.
      for (let poll = 0; poll < 100; poll += 2) {
        const client = clientFor(server.url);
        await client.read(limits());
        await delay(3);
        expect(await client.read(limits())).toMatchObject(RUNNING);
      }
    });
  });

  it('that brought a part of an answer does not hide the fault', async () => {
    const server = await serveOnce((socket) => socket.end('HTTP/1.1 2'));
    const client = clientFor(server.url);
    await client.read(limits());
    expect(await faultOf(client.read(limits()))).toMatchObject(LOST);
    expect(server.received).toHaveLength(2);
  });

  it('that something in between forgot costs one time-out, not one at every poll', async () => {
    const client = clientFor((await serveOnce(() => {})).url);
    await client.read(limits());
    expect(await faultOf(client.read(limits({ timeoutMs: 50 })))).toMatchObject({ source: 'timeout' });
    for (let poll = 0; poll < 5; poll += 1) expect(await client.read(limits())).toMatchObject(RUNNING);
  });

  it('is not used again after 2 s without a request', async () => {
    const server = await serveRaw((socket) => socket.write(httpAnswer()));
    const client = clientFor(server.url);
    await client.read(limits());
    // Node's sockets have timers of their own, which no test can speed up.
    await delay(2_010);
    await client.restart(limits());
    expect(server.sockets).toHaveLength(2);
  });
});

it('each address of a name gets 5 s for connecting', () => {
  clientFor('https://api.example');
  expect(getDefaultAutoSelectFamilyAttemptTimeout()).toBe(5_000);
});
