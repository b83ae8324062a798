import dns from 'node:dns';
import { getEventListeners } from 'node:events';
import { TLSSocket } from 'node:tls';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { createCertificates } from '../simulator/certificates.js';
import { CLOSED, clientFed, clientFor, GOOD_BODY, httpResponse, limits, MIB, serve, serveRaw } from './harness.js';

const API = 'https://api.example';

describe('a body', () => {
  const coded = (encoding: string, body: string | Buffer, status?: number) =>
    clientFed(httpResponse(body, { status, headers: `Content-Encoding: ${encoding}\r\n` }));

  it.each<[encoding: string, encode: (text: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['X-GZIP', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['identity', (text) => text],
    ['none', (text) => text],
    ['UTF-8', (text) => text],
  ])('encoded as %s is decoded, with the same size limit', async (encoding, encode) => {
    const largest = await coded(encoding, encode(Buffer.from(GOOD_BODY.padEnd(MIB))));
    expect(await largest.read(limits())).toMatchObject({ status: 'RUNNING' });
    const { restart } = await coded(encoding, encode(Buffer.from(GOOD_BODY.padEnd(MIB + 1))));
    const message = 'HTTP 200, but the response is larger than 1 MiB';
    const fault = { kind: 'transient', source: 'body', httpStatus: 200, message };
    await expect(restart(limits())).rejects.toMatchObject(fault);
  });

  it.each([
    ['zstd', GOOD_BODY],
    ['gzip, gzip', gzipSync(gzipSync(GOOD_BODY))],
    ['gzip', GOOD_BODY],
    ['gzip', gzipSync(GOOD_BODY).subarray(0, -1)],
  ])('that cannot be decoded as %s is a transient fault, unless its status is an error', async (encoding, body) => {
    const message = 'HTTP 200, but the response could not be decoded';
    const fault = { kind: 'transient', source: 'body', httpStatus: 200, message };
    await expect((await coded(encoding, body)).restart(limits())).rejects.toMatchObject(fault);
    const notFound = { kind: 'permanent', source: 'http', message: 'HTTP 404 Not Found' };
    await expect((await coded(encoding, body, 404)).read(limits())).rejects.toMatchObject(notFound);
  });

  it('that never ends is cut off by closing the connection', async () => {
    const server = await serveRaw((socket) => {
      const more = (error?: Error | null): boolean => !error && socket.write(' '.repeat(65_536), more);
      socket.write('HTTP/1.1 200 OK\r\n\r\n', more);
    });
    const message = 'HTTP 200, but the response is larger than 1 MiB';
    await expect(clientFor(server.url).read(limits())).rejects.toMatchObject({ message });
    expect(await server.closed()).toBe(1);
  });
});

describe('a response', () => {
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n';
  it.each([
    ['that is cut short in its headers', 'HTTP/1.1 200 OK\r\nContent-Le', CLOSED],
    ['that is cut short before its last chunk', chunked, `HTTP 200, but ${CLOSED}`],
    ['of another protocol', 'SSH-2.0-OpenSSH_9.6\r\n', 'the response is not valid HTTP'],
    ['with long headers', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 'the response is not valid HTTP'],
  ])('%s is a transient fault', async (_, answer, words) => {
    const message = expect.stringContaining(`${words} (`);
    const fault = { kind: 'transient', source: 'network', message };
    await expect((await clientFed(answer)).restart(limits())).rejects.toMatchObject(fault);
  });

  it('with a status below 200 is skipped', async () => {
    const client = await clientFed(Buffer.concat([Buffer.from('HTTP/1.1 103 x\r\n\r\n'), httpResponse()]));
    expect(await client.read(limits())).toMatchObject({ status: 'RUNNING' });
  });

  it.each(['Connection: upgrade\r\nUpgrade: x\r\n', ''])('with status 101 ends at once: %j', async (headers) => {
    const server = await serveRaw((socket) => socket.write(`HTTP/1.1 101 x\r\n${headers}\r\n`));
    const fault = { kind: 'transient', source: 'http', message: 'HTTP 101 Switching Protocols' };
    await expect(clientFor(server.url).restart(limits())).rejects.toMatchObject(fault);
    expect(await server.closed()).toBe(1);
  });
});

describe('a request', () => {
  describe.each([
    ['during the TLS handshake', 'https:', '', ''],
    ['while a proxy opens a tunnel', 'proxy', '', ''],
    ['during the TLS handshake in a tunnel', 'proxy', 'HTTP/1.1 200 OK\r\n\r\n', ''],
    ['before the response', 'http:', '', ''],
    ['within a body', 'http:', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"status"', 'HTTP 200, but '],
    ['within a body without a length', 'http:', 'HTTP/1.1 200 OK\r\n\r\n{"status"', 'HTTP 200, but '],
  ])('%s', (_, way, answer, prefix) => {
    it.each([
      ['the run is canceled', 'aborted', 'the request was aborted'],
      ['its own time is over', 'timeout', 'no complete response within 30 s'],
    ])('ends at once when %s, and leaves nothing behind', async (_, source, words) => {
      const server = await serveRaw((socket, count) => count === 1 && socket.write(answer));
      if (way === 'proxy') vi.stubEnv('https_proxy', server.url);
      const { read } = clientFor(way === 'proxy' ? API : server.url.replace('http:', way));
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const controller = new AbortController();
      const isOver = vi.fn();
      const end = read(limits({ timeoutMs: 30_000, signal: controller.signal })).finally(isOver);
      vi.advanceTimersByTime(29_999);
      // A few turns after the request, the answer has arrived, too.
      for (let turns = 0; turns < 5; turns += server.received.length) await new Promise(setImmediate);
      expect(isOver).not.toHaveBeenCalled();
      if (source === 'aborted') controller.abort();
      else vi.advanceTimersByTime(1);
      await expect(end).rejects.toMatchObject({ kind: 'transient', source, message: `${prefix}${words}` });
      expect(vi.getTimerCount()).toBe(0);
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
      expect(await server.closed()).toBe(1);
    });
  });

  it('is not sent if the run was already canceled', async () => {
    const server = await serveRaw(() => {});
    const canceled = clientFor(server.url).restart(limits({ signal: AbortSignal.abort() }));
    await expect(canceled).rejects.toMatchObject({ source: 'aborted', message: 'the request was aborted' });
    expect(server.received).toEqual([]);
  });

  it.each(['directly', 'through a proxy'])('is not sent if its name lookup returns after its end, %s', async (way) => {
    const server = await serveRaw((socket) => socket.write(httpResponse()));
    const url = `http://localhost:${server.port}`;
    if (way !== 'directly') vi.stubEnv('https_proxy', url);
    const { restart } = clientFor(way === 'directly' ? url : API);
    const lookup = vi.spyOn(dns, 'lookup').mockImplementation(() => {});
    await expect(restart(limits({ timeoutMs: 1 }))).rejects.toMatchObject({ source: 'timeout' });
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    await expect(restart(limits({ signal: controller.signal }))).rejects.toMatchObject({ source: 'aborted' });
    expect(lookup).toHaveBeenCalledTimes(2);
    for (const values of lookup.mock.calls) Object(values.at(-1))(null, [{ address: '127.0.0.1', family: 4 }]);
    vi.restoreAllMocks();
    // A connection of one of them would come first.
    await clientFor(url).read(limits());
    expect(server.received).toEqual([expect.stringMatching(/^GET /)]);
    expect(await server.closed()).toBe(1);
  });

  it('has a connection of its own, which is closed with its response', async () => {
    const server = await serveRaw((socket) => socket.write(httpResponse()));
    const { read, restart } = clientFor(server.url);
    for (const call of [read, restart, read]) await call(limits());
    expect(await server.closed()).toBe(3);
  });

  it('resumes the TLS session of the one before', async () => {
    // Loopback hosts are the only ones for which Node's own setting counts.
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const resumed: unknown[] = [];
    const { server } = await createCertificates();
    const url = await serve(({ socket }, response) => {
      resumed.push(socket instanceof TLSSocket && socket.isSessionReused());
      response.end(GOOD_BODY);
    }, server);
    const { read, restart } = clientFor(url);
    for (const call of [read, restart, read]) await call(limits());
    expect(resumed).toEqual([false, true, true]);
  });
});
