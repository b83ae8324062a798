import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { Server } from 'proxy-chain';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type Certificates, createCertificates, type KeyAndCertificate } from '../simulator/certificates.js';
import type { Simulator } from '../simulator/simulator.js';
import { type ActionOptions, type ActionResult, node } from './run-action.js';
import { test, type World } from './world.js';

const wait = { wait: 'true' };
/** With pauses that take no time: several attempts, each with time enough. */
function impatientAt(url: string): ActionOptions {
  return { inputs: { ...wait, 'timeout-minutes': '0.5', 'api-url': url }, skipPauses: true };
}

/** A name that nothing resolves (RFC 6761), so that only a proxy leads to it. */
const apiHost = 'api.friendli.test';

const folder = mkdtempSync(join(tmpdir(), 'action-test-'));
const trusted = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
const proxies: Server[] = [];
let certificates: Certificates;

beforeAll(async () => {
  certificates = await createCertificates();
  writeFileSync(trusted.NODE_EXTRA_CA_CERTS, certificates.ca);
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all(proxies.map((proxy) => proxy.close(true)));
});

/** The one error annotation. */
function errorOf({ annotations }: ActionResult): string {
  return annotations
    .filter(({ name }) => name === 'error')
    .map(({ data }) => data)
    .join();
}

async function simulateTls({ simulate }: World, tls = certificates.server): Promise<Simulator> {
  const simulator = await simulate({ tls });
  simulator.endpoint('demo');
  return simulator;
}

describe.concurrent('HTTPS', () => {
  test.for(['localhost', '127.0.0.1'])(
    'to %s works where its private CA is trusted',
    async (host, { world }) => {
      const { port, requests } = await simulateTls(world);
      const inputs = { ...wait, 'api-url': `https://${host}:${port}` };
      const result = await world.run({ inputs, env: trusted });
      expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING' });
      expect(result.annotations).toEqual([]);
      expect(requests.length).toBeGreaterThanOrEqual(3);
    },
  );

  test.for([
    ['of an unknown CA', 'server', {}, /certificate.*(UNABLE_TO|SELF_SIGNED).*NODE_EXTRA_CA_CERTS/s],
    ['for another host', 'wrongHost', trusted, /certificate.*wrong-host\.example.*api-url/s],
  ] as const)('with a certificate %s is refused at once', async ([_, kind, env, words], { world }) => {
    const { port, requests } = await simulateTls(world, certificates[kind]);
    const inputs = { ...wait, 'api-url': `https://localhost:${port}` };
    const result = await world.run({ inputs, env });
    expect(result.outputs).toMatchObject({ outcome: 'error', status: '', restarted: 'false' });
    expect(result.annotations).toHaveLength(1);
    expect(errorOf(result)).toMatch(words);
    expect(requests).toEqual([]);
  });
});

describe.concurrent('NODE_TLS_REJECT_UNAUTHORIZED=0', () => {
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  const notice = 'NODE_TLS_REJECT_UNAUTHORIZED is ignored';

  test('does not send the key to a certificate that cannot be trusted', async ({ world }) => {
    const { port, requests } = await simulateTls(world);
    const proxy = await startProxy();
    const result = await world.run({
      inputs: { ...wait, 'api-url': `https://${apiHost}:${port}` },
      env: { ...env, https_proxy: `http://127.0.0.1:${proxy.port}` },
    });
    expect(result.outputs).toMatchObject({ outcome: 'error', restarted: 'false' });
    expect(errorOf(result)).toMatch(/certificate/);
    expect(result.log.filter((line) => line.includes(notice))).toHaveLength(1);
    expect(requests).toEqual([]);
  });

  test('is left alone for this machine itself', async ({ world }) => {
    const { url } = await simulateTls(world);
    // Node's own warning goes to stderr.
    const action = world.start({ inputs: { 'api-url': url }, env: { ...env, NODE_NO_WARNINGS: '1' } });
    const { outputs, stdout } = await action.result;
    expect(outputs).toMatchObject({ outcome: 'restarted' });
    expect(stdout).not.toContain(notice);
  });
});

interface Proxy {
  readonly port: number;
  /** What it was asked to connect to, and with which headers. */
  readonly connects: { target: string; headers: IncomingHttpHeaders }[];
}

