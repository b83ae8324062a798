import { sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from 'proxy-chain';
import { generate } from 'selfsigned';
import { afterAll, describe, expect } from 'vitest';
import { createCertificates, type KeyAndCertificate } from '../simulator/certificates.js';
import { type Simulator, startSimulator } from '../simulator/simulator.js';
import { type TestContext, test, wait } from './test-context.js';

/** A name that nothing resolves (RFC 6761), so that only a proxy leads to it. */
const apiHost = 'api.friendli.test';
const up = { outputs: { outcome: 'restarted', status: 'RUNNING' }, annotations: [] };

const certificates = await createCertificates();
const forClients = await selfSigned({ clientAuth: true });
const unknownExtension = withUnknownKeyUsage(await selfSigned({ serverAuth: true }));
const folder = mkdtempSync(join(tmpdir(), 'action-test-'));
const trusted = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
const trustedCertificates = [certificates.ca, forClients.cert, unknownExtension.cert];
writeFileSync(trusted.NODE_EXTRA_CA_CERTS, trustedCertificates.join('\n'));
const proxies: Server[] = [];
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all(proxies.map((proxy) => proxy.close(true)));
});

async function selfSigned(usage: { clientAuth?: boolean; serverAuth?: boolean }): Promise<KeyAndCertificate> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...{ keyType: 'ec', curve: 'P-256', algorithm: 'sha256' },
    extensions: [
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', ...usage },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  });
  return { key: made.private, cert: made.cert };
}

/** The same with another object identifier for its critical extension, signed anew. */
function withUnknownKeyUsage({ key, cert }: KeyAndCertificate): KeyAndCertificate {
  const der = Buffer.from(cert.replaceAll(/-.*-|\s/g, ''), 'base64');
  const bodyEnd = 8 + der.readUInt16BE(6);
  const body = Buffer.from(
    der.subarray(4, bodyEnd).toString('latin1').replace('\x55\x1d\x0f', '\x55\x1d\x7f'),
    'latin1',
  );
  const algorithm = der.subarray(bodyEnd, bodyEnd + 2 + der.readUInt8(bodyEnd + 1));
  const signature = sign('sha256', body, key);
  const parts = Buffer.concat([body, algorithm, Buffer.from([3, signature.length + 1, 0]), signature]);
  const head = Buffer.from([0x30, 0x82, parts.length >> 8, parts.length & 255]);
  const text = Buffer.concat([head, parts]).toString('base64').replaceAll(/.{64}/g, '$&\n');
  return { key, cert: `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n` };
}

