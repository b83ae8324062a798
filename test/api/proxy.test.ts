import type { Socket } from 'node:net';
import { createServer } from 'node:tls';
import { describe, expect, it, vi } from 'vitest';
import { findProxy } from '../../src/api/proxy.js';
import { createCertificates } from '../simulator/certificates.js';
import { CLOSED, clientFor, KEY, limits, serve, serveRaw } from './harness.js';

const API = 'https://api.example';

describe('the proxy variables', () => {
  const plain = { isTls: false, hostname: 'proxy.corp', port: 3128, credentials: undefined };
  it.each([
    ['http://proxy.corp:3128/', plain],
    [' proxy.corp:3128 ', plain],
    ['HTTP://proxy.corp', { ...plain, port: 80 }],
    ['https://proxy.corp', { ...plain, isTls: true, port: 443 }],
    ['[2001:db8::1]:3128', { ...plain, hostname: '[2001:db8::1]' }],
    ['user:pw@10.0.0.1:3128', { ...plain, hostname: '10.0.0.1', credentials: 'user:pw' }],
    ['http://user@proxy.corp:3128', { ...plain, credentials: 'user:' }],
    ['http://us%40er:p%2Fw%25@proxy.corp:3128', { ...plain, credentials: 'us@er:p/w%' }],
    ['user:%zz%ff@proxy.corp:3128', { ...plain, credentials: 'user:%zz%ff' }],
    ['http://user:a@b/c#d?e:f@proxy.corp:3128', { ...plain, credentials: 'user:a@b/c#d?e:f' }],
  ])('%j names a proxy', (value, proxy) => {
    for (const variable of ['HTTPS_PROXY', 'https_proxy']) {
      vi.stubEnv(variable, value);
      expect(findProxy(new URL(API))).toEqual({ ...proxy, variable });
    }
  });

  it.each([
    ...['http://', 'http://:3128', ':3128', 'http://user:pw@', 'user:pw@:3128', 'http:///proxy.corp'],
    ...['proxy.corp:70000', 'proxy.corp:0', 'proxy.corp:port', 'http://[::1:3128', '3128'],
    ...['socks5://proxy.corp:1080', 'http://pro xy:3128', 'http://pro\nxy:3128'],
  ])('%j is an error that names the variable, never its value', async (value) => {
    vi.stubEnv('https_proxy', value);
    const message =
      'the environment variable https_proxy is not a valid proxy URL; expected a value such as http://proxy.example:3128';
    await expect(clientFor(API).restart(limits())).rejects.toMatchObject({
      kind: 'permanent',
      source: 'proxy',
      message,
    });
  });

  const proxy = { https_proxy: 'proxy.corp:3128' };
  it.each<[expected: 'a' | 'no', variables: Record<string, string>, url: string]>([
    ['no', {}, API],
    ['no', { https_proxy: ' ', HTTPS_PROXY: '' }, API],
    ['no', { http_proxy: 'proxy.corp', HTTP_PROXY: 'proxy.corp' }, API],
    ['no', { https_proxy: 'http://:0', no_proxy: 'a.example, API.example' }, API],
    ['no', { ...proxy, NO_PROXY: '.example' }, API],
    ['no', { ...proxy, no_proxy: '*.example' }, API],
    ['no', { ...proxy, no_proxy: 'api.example:443' }, API],
    ['no', { ...proxy, no_proxy: '*' }, API],
    ['a', { ...proxy, no_proxy: 'pi.example, api.example:8443, example.api' }, API],
    ['no', { https_proxy: ':0' }, 'https://localhost:1'],
    ['no', { https_proxy: ':0' }, 'https://127.0.0.1'],
    ['no', { https_proxy: ':0' }, 'https://[::1]:1'],
    ['a', proxy, 'https://127.evil.example'],
    ['a', { ...proxy, no_proxy: 'localhost' }, 'https://localhost.evil.example'],
  ])('name %s proxy: %j for %s', (expected, variables, url) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    expect(findProxy(new URL(url))?.hostname).toBe(expected === 'a' ? 'proxy.corp' : undefined);
  });
});

describe('a proxy', () => {
  async function startProxy(respond: (socket: Socket) => void) {
    const proxy = await serveRaw(respond);
    vi.stubEnv('https_proxy', `user:p%w@127.0.0.1:${proxy.port}`);
    return proxy;
  }

  it.each([
    ['permanent', 'the proxy responded with HTTP 400 Bad Request', 'HTTP/1.1 400 x\r\n\r\n'],
    ['permanent', 'the proxy responded with HTTP 407 Proxy Authentication Required', 'HTTP/1.1 407 x\r\n\r\n'],
    ['transient', 'the proxy responded with HTTP 429 Too Many Requests', 'HTTP/1.1 429 x\r\n\r\n'],
    ['transient', 'the proxy responded with HTTP 502 Bad Gateway', 'HTTP/1.1 502 x\r\n\r\n'],
    ['transient', 'the proxy’s response is not valid HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['transient', 'the proxy’s response is not valid HTTP', 'x'.repeat(20_000)],
    ['transient', `the connection to the proxy failed: ${CLOSED} (socket hang up)`, ''],
  ])('can be a %s fault, which is not a response of the API: %s', async (kind, message, answer) => {
    const proxy = await startProxy((socket) => (answer === '' ? socket.end() : socket.write(answer)));
    const fault = { kind, source: 'proxy', httpStatus: undefined, message };
    await expect(clientFor(API).restart(limits())).rejects.toMatchObject(fault);
    const head = 'CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\n';
    expect(proxy.received).toEqual([`${head}Proxy-Authorization: Basic dXNlcjpwJXc=\r\n\r\n`]);
    expect(await proxy.closed()).toBe(1);
  });

  const untrusted = { kind: 'permanent', systemCode: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' };
  it('opens a tunnel to the API’s certificate, even if a 100 comes before its 200', async () => {
    const { server } = await createCertificates();
    const api = createServer(server).on('tlsClientError', () => {});
    const proxy = await startProxy((socket) => {
      socket.removeAllListeners('data');
      // In two pieces, as a network can deliver it.
      socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Connection esta', () => {
        setImmediate(() => socket.write('blished\r\n\r\n'));
        api.emit('connection', socket);
      });
    });
    const fault = { ...untrusted, source: 'certificate' };
    await expect(clientFor('https://api.friendli.test').read(limits())).rejects.toMatchObject(fault);
    expect(await proxy.closed()).toBe(1);
  });

  it('whose own certificate is not trusted is a permanent fault', async () => {
    vi.stubEnv('https_proxy', await serve(() => {}, (await createCertificates()).server));
    await expect(clientFor(API).restart(limits())).rejects.toMatchObject({ ...untrusted, source: 'proxy' });
  });
});

it('a client says once which proxy and extra CAs it uses, without the password', async () => {
  const { url, port } = await serveRaw((socket) => socket.end());
  vi.stubEnv('https_proxy', `http://user:${KEY}@127.0.0.1:${port}`);
  vi.stubEnv('NODE_EXTRA_CA_CERTS', '/etc/ca.pem');
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const notices: string[] = [];
  for (const apiUrl of [API, url]) {
    const { read } = clientFor(apiUrl, { onNotice: (text) => notices.push(text) });
    for (let poll = 0; poll < 2; poll += 1) await read(limits()).catch(() => {});
  }
  expect(notices).toEqual([
    'NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored; certificates are always verified',
    `Using the proxy 127.0.0.1:${port} (https_proxy) and extra CAs (NODE_EXTRA_CA_CERTS)`,
  ]);
});
