import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from 'proxy-chain';
import { generate } from 'selfsigned';
import { afterAll, describe, expect } from 'vitest';
import { createCertificates, type KeyAndCertificate } from '../simulator/certificates.js';
import type { Simulator } from '../simulator/simulator.js';
import { type TestContext, test, wait } from './test-context.js';

/** A name that nothing resolves (RFC 6761), so that only a proxy leads to it. */
const apiHost = 'api.friendli.test';
const up = { outputs: { outcome: 'restarted', status: 'RUNNING' }, annotations: [] };

const certificates = await createCertificates();
const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
  ...{ keyType: 'ec', curve: 'P-256' },
  extensions: [
    { name: 'extKeyUsage', clientAuth: true },
    { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
  ],
});
const forClients: KeyAndCertificate = { key, cert };
const folder = mkdtempSync(join(tmpdir(), 'action-test-'));
const trusted = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
writeFileSync(trusted.NODE_EXTRA_CA_CERTS, [certificates.ca, forClients.cert].join('\n'));
const proxies: Server[] = [];
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all(proxies.map((proxy) => proxy.close(true)));
});

async function simulateTls({ simulate }: TestContext, host = '127.0.0.1'): Promise<Simulator> {
  const simulator = await simulate({ host, tls: certificates.server });
  simulator.endpoint('demo');
  return simulator;
}

/** A proxy that resolves the API's name to this machine. With `credentials`, it requires those. */
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
  test.for(['localhost', '127.0.0.1', ...(hasIPv6 ? ['[::1]'] : [])])(
    'over HTTPS at %s, with a private CA',
    async (host, { context }) => {
      const { port, requests } = await simulateTls(context, host === '[::1]' ? '::1' : undefined);
      const result = await context.run({ inputs: { ...wait, 'api-url': `https://${host}:${port}` }, env: trusted });
      expect(result).toMatchObject(up);
      expect(result.log[1]).toBe('Using extra CAs (NODE_EXTRA_CA_CERTS)');
      expect(requests[0]?.headers.host).toBe(`${host}:${port}`);
    },
  );

  test.for(['a slow lookup', 'a distant host', 'a dead first address'])('despite %s', async (NETWORK, { context }) => {
    context.simulator.endpoint('demo');
    const inputs = { 'api-url': `http://localhost:${context.simulator.port}` };
    const result = await context.run({ inputs, preload: 'network', env: { NETWORK } });
    expect(result).toMatchObject({ outputs: { outcome: 'restarted' } });
    expect(context.simulator.requests.map(({ call }) => call)).toEqual(['status', 'restart']);
  });

  test.for<[name: string, prefix: string, credentials: string, variable?: string]>([
    ['without credentials', 'http://', ''],
    ['with credentials that a URL escapes', 'http://ru%40nner:se%2Fc%3Ar%25et@', 'ru@nner:se/c:r%et'],
    ['without a scheme and with a bare %', 'runner:50%@', 'runner:50%'],
    ['that is named in capitals and speaks TLS itself', 'https://', '', 'HTTPS_PROXY'],
  ])('through a proxy %s', async ([_, prefix, credentials, variable = 'https_proxy'], { context }) => {
    const { port, requests } = await simulateTls(context);
    const proxy = await startProxy({ credentials, isTls: prefix === 'https://' });
    const result = await context.run({
      inputs: { ...wait, 'api-url': `https://${apiHost}:${port}` },
      env: { ...trusted, [variable]: `${prefix}localhost:${proxy.port}` },
    });
    expect(result).toMatchObject(up);
    const notice = `Using the proxy localhost:${proxy.port} (${variable}) and extra CAs (NODE_EXTRA_CA_CERTS)`;
    expect(result.log.filter((line) => line.includes('proxy'))).toEqual([notice]);
    expect(new Set(proxy.connects.map(({ target }) => target))).toEqual(new Set([`${apiHost}:${port}`]));
    // The key is for the API alone, and the password for the proxy.
    expect(proxy.connects.filter(({ headers }) => 'authorization' in headers)).toEqual([]);
    expect(requests.filter(({ headers }) => 'proxy-authorization' in headers)).toEqual([]);
  });

  test('without a proxy and with any certificate on a loopback host', async ({ context }) => {
    const { url } = await simulateTls(context);
    const proxy = await startProxy();
    const proxyUrl = `http://127.0.0.1:${proxy.port}`;
    const env = { https_proxy: proxyUrl, http_proxy: proxyUrl, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    context.simulator.endpoint('demo');
    for (const apiUrl of [context.simulator.url, url]) {
      const result = await context.start({ inputs: { ...wait, 'api-url': apiUrl }, env }).result;
      expect(result).toMatchObject(up);
      expect(result.stdout).not.toContain('NODE_TLS_REJECT_UNAUTHORIZED');
    }
    expect(proxy.connects).toEqual([]);
  });
});

