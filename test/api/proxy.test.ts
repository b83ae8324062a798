import type { Socket } from 'node:net';
import { createServer } from 'node:tls';
import { describe, expect, it, vi } from 'vitest';
import type { FaultKind } from '../../src/api/error.js';
import { findProxy } from '../../src/api/proxy.js';
import { createCertificates } from '../simulator/certificates.js';
import {
  clientFor,
  closedPort,
  faultOf,
  GOOD_BODY,
  httpResponse,
  KEY,
  limits,
  type RawServer,
  serve,
  serveRaw,
} from './harness.js';

const API = 'https://api.example';

describe('the proxy variables', () => {
  const plain = { isTls: false, hostname: 'proxy.corp', port: 3128, credentials: undefined };
  it.each([
    ['http://proxy.corp:3128/', plain],
    [' proxy.corp:3128 ', plain],
    ['10.0.0.1:3128', { ...plain, hostname: '10.0.0.1' }],
    ['HTTP://proxy.corp', { ...plain, port: 80 }],
    ['https://proxy.corp', { ...plain, isTls: true, port: 443 }],
    ['http://[::1]:3128', { ...plain, hostname: '[::1]' }],
    ['[2001:db8::1]:3128', { ...plain, hostname: '[2001:db8::1]' }],
    ['user:pw@10.0.0.1:3128', { ...plain, hostname: '10.0.0.1', credentials: 'user:pw' }],
    ['http://user@proxy.corp:3128', { ...plain, credentials: 'user:' }],
    ['http://us%40er:p%2Fw%25@proxy.corp:3128', { ...plain, credentials: 'us@er:p/w%' }],
    ['http://user:50%@proxy.corp:3128', { ...plain, credentials: 'user:50%' }],
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
    expect(await faultOf(clientFor(API).restart(limits()))).toMatchObject({
      ...{ kind: 'permanent', source: 'proxy', httpStatus: undefined },
      message:
        'the environment variable https_proxy is not a valid proxy URL; expected a value such as http://proxy.example:3128',
    });
  });

  it.each<[variables: Record<string, string>, url?: string]>([
    [{}],
    [{ https_proxy: ' ', HTTPS_PROXY: '' }],
    [{ http_proxy: 'proxy.corp', HTTP_PROXY: 'proxy.corp' }],
    [{ https_proxy: 'http://:0', no_proxy: 'a.example, API.example' }],
    [{ https_proxy: 'proxy.corp', NO_PROXY: '.example' }],
    [{ https_proxy: 'proxy.corp', no_proxy: '*.example' }],
    [{ https_proxy: 'proxy.corp', no_proxy: 'api.example:443' }],
    [{ https_proxy: 'proxy.corp', no_proxy: '*' }],
    [{ https_proxy: ':0' }, 'https://localhost:1'],
    [{ https_proxy: ':0' }, 'https://127.0.0.1'],
    [{ https_proxy: ':0' }, 'https://[::1]:1'],
  ])('name no proxy: %j for %s', (variables, url = API) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    expect(findProxy(new URL(url))).toBeUndefined();
  });

  it.each<[url: string, no_proxy: string]>([
    ['https://127.evil.example', ''],
    ['https://localhost.evil.example', 'localhost'],
    ['https://api.example', 'pi.example, api.example:8443, example.api'],
  ])('name a proxy for %s, if no_proxy is "%s"', (url, no_proxy) => {
    vi.stubEnv('https_proxy', 'proxy.corp:3128');
    vi.stubEnv('no_proxy', no_proxy);
    expect(findProxy(new URL(url))).toMatchObject(plain);
  });
});

