import dns from 'node:dns';
import { EventEmitter, getEventListeners, once } from 'node:events';
import { TLSSocket } from 'node:tls';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EndpointClient } from '../../src/run.js';
import { createCertificates } from '../simulator/certificates.js';
import { clientFor, faultOf, GOOD_BODY, httpResponse, KEY, limits, MIB, serve, serveRaw } from './harness.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const RUNNING = { status: 'RUNNING' };
const LOST = { kind: 'transient', source: 'network', systemCode: 'ECONNRESET' };
const CLOSED = 'the connection was closed before the response was complete';

/** A client for a server that responds to every request with these bytes. */
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

  it('is read as UTF-8, whatever its bytes are', async () => {
    expect(await (await clientFed(httpResponse(`\ufeff${GOOD_BODY}`))).read(limits())).toMatchObject(RUNNING);
    const binary = await clientFed(httpResponse(Buffer.from([0xff, 0x00, 0x41]), { status: 502 }));
    const fault = await faultOf(binary.read(limits()));
    expect(fault.message).toBe('HTTP 502 Bad Gateway (\ufffd A)');
  });

  it('that never ends is cut off by closing the connection', async () => {
    let sent = 0;
    let closed: Promise<unknown> | undefined;
    const url = await serve((_, response) => {
      closed = once(response, 'close');
      const more = (error?: Error | null): void => {
        sent += 65_536;
        if (!error && !response.destroyed) response.write(' '.repeat(65_536), more);
      };
      more();
    });
    const fault = { kind: 'transient', httpStatus: 200 };
    expect(await faultOf(clientFor(url).read(limits()))).toMatchObject(fault);
    await closed;
    // The system's buffers on both sides come on top of the bound.
    expect(sent).toBeLessThan(32 * MIB);
  });

  it.each<[encoding: string, encode: (text: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['identity', (text) => text],
    ['none', (text) => text],
    ['UTF-8', (text) => text],
  ])('encoded as %s is decoded, with the same size limit', async (encoding, encode) => {
    const client = (size: number) => {
      const body = encode(Buffer.from(GOOD_BODY.padEnd(size)));
      return clientFed(httpResponse(body, { headers: `Content-Encoding: ${encoding}\r\n` }));
    };
    expect(await (await client(MIB)).read(limits())).toMatchObject(RUNNING);
    expect(await faultOf((await client(MIB + 1)).restart(limits()))).toMatchObject({
      ...{ kind: 'transient', source: 'body', httpStatus: 200 },
      message: 'HTTP 200, but the response is larger than 1 MiB',
    });
  });

  it.each<[encoding: string, body: string | Buffer]>([
    ['zstd', GOOD_BODY],
    ['gzip, gzip', gzipSync(gzipSync(GOOD_BODY))],
    [`::x ${KEY}`, GOOD_BODY],
    ['gzip', GOOD_BODY],
    ['gzip', gzipSync(GOOD_BODY).subarray(0, -1)],
    ['br', 'x'],
  ])('encoded as %s that cannot be decoded is a transient fault', async (encoding, body) => {
    const headers = `Content-Encoding: ${encoding}\r\n`;
    expect(await faultOf((await clientFed(httpResponse(body, { headers }))).restart(limits()))).toMatchObject({
      ...{ kind: 'transient', source: 'body', httpStatus: 200 },
      message: 'HTTP 200, but the response could not be decoded',
    });
    const failed = await clientFed(httpResponse(body, { headers, status: 404 }));
    const fault = { kind: 'permanent', message: 'HTTP 404 Not Found' };
    expect(await faultOf(failed.read(limits()))).toMatchObject(fault);
  });
});

