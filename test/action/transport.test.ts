import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type SecureVersion } from 'node:tls';
import { Server } from 'proxy-chain';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type Certificates, createCertificates } from '../simulator/certificates.js';
import type { Simulator } from '../simulator/simulator.js';
import { annotationsOf, test, type World, wait } from './world.js';

/** A name that nothing resolves (RFC 6761), so that only a proxy leads to it. */
const apiHost = 'api.friendli.test';

const folder = mkdtempSync(join(tmpdir(), 'action-test-'));
const trusted = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
const proxies: Server[] = [];
const servers: Simulator[] = [];
let certificates: Certificates;

beforeAll(async () => {
  certificates = await createCertificates();
  writeFileSync(trusted.NODE_EXTRA_CA_CERTS, certificates.ca);
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all(proxies.map((proxy) => proxy.close(true)));
});

async function simulateTls({ simulate }: World, kind: 'server' | 'wrongHost' = 'server'): Promise<Simulator> {
  const simulator = await simulate({ tls: certificates[kind] });
  simulator.endpoint('demo');
  servers.push(simulator);
  return simulator;
}

/** A proxy that resolves the API's name to this machine. With `credentials`, it wants those. */
async function startProxy({ credentials = '', isTls = false } = {}) {
  /** What it was asked to connect to, and with which headers. */
  const connects: { target: string; headers: IncomingHttpHeaders }[] = [];
  const server = new Server({
    port: 0,
    host: '127.0.0.1',
    ...(isTls ? { serverType: 'https', httpsOptions: certificates.server } : { serverType: 'http' }),
    prepareRequestFunction({ request, username, password }) {
      const target = request.url ?? '';
      connects.push({ target, headers: request.headers });
      request.url = target.replace(apiHost, '127.0.0.1');
      return { requestAuthentication: credentials !== '' && credentials !== `${username}:${password}` };
    },
  });
  await server.listen();
  proxies.push(server);
  return { port: server.port, connects };
}

const hasIPv6 = Object.values(networkInterfaces())
  .flat()
  .some((address) => address?.address === '::1');

