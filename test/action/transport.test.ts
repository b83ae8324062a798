import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from 'proxy-chain';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type Certificates, createCertificates, type KeyAndCertificate } from '../simulator/certificates.js';
import type { Simulator } from '../simulator/simulator.js';
import { type ActionOptions, type ActionResult, node } from './run-action.js';
import { test, type World } from './world.js';

const wait = { wait: 'true' };
/** With pauses that take no time: some tries, and none of them in a hurry. */
function soonAt(url: string): ActionOptions {
  return { inputs: { ...wait, 'timeout-minutes': '0.5', 'api-url': url }, skipPauses: true };
}

/** A name that nothing resolves (RFC 6761), so that only the proxy leads to it. */
const apiHost = 'api.friendli.test';

const folder = mkdtempSync(join(tmpdir(), 'action-test-'));
const trusted = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
let certificates: Certificates;

beforeAll(async () => {
  certificates = await createCertificates();
  writeFileSync(trusted.NODE_EXTRA_CA_CERTS, certificates.ca);
});

afterAll(() => rmSync(folder, { recursive: true }));

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

interface Proxy {
  readonly port: number;
  /** What it was asked to connect to, and with which headers. */
  readonly connects: { target: string; headers: IncomingHttpHeaders }[];
}

/** A proxy that resolves the API's name to this machine. With `credentials`, it wants those. */
async function startProxy(
  { onEnd }: World,
  options: { credentials?: string; tls?: KeyAndCertificate } = {},
): Promise<Proxy> {
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
  onEnd(() => server.close(true));
  return { port: server.port, connects };
}

describe.concurrent('a proxy', () => {
  test.for([
    ['without credentials', undefined, ''],
    ['with credentials', 'runner:secret', 'runner:secret@'],
    ['with credentials that a URL escapes', 'ru@nner:se/c:r%et', 'ru%40nner:se%2Fc%3Ar%25et@'],
  ] as const)('%s leads to the API', async ([_, credentials, userInfo], { world }) => {
    const { port, requests } = await simulateTls(world);
    const proxy = await startProxy(world, credentials === undefined ? {} : { credentials });
    const result = await world.run({
      inputs: { ...wait, 'api-url': `https://${apiHost}:${port}` },
      env: { ...trusted, https_proxy: `http://${userInfo}127.0.0.1:${proxy.port}` },
    });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING' });
    expect(result.annotations).toEqual([]);
    expect(requests.map(({ headers }) => 'proxy-authorization' in headers)).not.toContain(true);
    expect(new Set(proxy.connects.map(({ target }) => target))).toEqual(new Set([`${apiHost}:${port}`]));
    // The key is for the API alone.
    expect(proxy.connects.map(({ headers }) => 'authorization' in headers)).not.toContain(true);
  });

  test('is found by its name in capitals, and may speak TLS itself', async ({ world }) => {
    const { port } = await simulateTls(world);
    const proxy = await startProxy(world, { tls: certificates.server });
    const result = await world.run({
      inputs: { 'api-url': `https://${apiHost}:${port}` },
      env: { ...trusted, HTTPS_PROXY: `https://localhost:${proxy.port}` },
    });
    expect(result.outputs).toMatchObject({ outcome: 'restarted' });
    expect(proxy.connects).not.toEqual([]);
  });

  test('that does not take the credentials ends the step at once, and they are not shown', async ({
    world,
  }) => {
    const { port, requests } = await simulateTls(world);
    const proxy = await startProxy(world, { credentials: 'runner:secret' });
    const result = await world.run({
      inputs: { ...wait, 'api-url': `https://${apiHost}:${port}` },
      env: { ...trusted, https_proxy: `http://runner:guessed@127.0.0.1:${proxy.port}` },
    });
    expect(result.outputs).toMatchObject({ outcome: 'error', status: '', restarted: 'false' });
    expect(result.annotations).toHaveLength(1);
    expect(errorOf(result)).toMatch(/proxy.*407.*https_proxy.*user and password/s);
    expect(result.stdout + result.summary).not.toContain('guessed');
    expect(proxy.connects).toHaveLength(1);
    expect(requests).toEqual([]);
  });

  test('that is down is told as the reason why the API is out of reach', async ({ world }) => {
    const result = await world.run({
      ...soonAt(`https://${apiHost}`),
      env: { https_proxy: `http://127.0.0.1:${await closedPort(world)}` },
    });
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: '' });
    expect(errorOf(result)).toMatch(/tunnel.*ECONNREFUSED/);
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

  test('that never answers is given up after 30 s, and asked again', async ({ world }) => {
    const { port } = await simulateTls(world);
    const proxy = await startProxy(world);
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

  test.for([
    ['the host is in no_proxy', { no_proxy: apiHost }],
    ['its domain is in NO_PROXY', { NO_PROXY: 'example.com,.friendli.test' }],
  ] as const)('is not asked where %s', async ([_, env], { world }) => {
    const proxy = await startProxy(world);
    const result = await world.run({
      ...soonAt(`https://${apiHost}`),
      env: { ...env, https_proxy: `http://127.0.0.1:${proxy.port}` },
    });
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: '' });
    expect(proxy.connects).toEqual([]);
  });

  test('is not asked for this machine itself', async ({ world }) => {
    world.simulator.endpoint('demo');
    const { url } = await simulateTls(world);
    const proxy = await startProxy(world);
    const variable = `http://127.0.0.1:${proxy.port}`;
    const env = { ...trusted, https_proxy: variable, http_proxy: variable };
    for (const inputs of [{}, { 'api-url': url }]) {
      const result = await world.run({ inputs, env });
      expect(result.outputs).toMatchObject({ outcome: 'restarted' });
    }
    expect(proxy.connects).toEqual([]);
  });
});

describe.concurrent('an API out of reach is named with its reason', () => {
  test('as a host that nobody knows', async ({ world }) => {
    const result = await world.run(soonAt(`https://${apiHost}`));
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: '', restarted: 'false' });
    // A resolver that does not answer in time is no reason to fail here.
    expect(errorOf(result)).toMatch(/host name (was not found|could not be looked up)|no complete answer/);
  });

  test('as a port where nobody listens', async ({ world }) => {
    const url = `http://127.0.0.1:${await closedPort(world)}`;
    const result = await world.run(soonAt(url));
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: '', restarted: 'false' });
    expect(errorOf(result)).toMatch(/the connection was refused .*ECONNREFUSED/);
  });

  test('as a connection that is reset', async ({ world }) => {
    const port = await world.listen((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const url = `http://127.0.0.1:${port}`;
    const result = await world.run(soonAt(url));
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: '', restarted: 'false' });
    expect(errorOf(result)).toContain('the connection was closed');
  });

  test('as a server that speaks no TLS', async ({ world }) => {
    world.simulator.endpoint('demo');
    const url = world.simulator.url.replace('http:', 'https:');
    const result = await world.run(soonAt(url));
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: '', restarted: 'false' });
    expect(errorOf(result)).toMatch(/ssl|tls/i);
    expect(world.simulator.requests).toEqual([]);
  });
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

  test('by name works, though its first address may be the other one', async ({ world }) => {
    world.simulator.endpoint('demo');
    const url = `http://localhost:${world.simulator.port}`;
    const result = await world.run({ inputs: { 'api-url': url } });
    expect(result.outputs).toMatchObject({ outcome: 'restarted' });
  });
});

/** A port that was free a moment ago. */
async function closedPort({ simulate }: World): Promise<number> {
  const { port, close } = await simulate();
  await close();
  return port;
}