describe('a response that is cut short', () => {
  it.each([
    ['before its first byte', '', undefined],
    ['in its headers', 'HTTP/1.1 200 OK\r\nContent-Le', undefined],
    ['in its body', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"status"', 200],
    ['before its last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n', 200],
  ])('%s, by FIN or by RST, is a transient fault', async (_, answer, httpStatus) => {
    const words = `${httpStatus === undefined ? '' : 'HTTP 200, but '}${CLOSED} (`;
    const lost = { ...LOST, httpStatus, message: expect.stringContaining(words) };
    for (const close of ['end', 'resetAndDestroy'] as const) {
      const server = await serveRaw((socket) => {
        socket.write(answer, () => setTimeout(() => socket[close](), 20));
      });
      expect(await faultOf(clientFor(server.url).restart(limits()))).toMatchObject(lost);
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
    expect(fault.message).toMatch(/^the response is not valid HTTP \(.+\)$/);
    expect(fault.message).not.toContain(KEY);
  });

  it('is not a 1xx response: the final response is used', async () => {
    const client = await clientFed(Buffer.concat([Buffer.from('HTTP/1.1 103 x\r\n\r\n'), httpResponse()]));
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

describe('a request without a response', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n';
  describe.each<[name: string, start: () => Promise<Stage>]>([
    ['while the name is looked up', silentLookup],
    ['during the TLS handshake', () => silentServer('https')],
    ['while a proxy opens a tunnel', () => silentProxy('')],
    ['within the headers of a proxy', () => silentProxy('HTTP/1.1 200 OK\r\n')],
    ['during the TLS handshake in a tunnel', () => silentProxy('HTTP/1.1 200 OK\r\n\r\n')],
    ['before the headers', () => silentServer('http')],
    ['within the headers', () => silentServer('http', 'HTTP/1.1 200 OK\r\nContent-Le')],
    ['before the body', () => silentServer('http', head)],
    ['within the body', () => silentServer('http', `${head}{"status"`)],
    ['within a body without a length', () => silentServer('http', 'HTTP/1.1 200 OK\r\n\r\n{"status"')],
  ])('%s', (_, start) => {
    it.each([
      ['the run is canceled', 'aborted', 'the request was aborted'],
      ['its own time is over', 'timeout', 'no complete response within 30 s'],
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

  it('is not sent if the run was already canceled', async () => {
    const server = await serveRaw(() => {});
    vi.stubEnv('https_proxy', server.url);
    for (const url of [server.url, 'https://api.example']) {
      const fault = await faultOf(clientFor(url).restart(limits({ signal: AbortSignal.abort() })));
      expect(fault).toMatchObject({ source: 'aborted', message: 'the request was aborted' });
    }
    expect(server.received).toEqual([]);
  });
});

it.each(['HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n', 'HTTP/1.1 101 x\r\n\r\n'])(
  'a 101 is a transient fault at once, and closes the connection: %j',
  async (answer) => {
    const server = await serveRaw((socket) => socket.write(answer));
    const fault = { kind: 'transient', source: 'http', message: 'HTTP 101 Switching Protocols' };
    expect(await faultOf(clientFor(server.url).restart(limits()))).toMatchObject(fault);
    await vi.waitFor(() => expect(server.sockets.map(({ closed }) => closed)).toEqual([true]));
  },
);

describe('a name lookup', () => {
  /** Replaces the lookup. Resolves, once one is in progress, to a function that ends it with this machine's address. */
  function holdLookup(): Promise<() => void> {
    return new Promise((resolve) => {
      vi.spyOn(dns, 'lookup').mockImplementation((...values: unknown[]) => {
        const callback = values.at(-1);
        if (typeof callback !== 'function') throw new Error('dns.lookup is called without a callback.');
        resolve(() => callback(null, [{ address: '127.0.0.1', family: 4 }]));
      });
    });
  }

  it.each([
    ['directly', ''],
    ['through a proxy', 'https_proxy'],
  ])('that returns after its request has ended sends nothing, %s', async (_, variable) => {
    const server = await serveRaw((socket) => socket.write(httpResponse()));
    if (variable !== '') vi.stubEnv(variable, `http://localhost:${server.port}`);
    const url = variable === '' ? `http://localhost:${server.port}` : 'https://api.example';
    for (const end of ['timeout', 'aborted']) {
      const controller = new AbortController();
      const lookup = holdLookup();
      const timeoutMs = end === 'timeout' ? 20 : 60_000;
      const fault = faultOf(clientFor(url).restart(limits({ timeoutMs, signal: controller.signal })));
      const finishLookup = await lookup;
      if (end === 'aborted') controller.abort();
      expect(await fault).toMatchObject({ kind: 'transient', source: end });
      finishLookup();
    }
    vi.restoreAllMocks();
    // A connection of one of them would come first.
    await clientFor(`http://localhost:${server.port}`).read(limits());
    expect(server.received).toEqual([expect.stringMatching(/^GET /)]);
    expect(server.sockets).toHaveLength(1);
  });
});

describe('each request has a connection of its own', () => {
  it('which is closed with its response', async () => {
    const server = await serveRaw((socket) => socket.write(httpResponse()));
    const { read, restart } = clientFor(server.url);
    for (const call of [read, restart, read]) await call(limits());
    expect(server.received.join('')).not.toContain('keep-alive');
    await vi.waitFor(() => expect(server.sockets.map(({ closed }) => closed)).toEqual([true, true, true]));
  });

  it('which resumes the TLS session of the one before', async () => {
    // Loopback hosts are the only ones for which Node's own setting counts.
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const resumed: boolean[] = [];
    const url = await serve(
      ({ socket }, response) => {
        resumed.push(socket instanceof TLSSocket && socket.isSessionReused());
        response.end(GOOD_BODY);
      },
      (await createCertificates()).server,
    );
    const { read, restart } = clientFor(url);
    for (const call of [read, restart, read]) expect(await call(limits())).toMatchObject(RUNNING);
    expect(resumed).toEqual([false, true, true]);
  });
});