describe.concurrent('an API is reached', () => {
  test.for(['localhost', '127.0.0.1'])('over HTTPS at %s, with a private CA', async (host, { world }) => {
    const { port } = await simulateTls(world);
    const inputs = { ...wait, 'api-url': `https://${host}:${port}` };
    const result = await world.run({ inputs, env: trusted });
    expect(result).toMatchObject({ outputs: { outcome: 'restarted', status: 'RUNNING' }, annotations: [] });
  });

  test.runIf(hasIPv6)('over IPv6', async ({ world }) => {
    const { url, port, requests, endpoint } = await world.simulate({ host: '::1' });
    endpoint('demo');
    const { outputs } = await world.run({ inputs: { ...wait, 'api-url': url } });
    expect(outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING' });
    expect(requests[0]?.headers.host).toBe(`[::1]:${port}`);
  });

  test('though it is far away: each of its addresses gets the time', async ({ world }) => {
    world.simulator.endpoint('demo');
    const url = `http://localhost:${world.simulator.port}`;
    const result = await world.run({ inputs: { 'api-url': url }, preload: 'far-host' });
    expect(result).toMatchObject({ outputs: { outcome: 'restarted' }, annotations: [] });
  });

  test.for<[name: string, prefix: string, credentials: string, variable?: string]>([
    ['without credentials', 'http://', ''],
    ['with credentials', 'http://runner:secret@', 'runner:secret'],
    ['with credentials that a URL escapes', 'http://ru%40nner:se%2Fc%3Ar%25et@', 'ru@nner:se/c:r%et'],
    ['without a scheme and with a bare %', 'runner:50%@', 'runner:50%'],
    ['that is named in capitals and speaks TLS itself', 'https://', '', 'HTTPS_PROXY'],
  ])('through a proxy %s', async ([_, prefix, credentials, variable = 'https_proxy'], { world }) => {
    const { port, requests } = await simulateTls(world);
    const proxy = await startProxy({ credentials, isTls: prefix === 'https://' });
    const result = await world.run({
      inputs: { ...wait, 'api-url': `https://${apiHost}:${port}` },
      env: { ...trusted, [variable]: `${prefix}localhost:${proxy.port}` },
    });
    expect(result).toMatchObject({ outputs: { outcome: 'restarted', status: 'RUNNING' }, annotations: [] });
    expect(requests.map(({ headers }) => 'proxy-authorization' in headers)).not.toContain(true);
    expect(new Set(proxy.connects.map(({ target }) => target))).toEqual(new Set([`${apiHost}:${port}`]));
    // The key is for the API alone.
    expect(proxy.connects.map(({ headers }) => 'authorization' in headers)).not.toContain(true);
  });

  test('without a proxy and with any certificate if it is this machine itself', async ({ world }) => {
    world.simulator.endpoint('demo');
    const { url } = await simulateTls(world);
    const proxy = await startProxy();
    const variable = `http://127.0.0.1:${proxy.port}`;
    const variables = { https_proxy: variable, http_proxy: variable, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    for (const inputs of [{}, { 'api-url': url }]) {
      // Node's own warning goes to stderr.
      const result = await world.run({ inputs, env: { ...variables, NODE_NO_WARNINGS: '1' } });
      expect(result).toMatchObject({ outputs: { outcome: 'restarted' }, annotations: [] });
      expect(result.stdout).not.toContain('NODE_TLS_REJECT_UNAUTHORIZED');
    }
    expect(proxy.connects).toEqual([]);
  });
});

/** What listens where a case names it in braces; resolves to the port. */
const listeners: Record<string, (world: World) => Promise<number>> = {
  server: async (world) => (await simulateTls(world)).port,
  wrongHost: async (world) => (await simulateTls(world, 'wrongHost')).port,
  'TLSv1.2': (world) => wantClientCertificate(world, 'TLSv1.2'),
  'TLSv1.3': (world) => wantClientCertificate(world, 'TLSv1.3'),
  plain: async ({ simulator }) => simulator.port,
  proxy: async () => (await startProxy()).port,
  strictProxy: async () => (await startProxy({ credentials: 'runner:secret' })).port,
  silence: ({ listen }) => listen(() => {}),
  // A port that was free a moment ago.
  nothing: async ({ simulate }) => {
    const { port, close } = await simulate();
    await close();
    return port;
  },
};

async function wantClientCertificate({ listen }: World, version: SecureVersion): Promise<number> {
  const versions = { minVersion: version, maxVersion: version };
  const server = createServer({ ...certificates.server, requestCert: true, ...versions });
  server.on('tlsClientError', () => {});
  return await listen((socket) => void server.emit('connection', socket));
}

async function located(text: string, world: World): Promise<string> {
  const [braces = '', name = ''] = /\{(.+)\}/.exec(text) ?? [];
  return text.replace(braces, String((await listeners[name]?.(world)) ?? ''));
}

const api = `https://${apiHost}`;
const insecure = { NODE_TLS_REJECT_UNAUTHORIZED: '0', https_proxy: 'http://127.0.0.1:{proxy}' };
const notFound = /host name (was not found|could not be looked up)|no complete answer/;
const withoutCertificate = /client certificate(?!.*cannot be trusted)/s;
const rejected = /proxy.*407.*https_proxy.*password/s;
const unknownCa = /certificate.*(UNABLE_TO|SELF_SIGNED).*NODE_EXTRA_CA_CERTS/s;
const otherHost = /certificate.*wrong-host\.example.*api-url/s;
const proxyAt = (value: string): Record<string, string> => ({ https_proxy: value });
const down = proxyAt('http://127.0.0.1:{nothing}');
const silence = /no complete answer within 1 s/;

describe.concurrent('a run that reaches no API says why, if', () => {
  type Case = [name: string, outcome: string, url: string, env: Record<string, string>, words: RegExp];
  test.for<Case>([
    ['its CA is unknown', 'error', 'https://localhost:{server}', {}, unknownCa],
    ['its certificate is for another host', 'error', 'https://localhost:{wrongHost}', trusted, otherHost],
    ['any certificate were good enough', 'error', `${api}:{server}`, insecure, /certificate/],
    ['TLS 1.2 asks for one', 'error', 'https://localhost:{TLSv1.2}', trusted, withoutCertificate],
    ['TLS 1.3 asks for one', 'error', 'https://localhost:{TLSv1.3}', trusted, withoutCertificate],
    ['it speaks no TLS', 'timed-out', 'https://localhost:{plain}', {}, /the server does not speak TLS/],
    // A resolver that does not answer in time is no reason to fail here.
    ['its name does not exist', 'timed-out', api, {}, notFound],
    ['no_proxy names it', 'timed-out', api, { ...down, no_proxy: apiHost }, notFound],
    ['the proxy wants a password', 'error', api, proxyAt('runner:guessed@localhost:{strictProxy}'), rejected],
    ['the proxy has no host', 'error', api, proxyAt('http://:3128'), /https_proxy/],
    ['the proxy has no port', 'error', api, proxyAt('runner:guessed@proxy.corp:70000'), /https_proxy/],
    ['the proxy is down', 'timed-out', api, down, /proxy.*ECONNREFUSED/],
    ['the proxy never answers', 'timed-out', api, proxyAt('127.0.0.1:{silence}'), silence],
  ])('%s', async ([_, outcome, url, env, words], { world }) => {
    const { https_proxy } = env;
    const proxy = https_proxy === undefined ? {} : { https_proxy: await located(https_proxy, world) };
    const minutes = https_proxy?.includes('silence') ? '0.02' : '0.5';
    const inputs = { ...wait, 'timeout-minutes': minutes, 'api-url': await located(url, world) };
    const result = await world.run({ inputs, env: { ...env, ...proxy }, skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome, status: '', restarted: 'false' });
    expect(annotationsOf(result).at(-1)).toMatch(words);
    if (outcome === 'error') expect(result.annotations).toHaveLength(1);
    expect(result.stdout + result.summary).not.toMatch(/guessed|\/\/:3128|:70000/);
    const ignored = result.log.filter((line) => line.includes('NODE_TLS_REJECT_UNAUTHORIZED is ignored'));
    expect(ignored).toHaveLength(env === insecure ? 1 : 0);
    // Nothing was sent, and what hangs does so for 30 s.
    const asked = servers.filter(({ port }) => inputs['api-url'].endsWith(`:${port}`));
    expect(asked.flatMap(({ requests }) => requests)).toEqual([]);
    expect(result.durationMs).toBeLessThan(15_000);
  });
});