async function simulateTls({ simulate }: TestContext, tls = certificates.server): Promise<Simulator> {
  const simulator = await simulate({ tls });
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
  test.for(['localhost', '127.0.0.1'])('over HTTPS at %s, with a private CA', async (host, { context }) => {
    const { port } = await simulateTls(context);
    const inputs = { ...wait, 'api-url': `https://${host}:${port}` };
    const result = await context.run({ inputs, env: trusted });
    expect(result).toMatchObject(up);
    expect(result.log[1]).toBe('Using extra CAs (NODE_EXTRA_CA_CERTS)');
  });

  test.runIf(hasIPv6)('over IPv6', async ({ context }) => {
    const { url, port, requests, endpoint } = await context.simulate({ host: '::1' });
    endpoint('demo');
    expect(await context.run({ inputs: { ...wait, 'api-url': url } })).toMatchObject(up);
    expect(requests[0]?.headers.host).toBe(`[::1]:${port}`);
  });

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
    expect(requests.map(({ headers }) => 'proxy-authorization' in headers)).not.toContain(true);
    expect(new Set(proxy.connects.map(({ target }) => target))).toEqual(new Set([`${apiHost}:${port}`]));
    // The key is for the API alone.
    expect(proxy.connects.map(({ headers }) => 'authorization' in headers)).not.toContain(true);
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
  const servers: Simulator[] = [];
  const serve = async (tls?: KeyAndCertificate): Promise<number> => {
    const server = await startSimulator({ ...(tls && { tls }) });
    servers.push(server);
    return server.port;
  };
  const [plain, usual] = [await serve(), await serve(certificates.server)];
  const [wrongHost, clients] = [await serve(certificates.wrongHost), await serve(forClients)];
  const [unknown, closed] = [await serve(unknownExtension), await serve()];
  await servers.pop()?.close();
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  const [open, strict] = [await startProxy(), await startProxy({ credentials: 'runner:secret' })];
  afterAll(async () => {
    silent.close();
    await Promise.all(servers.map(({ close }) => close()));
  });

  const by = (https_proxy: string): Record<string, string> => ({ https_proxy });
  const insecure = { NODE_TLS_REJECT_UNAUTHORIZED: '0', ...by(`127.0.0.1:${open.port}`) };
  const guessed = by(`runner:guessed@localhost:${strict.port}`);
  const down = by(`127.0.0.1:${closed}`);
  const mute = by(`127.0.0.1:${Object(silent.address()).port}`);
  const untrusted = (code: string): RegExp => new RegExp(`certificate is not trusted \\((${code}):`);
  const unknownCa = untrusted('UNABLE_TO_\\w+|SELF_SIGNED_\\w+');
  const otherHost = /not trusted \(ERR_TLS_CERT_ALTNAME_INVALID.*wrong-host\.example.*api-url/s;
  // A resolver that does not respond in time is no reason to fail here.
  const notFound = /host name (was not found|could not be looked up)|no complete response/;
  const noPassword = /proxy responded with HTTP 407.*https_proxy.*password/s;
  const refused = /ECONNREFUSED.*network or firewall/s;

  test.for<[name: string, outcome: string, host: string, env: Record<string, string>, words: RegExp]>([
    ['its CA is unknown', 'error', `localhost:${usual}`, {}, unknownCa],
    ['its certificate is for another host', 'error', `localhost:${wrongHost}`, trusted, otherHost],
    ['its certificate is for clients', 'error', `localhost:${clients}`, trusted, untrusted('INVALID_PURPOSE')],
    ['its certificate has an unknown extension', 'error', `localhost:${unknown}`, trusted, untrusted('\\w+')],
    ['certificates are not checked', 'error', `${apiHost}:${usual}`, insecure, unknownCa],
    ['it does not speak TLS', 'timed-out', `localhost:${plain}`, {}, /no TLS connection could be/],
    ['nothing listens', 'timed-out', `localhost:${closed}`, {}, refused],
    ['its name does not exist', 'timed-out', apiHost, {}, notFound],
    ['no_proxy lists it', 'timed-out', apiHost, { ...down, no_proxy: apiHost }, notFound],
    ['the proxy requires a password', 'error', apiHost, guessed, noPassword],
    ['the proxy has no host', 'error', apiHost, by('http://:3128'), /https_proxy is not a valid/],
    ['the proxy is down', 'timed-out', apiHost, down, /connection to the proxy failed.*ECONNREFUSED/],
    ['the proxy never responds', 'timed-out', apiHost, mute, /no complete response within 1 s/],
  ])('%s', async ([_, outcome, host, env, words], { context }) => {
    const timeout = { 'timeout-minutes': env === mute ? '0.02' : '0.5' };
    const inputs = { ...wait, ...timeout, 'api-url': `https://${host}` };
    const result = await context.run({ inputs, env, skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome, status: '', restarted: 'false' });
    expect(result.annotations.at(-1)?.data).toMatch(words);
    expect(result.stdout + result.summary).not.toMatch(/guessed|\/\/:3128/);
    const ignored = result.log.filter((line) => line.includes('NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored'));
    expect(ignored).toHaveLength(env === insecure ? 1 : 0);
    expect(servers.flatMap(({ requests }) => requests)).toEqual([]);
  });
});
