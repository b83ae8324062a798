import type { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import type { FaultKind } from '../../src/api/error.js';
import { findProxy } from '../../src/api/proxy.js';
import {
  clientFor,
  closedPort,
  faultOf,
  httpAnswer,
  KEY,
  limits,
  type RawServer,
  serveRaw,
} from './harness.js';

const API = 'https://api.example';

describe('the proxy variables', () => {
  const plain = { isTls: false, host: 'proxy.corp', port: 3128, credentials: undefined };
  it.each([
    ['http://proxy.corp:3128', plain],
    ['http://proxy.corp:3128/', plain],
    ['proxy.corp:3128', plain],
    [' proxy.corp:3128 ', plain],
    ['localhost:3128', { ...plain, host: 'localhost' }],
    ['10.0.0.1:3128', { ...plain, host: '10.0.0.1' }],
    ['HTTP://proxy.corp', { ...plain, port: 80 }],
    ['https://proxy.corp', { ...plain, isTls: true, port: 443 }],
    ['http://[::1]:3128', { ...plain, host: '::1' }],
    ['[2001:db8::1]:3128', { ...plain, host: '2001:db8::1' }],
    ['user:pw@10.0.0.1:3128', { ...plain, host: '10.0.0.1', credentials: 'user:pw' }],
    ['http://user@proxy.corp:3128', { ...plain, credentials: 'user:' }],
    ['http://us%40er:p%2Fw%25@proxy.corp:3128', { ...plain, credentials: 'us@er:p/w%' }],
    ['http://user:50%@proxy.corp:3128', { ...plain, credentials: 'user:50%' }],
    ['user:%zz%ff@proxy.corp:3128', { ...plain, credentials: 'user:%zz%ff' }],
    ['http://user:a@b/c#d?e:f@proxy.corp:3128', { ...plain, credentials: 'user:a@b/c#d?e:f' }],
  ])('%j names a proxy', (value, proxy) => {
    for (const name of ['HTTPS_PROXY', 'https_proxy']) {
      vi.stubEnv(name, value);
      expect(findProxy(new URL(API))).toEqual(proxy);
    }
  });

  it.each([
    ...['http://', 'http://:3128', ':3128', 'http://user:pw@', 'user:pw@:3128', 'http:///proxy.corp'],
    ...['proxy.corp:70000', 'proxy.corp:0', 'proxy.corp:port', 'http://[::1:3128'],
    ...['socks5://proxy.corp:1080', 'http://pro xy:3128', 'http://pro\nxy:3128'],
  ])('%j is an error that names the variable, never its value', async (value) => {
    vi.stubEnv('https_proxy', value);
    expect(await faultOf(clientFor(API).restart(limits()))).toMatchObject({
      ...{ kind: 'permanent', source: 'proxy', httpStatus: undefined },
      message:
        'the environment variable https_proxy does not name a proxy; expected a value such as http://proxy.example:3128',
    });
  });

  it.each<[name: string, variables: Record<string, string>, url?: string]>([
    ['nothing is set', {}],
    ['the value is blank', { https_proxy: ' ', HTTPS_PROXY: '' }],
    ['only http_proxy is set', { http_proxy: 'proxy.corp' }],
    ['the host is in no_proxy', { https_proxy: 'http://:0', no_proxy: 'a.example, API.example' }],
    ['its domain is in NO_PROXY', { https_proxy: 'proxy.corp', NO_PROXY: '.example' }],
    ['no_proxy is a star', { https_proxy: 'proxy.corp', no_proxy: '*' }],
    ['the API is this machine', { http_proxy: ':0' }, 'http://localhost:1'],
    ['the API is this machine, by its IPv4 address', { https_proxy: ':0' }, 'https://127.0.0.1'],
    ['the API is this machine, by its IPv6 address', { http_proxy: ':0' }, 'http://[::1]:1'],
  ])('name no proxy where %s', (_, variables, url = API) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    expect(findProxy(new URL(url))).toBeUndefined();
  });
});

describe('a proxy', () => {
  async function startProxy(respond: (socket: Socket, count: number) => void): Promise<RawServer> {
    const proxy = await serveRaw(respond);
    vi.stubEnv('https_proxy', `user:p%w@127.0.0.1:${proxy.port}`);
    return proxy;
  }

  it.each<[status: string, kind: FaultKind]>([
    ['407 Proxy Authentication Required', 'permanent'],
    ['403 Forbidden', 'permanent'],
    ['302 Found', 'permanent'],
    ['400 Bad Request', 'permanent'],
    ['408 Request Timeout', 'transient'],
    ['429 Too Many Requests', 'transient'],
    ['502 Bad Gateway', 'transient'],
  ])('that answers %s is a %s fault, and not an answer of the API', async (status, kind) => {
    const answer = httpAnswer('', { status: Number.parseInt(status, 10) });
    const proxy = await startProxy((socket) => socket.write(answer));
    const client = clientFor(API);
    const message = `the proxy answered HTTP ${status}`;
    const fault = { kind, source: 'proxy', httpStatus: undefined, message };
    for (const call of [client.read, client.restart])
      expect(await faultOf(call(limits()))).toMatchObject(fault);
    const authorization = `Basic ${Buffer.from('user:p%w').toString('base64')}`;
    expect(proxy.received).toHaveLength(2);
    for (const request of proxy.received) {
      expect(request).toMatch(/^CONNECT api\.example:443 HTTP\/1\.1\r\n/);
      expect(request).toContain(`Proxy-Authorization: ${authorization}\r\n`);
      expect(request).not.toContain(KEY);
    }
  });

  it('that cannot be reached, or hangs up, is worth another try', async () => {
    await startProxy((socket) => socket.end());
    const closed = { kind: 'transient', source: 'proxy', systemCode: 'ECONNRESET' };
    expect(await faultOf(clientFor(API).read(limits()))).toMatchObject(closed);
    const port = await closedPort();
    vi.stubEnv('https_proxy', `http://user:secret@127.0.0.1:${port}`);
    expect(await faultOf(clientFor(API).read(limits()))).toMatchObject({
      ...{ ...closed, systemCode: 'ECONNREFUSED' },
      message: `the connection to the proxy failed: the connection was refused (connect ECONNREFUSED 127.0.0.1:${port})`,
    });
  });

  it('is used as if NODE_TLS_REJECT_UNAUTHORIZED were not 0, which is said once', async () => {
    await startProxy((socket) => socket.end());
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const notices: string[] = [];
    const client = clientFor(API, { onNotice: (text) => notices.push(text) });
    for (let poll = 0; poll < 2; poll += 1) await faultOf(client.read(limits()));
    expect(notices).toEqual(['NODE_TLS_REJECT_UNAUTHORIZED is ignored: certificates are always verified']);
    expect(process.env['NODE_TLS_REJECT_UNAUTHORIZED']).toBeUndefined();
  });
});