/** A proxy that resolves the API's name to this machine. With `credentials`, it wants those. */
async function startProxy(options: { credentials?: string; tls?: KeyAndCertificate } = {}): Promise<Proxy> {
  const { credentials, tls } = options;
  const connects: Proxy['connects'] = [];
  const server = new Server({
    port: 0,
    host: '127.0.0.1',
    ...(tls ? { serverType: 'https', httpsOptions: tls } : { serverType: 'http' }),
    prepareRequestFunction({ request, username, password }) {
      const target = request.url ?? '';
      connects.push({ target, headers: request.headers });
      request.url = target.replace(apiHost, '127.0.0.1');
      return {
        requestAuthentication: credentials !== undefined && credentials !== `${username}:${password}`,
      };
    },
  });
  await server.listen();
  proxies.push(server);
  return { port: server.port, connects };
}

describe.concurrent('a proxy', () => {
  test.for([
    ['without credentials', undefined, 'http://'],
    ['with credentials', 'runner:secret', 'http://runner:secret@'],
    ['with credentials that a URL escapes', 'ru@nner:se/c:r%et', 'http://ru%40nner:se%2Fc%3Ar%25et@'],
    ['without a scheme and with a bare %', 'runner:50%', 'runner:50%@'],
  ] as const)('%s leads to the API', async ([_, credentials, prefix], { world }) => {
    const { port, requests } = await simulateTls(world);
    const proxy = await startProxy(credentials === undefined ? {} : { credentials });
    const result = await world.run({
      inputs: { ...wait, 'api-url': `https://${apiHost}:${port}` },
      env: { ...trusted, https_proxy: `${prefix}127.0.0.1:${proxy.port}` },
    });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING' });
    expect(result.annotations).toEqual([]);
    expect(requests.map(({ headers }) => 'proxy-authorization' in headers)).not.toContain(true);
    expect(new Set(proxy.connects.map(({ target }) => target))).toEqual(new Set([`${apiHost}:${port}`]));
    // The key is for the API alone.
    expect(proxy.connects.map(({ headers }) => 'authorization' in headers)).not.toContain(true);
  });

  test('is found by its name in capitals, and can speak TLS itself', async ({ world }) => {
    const { port } = await simulateTls(world);
    const proxy = await startProxy({ tls: certificates.server });
    const result = await world.run({
      inputs: { 'api-url': `https://${apiHost}:${port}` },
      env: { ...trusted, HTTPS_PROXY: `https://localhost:${proxy.port}` },
    });
    expect(result.outputs).toMatchObject({ outcome: 'restarted' });
    expect(proxy.connects).not.toEqual([]);
  });

  test('that rejects the credentials ends the step at once, and they are not shown', async ({ world }) => {
    const { port, requests } = await simulateTls(world);
    const proxy = await startProxy({ credentials: 'runner:secret' });
    const result = await world.run({
      inputs: { ...wait, 'api-url': `https://${apiHost}:${port}` },
      env: { ...trusted, https_proxy: `http://runner:guessed@127.0.0.1:${proxy.port}` },
    });
    expect(result.outputs).toMatchObject({ outcome: 'error', status: '', restarted: 'false' });
    expect(result.annotations).toHaveLength(1);
    expect(errorOf(result)).toMatch(/proxy.*407.*https_proxy.*password/s);
    expect(result.stdout + result.summary).not.toContain('guessed');
    expect(proxy.connects).toHaveLength(1);
    expect(requests).toEqual([]);
  });

  test.for(['http://:3128', 'runner:secret@proxy.corp:70000'])(
    'that %s does not name ends the step, and the request does not go direct',
    async (value, { world }) => {
      const result = await world.run({
        ...impatientAt(`https://${apiHost}`),
        env: { https_proxy: value },
      });
      expect(result.outputs).toMatchObject({ outcome: 'error', status: '', restarted: 'false' });
      expect(errorOf(result)).toContain('https_proxy');
      expect(result.stdout + result.summary).not.toContain(value);
    },
  );

  test('that is down is reported as the reason why the API is unreachable', async ({ world }) => {
    const result = await world.run({
      ...impatientAt(`https://${apiHost}`),
      env: { https_proxy: `http://127.0.0.1:${await closedPort(world)}` },
    });
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: '' });
    expect(errorOf(result)).toMatch(/proxy.*ECONNREFUSED/);
  });

  test('that never answers is cut off by the deadline', async ({ world }) => {
    const port = await world.listen(() => {});
    const result = await world.run({
      inputs: { ...wait, 'timeout-minutes': '0.02', 'api-url': `https://${apiHost}` },
      env: { https_proxy: `http://127.0.0.1:${port}` },
    });
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: '' });
    expect(errorOf(result)).toContain('no complete answer within 1 s');
    // A request that hangs does so for 30 s.
    expect(result.durationMs).toBeLessThan(15_000);
  });

  test('that never answers is aborted after 30 s, and tried again', async ({ world }) => {
    const { port } = await simulateTls(world);
    const proxy = await startProxy();
    let isFirst = true;
    const front = await world.listen((socket) => {
      if (!isFirst) socket.pipe(connect(proxy.port, '127.0.0.1').on('error', () => {})).pipe(socket);
      isFirst = false;
    });
    const result = await world.run({
      inputs: { 'api-url': `https://${apiHost}:${port}` },
      env: { ...trusted, https_proxy: `http://127.0.0.1:${front}` },
      speed: 15,
    });
    expect(result.outputs).toMatchObject({ outcome: 'restarted' });
    expect(result.annotations.map(({ data }) => data)).toEqual([expect.stringContaining('within 30 s')]);
  });

  test('is not used where no_proxy names the host', async ({ world }) => {
    const proxy = await startProxy();
    const env = { no_proxy: apiHost, https_proxy: `http://127.0.0.1:${proxy.port}` };
    const result = await world.run({ ...impatientAt(`https://${apiHost}`), env });
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: '' });
    expect(proxy.connects).toEqual([]);
  });

  test('is not used for this machine itself', async ({ world }) => {
    world.simulator.endpoint('demo');
    const { url } = await simulateTls(world);
    const proxy = await startProxy();
    const variable = `http://127.0.0.1:${proxy.port}`;
    const env = { ...trusted, https_proxy: variable, http_proxy: variable };
    for (const inputs of [{}, { 'api-url': url }]) {
      const result = await world.run({ inputs, env });
      expect(result.outputs).toMatchObject({ outcome: 'restarted' });
    }
    expect(proxy.connects).toEqual([]);
  });
});