describe.concurrent('a run that cannot reach the API says why', async () => {
  const [open, strict] = [await startProxy(), await startProxy({ credentials: 'runner:secret' })];
  const insecure = { NODE_TLS_REJECT_UNAUTHORIZED: '0', https_proxy: `127.0.0.1:${open.port}` };
  const guessed = { https_proxy: `runner:guessed@localhost:${strict.port}` };
  const down = { https_proxy: '127.0.0.1:1' };
  const [named, api] = ['https://localhost:{port}', `https://${apiHost}:{port}`];
  // Without a lookup, because one that is still in progress at the deadline would end the process by SIGKILL.
  const [address, plain] = ['https://127.0.0.1:{port}', 'http://127.0.0.1:{port}'];
  const ssh = 'SSH-2.0-OpenSSH_9.6\r\n';
  const upgrade = 'HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n';
  const unknownCa = /certificate is not trusted \((UNABLE_TO_\w+|SELF_SIGNED_\w+):/;
  const otherHost = /not trusted \(ERR_TLS_CERT_ALTNAME_INVALID.*wrong-host\.example.*api-url/s;
  // A resolver that does not respond in time is no reason to fail here.
  const notFound = /host name (was not found|could not be looked up)|no complete response/;
  const tooSlow = /no complete response within 1 s/;
  const notAllowed = /proxy responded with HTTP 407.*https_proxy.*password/s;
  // Behind {port} is a server with this certificate, or one that sends this text.
  test.for<[name: string, outcome: string, RegExp, server: KeyAndCertificate | string, env?: object, url?: string]>([
    ['its CA is unknown', 'error', unknownCa, certificates.server],
    ['its certificate is for another host', 'error', otherHost, certificates.wrongHost, trusted],
    ['its certificate is for clients', 'error', /not trusted \(INVALID_PURPOSE:/, forClients, trusted],
    ['certificates are not checked', 'error', unknownCa, certificates.server, insecure, api],
    ['it does not speak TLS', 'timed-out', /no TLS connection could be/, ssh, {}, address],
    ['it does not speak HTTP', 'timed-out', /not valid HTTP/, ssh, {}, plain],
    ['it switches protocols', 'timed-out', /HTTP 101/, upgrade, {}, plain],
    ['it never responds', 'timed-out', tooSlow, '', {}, address],
    ['nothing listens', 'timed-out', /ECONNREFUSED.*network or firewall/s, '', {}, 'https://127.0.0.1:1'],
    ['its name is unknown and excluded from the proxy', 'timed-out', notFound, '', { ...down, no_proxy: apiHost }, api],
    ['the proxy is down', 'timed-out', /connection to the proxy failed.*ECONNREFUSED/, '', down, api],
    ['the proxy has no host', 'error', /https_proxy is not a valid/, '', { https_proxy: 'http://:3128' }, api],
    ['the proxy requires a password', 'error', notAllowed, '', guessed, api],
  ])('%s', async ([_, outcome, words, server, env = {}, url = named], { context }) => {
    const { simulate, simulators, listen, run } = context;
    const serverUrl =
      typeof server === 'string'
        ? await listen((socket) => socket.once('data', () => server !== '' && socket.end(server)))
        : (await simulate({ tls: server })).url;
    const timeout = { 'timeout-minutes': words === tooSlow ? '0.02' : '0.5' };
    const inputs = { ...wait, ...timeout, 'api-url': url.replace('{port}', new URL(serverUrl).port) };
    const result = await run({ inputs, env: { ...env }, skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome, status: '', restarted: 'false' });
    expect(result.annotations.at(-1)?.data).toMatch(words);
    expect(result.stdout + result.summary).not.toMatch(/guessed|\/\/:3128/);
    const ignored = result.log.filter((line) => line.includes('NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored'));
    expect(ignored).toHaveLength(env === insecure ? 1 : 0);
    expect(simulators.flatMap(({ requests }) => requests)).toEqual([]);
  });
});