describe('a proxy', () => {
  async function startProxy(respond: (socket: Socket, count: number) => void): Promise<RawServer> {
    const proxy = await serveRaw(respond);
    useProxy(`user:p%w@127.0.0.1:${proxy.port}`);
    return proxy;
  }

  /** For the next client. */
  function useProxy(url: string): void {
    vi.stubEnv('https_proxy', url);
    vi.stubEnv('no_proxy', undefined);
  }

  it.each<[status: string, kind: FaultKind]>([
    ['407 Proxy Authentication Required', 'permanent'],
    ['302 Found', 'permanent'],
    ['400 Bad Request', 'permanent'],
    ['408 Request Timeout', 'transient'],
    ['429 Too Many Requests', 'transient'],
    ['502 Bad Gateway', 'transient'],
  ])('that responds with %s is a %s fault, and not a response of the API', async (status, kind) => {
    const refusal = httpResponse('', { status: Number.parseInt(status, 10) });
    const proxy = await startProxy((socket) => socket.write(refusal));
    const message = `the proxy responded with HTTP ${status}`;
    const fault = { kind, source: 'proxy', httpStatus: undefined, message };
    expect(await faultOf(clientFor(API).restart(limits()))).toMatchObject(fault);
    const authorization = `Proxy-Authorization: Basic ${Buffer.from('user:p%w').toString('base64')}`;
    const target = 'api.example:443';
    expect(proxy.received).toEqual([`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization}\r\n\r\n`]);
    await vi.waitFor(() => expect(proxy.sockets.map(({ closed }) => closed)).toEqual([true]));
  });

  it('that cannot be reached, hangs up, or does not speak HTTP is a transient fault', async () => {
    await startProxy((socket) => socket.end());
    const fault = { kind: 'transient', source: 'proxy', systemCode: 'ECONNRESET' };
    expect(await faultOf(clientFor(API).read(limits()))).toMatchObject(fault);
    const port = await closedPort();
    useProxy(`http://user:secret@127.0.0.1:${port}`);
    const refused = `the connection was refused (connect ECONNREFUSED 127.0.0.1:${port})`;
    expect(await faultOf(clientFor(API).read(limits()))).toMatchObject({
      ...{ ...fault, systemCode: 'ECONNREFUSED' },
      message: `the connection to the proxy failed: ${refused}`,
    });
    for (const greeting of ['SSH-2.0-OpenSSH_9.6\r\n\r\n', 'x'.repeat(20_000)]) {
      await startProxy((socket) => socket.write(greeting));
      const invalid = { ...fault, systemCode: undefined, message: 'the proxy’s response is not valid HTTP' };
      expect(await faultOf(clientFor(API).read(limits()))).toMatchObject(invalid);
    }
  });

  it('opens a tunnel to the API’s certificate, even if a 100 comes before its 200', async () => {
    const { server } = await createCertificates();
    const api = createServer(server).on('tlsClientError', () => {});
    const proxy = await startProxy((socket, count) => {
      if (count > 1) return;
      socket.removeAllListeners('data');
      // In two pieces, as a network can deliver it.
      socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Connection esta', () => {
        setImmediate(() => socket.write('blished\r\n\r\n'));
        api.emit('connection', socket);
      });
    });
    expect(await faultOf(clientFor('https://api.friendli.test').read(limits()))).toMatchObject({
      ...{ kind: 'permanent', source: 'certificate', systemCode: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
      message: expect.stringMatching(/^the server’s certificate is not trusted \(UNABLE_TO_\w+: .+\)$/),
    });
    await vi.waitFor(() => expect(proxy.sockets.map(({ closed }) => closed)).toEqual([true]));
  });

  it('whose own certificate is not trusted is a permanent fault', async () => {
    const url = await serve((_, response) => response.end(GOOD_BODY), (await createCertificates()).server);
    vi.stubEnv('https_proxy', url);
    const fault = { kind: 'permanent', source: 'proxy', systemCode: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' };
    expect(await faultOf(clientFor(API).restart(limits()))).toMatchObject(fault);
  });
});

describe('one notice for the run', () => {
  const ignored = 'NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored; certificates are always verified';
  const extra = { NODE_EXTRA_CA_CERTS: '/etc/ca.pem' };
  const [plain, local] = ['http://127.0.0.1:{port}', 'https://localhost:{port}'];
  const secret = { HTTPS_PROXY: `http://user:${KEY}@127.0.0.1:{port}` };
  const all = { https_proxy: '127.0.0.1:{port}', ...extra, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  const both = 'the proxy 127.0.0.1:{port} (https_proxy) and extra CAs (NODE_EXTRA_CA_CERTS)';
  it.each<[name: string, url: string, env: Record<string, string>, notices: string[]]>([
    ['names nothing that is not used', plain, { https_proxy: 'proxy.corp', ...extra }, []],
    ['names extra CAs', local, extra, ['Using extra CAs (NODE_EXTRA_CA_CERTS)']],
    ['names a proxy, not its password', API, secret, ['Using the proxy 127.0.0.1:{port} (HTTPS_PROXY)']],
    ['names both, and that certificates are always verified', API, all, [ignored, `Using ${both}`]],
  ])('%s', async (_, url, env, expected) => {
    const { port } = await serveRaw((socket) => socket.end());
    const located = (text: string): string => text.replace('{port}', String(port));
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, located(value));
    const notices: string[] = [];
    const client = clientFor(located(url), { onNotice: (text) => notices.push(text) });
    for (let poll = 0; poll < 2; poll += 1) await faultOf(client.read(limits()));
    expect(notices).toEqual(expected.map(located));
  });
});