describe.concurrent('an API', () => {
  test('that is far away is reached: each of its addresses gets the time', async ({ world }) => {
    world.simulator.endpoint('demo');
    const url = `http://localhost:${world.simulator.port}`;
    const result = await world.run({ inputs: { 'api-url': url }, preload: 'far-host' });
    expect(result.outputs).toMatchObject({ outcome: 'restarted' });
    expect(result.annotations).toEqual([]);
  });

  test('whose host name does not exist is named with that reason', async ({ world }) => {
    const result = await world.run(impatientAt(`https://${apiHost}`));
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: '', restarted: 'false' });
    // A resolver that does not answer in time is no reason to fail here.
    expect(errorOf(result)).toMatch(/host name (was not found|could not be looked up)|no complete answer/);
  });

  test('that speaks no TLS is named with that reason', async ({ world }) => {
    const result = await world.run(impatientAt(world.simulator.url.replace('http:', 'https:')));
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: '', restarted: 'false' });
    expect(errorOf(result)).toContain('the server does not speak TLS');
    expect(world.simulator.requests).toEqual([]);
  });

  test.for(['TLSv1.2', 'TLSv1.3'] as const)(
    'that requires a client certificate over %s ends the step at once',
    async (version, { world }) => {
      const server = createServer({
        ...certificates.server,
        requestCert: true,
        minVersion: version,
        maxVersion: version,
      });
      server.on('tlsClientError', () => {});
      const port = await world.listen((socket) => void server.emit('connection', socket));
      const result = await world.run({
        inputs: { ...wait, 'api-url': `https://localhost:${port}` },
        env: trusted,
      });
      expect(result.outputs).toMatchObject({ outcome: 'error', status: '' });
      expect(errorOf(result)).toMatch(/client certificate/);
      expect(errorOf(result)).not.toMatch(/cannot be trusted/);
    },
  );
});

describe.concurrent('loopback', () => {
  const hasIPv6 = Object.values(networkInterfaces()).some((list) =>
    list?.some(({ address }) => address === '::1'),
  );

  // Node 22.23 takes no certificate for an IPv6 address: https.get refuses it as well.
  const takesIPv6Names = spawnSync(node, [
    '-e',
    `const certificate = { subject: {}, subjectaltname: 'IP Address:0:0:0:0:0:0:0:1' };
    process.exitCode = require('tls').checkServerIdentity('::1', certificate) === undefined ? 0 : 1;`,
  ]);

  test.runIf(hasIPv6)('over IPv6 works, with TLS and without', async ({ world }) => {
    for (const tls of takesIPv6Names.status === 0 ? [undefined, certificates.server] : [undefined]) {
      const simulator = await world.simulate({ host: '::1', ...(tls ? { tls } : {}) });
      simulator.endpoint('demo');
      const result = await world.run({ inputs: { ...wait, 'api-url': simulator.url }, env: trusted });
      expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING' });
      expect(simulator.requests[0]?.headers.host).toBe(`[::1]:${simulator.port}`);
    }
  });
});

/** A port that was free a moment ago. */
async function closedPort({ simulate }: World): Promise<number> {
  const { port, close } = await simulate();
  await close();
  return port;
}
