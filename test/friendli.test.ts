import dns from 'node:dns';
import { getEventListeners, once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { type EndpointState, ERROR_CODES, PHASES, STATUSES } from '../src/endpoint.js';
import { ApiError, type FaultKind } from '../src/fault.js';
import {
  createFriendliClient,
  type Exchange,
  type FriendliClient,
  type RequestLimits,
} from '../src/friendli.js';
import { createCleaner } from '../src/text.js';
import { type Certificates, createCertificates } from './simulator/certificates.js';
import { type Fault, type Simulator, type SimulatorOptions, startSimulator } from './simulator/simulator.js';

// What takes a second takes several where the machine has much else to do.
vi.setConfig({ testTimeout: 30_000 });

const KEY = 'flp_5eCr/eT+k3y~~?';
const MIB = 1024 * 1024;
const GET_PATH = '/dedicated/beta/endpoint/demo/status';
const PUT_PATH = '/dedicated/beta/endpoint/demo/restart';
const GOOD_BODY = '{"status":"RUNNING","createdAt":"2026-01-01T00:00:00Z"}';

const proxyVariables = ['http_proxy', 'https_proxy', 'no_proxy'].flatMap((name) => [
  name,
  name.toUpperCase(),
]);
const environment = { ...process.env };
const cleanUps: (() => unknown)[] = [];

beforeEach(() => {
  for (const name of proxyVariables) delete process.env[name];
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  for (const name of proxyVariables) delete process.env[name];
  Object.assign(process.env, environment);
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options);
  cleanUps.push(() => simulator.close());
  simulator.endpoint('demo', { status: 'FAILED', errorCode: 'INFERENCE_ENGINE_MEMORY_ERROR' });
  return simulator;
}

interface ClientOptions {
  team?: string;
  onExchange?: (exchange: Exchange) => void;
}

function clientOf(apiUrl: string, options: ClientOptions = {}): FriendliClient {
  const { team = '', ...rest } = options;
  return createFriendliClient({
    apiUrl,
    apiKey: KEY,
    team,
    endpointId: 'demo',
    clean: createCleaner(KEY),
    ...rest,
  });
}

/** Limits that no test reaches unless it means to. */
function limits(changes: Partial<RequestLimits> = {}): RequestLimits {
  return { timeoutMs: 60_000, signal: new AbortController().signal, ...changes };
}

/** The fault that a call ends with; any other end fails the test. */
async function faultOf(call: Promise<unknown>): Promise<ApiError> {
  const end = await call.then(
    (value) => new Error(`no fault, but ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (end instanceof ApiError) return end;
  throw end;
}

/** The faults that both calls end with, made at the same time. */
async function faultsOf(client: FriendliClient): Promise<ApiError[]> {
  return await Promise.all([client.getStatus(limits()), client.restart(limits())].map(faultOf));
}

/** A server below HTTP, for what no HTTP server would do. */
interface RawServer {
  readonly url: string;
  readonly port: number;
  /** Every connection so far. */
  readonly sockets: readonly Socket[];
  /** What each request began with, in the order of arrival. */
  readonly received: readonly string[];
}

/** @param serve what to do with a connection each time a request arrives on it */
async function serveRaw(serve: (socket: Socket, request: string) => void): Promise<RawServer> {
  const sockets: Socket[] = [];
  const received: string[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const request = data.toString('latin1');
      received.push(request);
      serve(socket, request);
    });
  });
  const port = await listen(server);
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${port}`, port, sockets, received };
}

async function listen(server: Server | HttpServer, host = '127.0.0.1'): Promise<number> {
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

/** A port on which nobody listens. */
async function refusedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function httpAnswer(body: string | Buffer, { status = 200, headers = '' } = {}): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} Whatever\r\n${headers}Content-Length: ${bytes.length}\r\n\r\n`),
    bytes,
  ]);
}

const state = { status: 'FAILED', phase: '', errorCode: 'INFERENCE_ENGINE_MEMORY_ERROR' };

describe('the requests', () => {
  it('are those of the API document, with nothing in them that is not asked for', async () => {
    const simulator = await simulate({ apiKey: KEY });
    const client = clientOf(simulator.url);
    await client.getStatus(limits());
    await client.restart(limits());

    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${KEY}`,
      connection: 'keep-alive',
      host: `127.0.0.1:${simulator.port}`,
      'user-agent': expect.stringMatching(/^restart-friendli-endpoint\/\d+\.\d+\.\d+/),
    };
    expect(simulator.requests).toMatchObject([
      { method: 'GET', url: GET_PATH, body: '', answered: 200 },
      { method: 'PUT', url: PUT_PATH, body: '', answered: 200 },
    ]);
    expect(simulator.requests.map((request) => request.headers)).toEqual([
      headers,
      { ...headers, 'content-length': '0' },
    ]);
    expect(simulator.requests[0]?.headers['user-agent']).toContain(`/${packageJson.version}`);
    expect(simulator.violations).toEqual([]);
  });

  it('name the team, where there is one', async () => {
    const simulator = await simulate();
    const client = clientOf(simulator.url, { team: 'team-1' });
    await client.getStatus(limits());
    await client.restart(limits());
    expect(simulator.requests.map(({ headers }) => headers['x-friendli-team'])).toEqual(['team-1', 'team-1']);
    expect(simulator.violations).toEqual([]);
  });

  it('keep a path in the API’s address', async () => {
    const server = await serveRaw((socket) => socket.write(httpAnswer(GOOD_BODY)));
    await clientOf(`${server.url}/gateway/v1`).getStatus(limits());
    expect(server.received[0]).toMatch(
      /^GET \/gateway\/v1\/dedicated\/beta\/endpoint\/demo\/status HTTP\/1\.1\r\n/,
    );
  });

  it('share one connection, whatever the answers were', async () => {
    const simulator = await simulate();
    const ports = new Set<number | undefined>();
    const server = await serveRaw((socket) => {
      ports.add(socket.remotePort);
      socket.write(
        httpAnswer(server.received.length % 2 === 0 ? 'out of order' : GOOD_BODY, { status: 200 }),
      );
    });
    const client = clientOf(server.url);
    await client.getStatus(limits());
    await faultOf(client.getStatus(limits()));
    await client.restart(limits());
    expect(server.received).toHaveLength(3);
    expect(server.sockets).toHaveLength(1);
    expect(ports.size).toBe(1);
    expect(simulator.requests).toEqual([]);
  });

  it('are told when they are over: path and result, no header and no body', async () => {
    const simulator = await simulate();
    const exchanges: Exchange[] = [];
    const client = clientOf(simulator.url, { onExchange: (exchange) => exchanges.push(exchange) });
    await client.getStatus(limits());
    simulator.fault({ respond: { status: 503, body: 'secret body' } });
    await faultOf(client.restart(limits()));
    simulator.fault({ drop: 'before-answer' });
    await faultOf(client.getStatus(limits()));
    simulator.fault({ drop: 'mid-body' });
    await faultOf(client.getStatus(limits()));

    const durationMs = expect.any(Number);
    expect(exchanges).toEqual([
      { method: 'GET', path: GET_PATH, result: 'HTTP 200', durationMs },
      { method: 'PUT', path: PUT_PATH, result: 'HTTP 503', durationMs },
      {
        method: 'GET',
        path: GET_PATH,
        result: expect.stringMatching(/^the connection was closed before the answer was complete/),
        durationMs,
      },
      {
        method: 'GET',
        path: GET_PATH,
        result: expect.stringMatching(/^HTTP 200, the connection was closed before the answer was complete/),
        durationMs,
      },
    ]);
    for (const exchange of exchanges) {
      expect(exchange.durationMs).toBeGreaterThan(0);
      expect(exchange.durationMs).toBeLessThan(5_000);
    }
  });
});

describe('a good answer', () => {
  it('gives the state', async () => {
    const simulator = await simulate();
    const client = clientOf(simulator.url);
    const updatedAt = expect.stringMatching(/^\d{4}-/);
    expect(await client.getStatus(limits())).toEqual({ ...state, updatedAt });
    expect(await client.restart(limits())).toEqual({
      status: 'INITIALIZING',
      phase: 'REQUESTING_VIRTUAL_MACHINE',
      errorCode: '',
      updatedAt,
    });
    expect(simulator.violations).toEqual([]);
  });

  const createdAt = '2026-01-01T00:00:00Z';
  const empty: EndpointState = { status: 'RUNNING', phase: '', errorCode: '', updatedAt: '' };
  const good: [name: string, body: object, expected: EndpointState][] = [
    ['no optional field', { status: 'RUNNING', createdAt }, empty],
    [
      'null for the optional fields',
      { status: 'RUNNING', createdAt, errorCode: null, updatedAt: null, phase: null },
      empty,
    ],
    [
      'empty optional fields',
      { status: 'RUNNING', createdAt, errorCode: '', updatedAt: '', phase: '' },
      empty,
    ],
    [
      'fields that are not documented',
      { status: 'RUNNING', createdAt, replicas: 3, next: { status: 'FAILED' } },
      empty,
    ],
    [
      'values that are not documented',
      { status: 'Hibernating', createdAt, errorCode: 'NEW_ERROR', phase: 'WARMING_UP', updatedAt: 'today' },
      { status: 'Hibernating', errorCode: 'NEW_ERROR', phase: 'WARMING_UP', updatedAt: 'today' },
    ],
    [
      'fractions of a second and an offset',
      { status: 'RUNNING', createdAt: '2026-01-01T00:00:00.123456+09:00' },
      empty,
    ],
    [
      'values that do their worst',
      { status: '\n::error::x', createdAt, errorCode: 'a ##[error]\0b', phase: 'x'.repeat(600) },
      { status: ': :error::x', errorCode: 'a ## [error] b', phase: `${'x'.repeat(499)}…`, updatedAt: '' },
    ],
    [
      'the key in its values',
      {
        status: `A ${KEY}`,
        createdAt,
        errorCode: encodeURIComponent(KEY),
        phase: Buffer.from(KEY).toString('hex'),
      },
      { status: 'A ***', errorCode: '***', phase: '***', updatedAt: '' },
    ],
  ];

  it.each(good)('may have %s', async (_, body, expected) => {
    const simulator = await simulate();
    simulator.fault({ times: 2, respond: { status: 200, body } });
    const client = clientOf(simulator.url);
    expect(await client.getStatus(limits())).toEqual(expected);
    expect(await client.restart(limits())).toEqual(expected);
  });

  it('may begin with a byte order mark, be in pieces, and have any status from 200 to 299', async () => {
    const simulator = await simulate();
    const client = clientOf(simulator.url);
    simulator.fault({ respond: { status: 200, body: `\ufeff${GOOD_BODY}` } });
    expect(await client.getStatus(limits())).toEqual(empty);
    simulator.fault({ drip: { intervalMs: 0, body: GOOD_BODY } });
    expect(await client.getStatus(limits())).toEqual(empty);
    for (const status of [201, 202, 299]) {
      simulator.fault({ respond: { status, body: GOOD_BODY } });
      expect(await client.getStatus(limits())).toEqual(empty);
    }
  });

  it('keeps a documented value that happens to hold the key', async () => {
    const server = await serveRaw((socket) =>
      socket.write(
        httpAnswer(
          '{"status":"FAILED","createdAt":"2026-01-01T00:00:00Z","phase":"DOWNLOADING_MODEL","errorCode":"INFERENCE_ENGINE_MEMORY_ERROR"}',
        ),
      ),
    );
    for (const apiKey of ['FAIL', 'MODEL', 'ERROR']) {
      const client = createFriendliClient({
        apiUrl: server.url,
        apiKey,
        team: '',
        endpointId: 'demo',
        clean: createCleaner(apiKey),
      });
      expect(await client.getStatus(limits())).toEqual({
        status: 'FAILED',
        phase: 'DOWNLOADING_MODEL',
        errorCode: 'INFERENCE_ENGINE_MEMORY_ERROR',
        updatedAt: '',
      });
    }
  });
});

describe('an HTTP status', () => {
  const kinds: [status: number, kind: FaultKind, name: string][] = [
    [300, 'permanent', ' Multiple Choices'],
    [301, 'permanent', ' Moved Permanently'],
    [304, 'permanent', ' Not Modified'],
    [399, 'permanent', ''],
    [400, 'bad-request', ' Bad Request'],
    [401, 'permanent', ' Unauthorized'],
    [402, 'permanent', ' Payment Required'],
    [403, 'permanent', ' Forbidden'],
    [404, 'permanent', ' Not Found'],
    [407, 'permanent', ' Proxy Authentication Required'],
    [408, 'transient', ' Request Timeout'],
    [409, 'permanent', ' Conflict'],
    [424, 'permanent', ' Failed Dependency'],
    [425, 'transient', ' Too Early'],
    [426, 'permanent', ' Upgrade Required'],
    [422, 'permanent', ' Unprocessable Entity'],
    [428, 'permanent', ' Precondition Required'],
    [429, 'rate-limited', ' Too Many Requests'],
    [430, 'permanent', ''],
    [499, 'permanent', ''],
    [500, 'transient', ' Internal Server Error'],
    [502, 'transient', ' Bad Gateway'],
    [503, 'transient', ' Service Unavailable'],
    [504, 'transient', ' Gateway Timeout'],
    [599, 'transient', ''],
    [999, 'transient', ''],
  ];

  it.each(kinds)('of %i is a fault of the kind "%s", from both calls', async (status, kind, name) => {
    const simulator = await simulate();
    simulator.fault({ times: 2, respond: { status } });
    const client = clientOf(simulator.url);
    for (const fault of await faultsOf(client)) {
      expect(fault).toMatchObject({ name: 'ApiError', kind, httpStatus: status, retryAfter: undefined });
      expect(fault.message).toBe(`HTTP ${status}${name}`);
      expect(fault.code).toBeUndefined();
    }
  });

  it('is told with Node’s name for it, not with the server’s', async () => {
    const server = await serveRaw((socket) =>
      socket.write('HTTP/1.1 503 ::error::x\r\nContent-Length: 0\r\n\r\n'),
    );
    expect((await faultOf(clientOf(server.url).getStatus(limits()))).message).toBe(
      'HTTP 503 Service Unavailable',
    );
  });

  it.each([
    ['000', 0],
    ['099', 99],
    ['101', 101],
    ['199', undefined],
  ])('of %s is no answer, and worth another try', async (status, httpStatus) => {
    const server = await serveRaw((socket) =>
      socket.end(`HTTP/1.1 ${status} x\r\nContent-Length: 0\r\n\r\n`),
    );
    const fault = await faultOf(clientOf(server.url).getStatus(limits()));
    expect(fault).toMatchObject({ kind: 'transient', httpStatus });
  });

  it.each([100, 102, 103])('of %i is passed over, and the answer after it taken', async (status) => {
    const server = await serveRaw((socket) => {
      socket.write(`HTTP/1.1 ${status} x\r\n\r\n`);
      socket.write(httpAnswer(GOOD_BODY));
    });
    expect(await clientOf(server.url).getStatus(limits())).toMatchObject({ status: 'RUNNING' });
  });

  it.each([
    ['7', 429],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 503],
    ['any thing', 500],
    ['0', 400],
  ])('brings its Retry-After of "%s" as it came (%i)', async (retryAfter, status) => {
    const simulator = await simulate();
    simulator.fault({ times: 2, respond: { status, headers: { 'retry-after': retryAfter } } });
    const client = clientOf(simulator.url);
    expect(await faultOf(client.getStatus(limits()))).toMatchObject({ retryAfter, httpStatus: status });
    expect(await faultOf(client.restart(limits()))).toMatchObject({ retryAfter, httpStatus: status });
  });

  it('brings its Retry-After where the body cannot be read, too', async () => {
    const simulator = await simulate();
    const headers = { 'retry-after': '7' };
    simulator.fault({ respond: { status: 200, headers, body: 'out of order' } });
    expect(await faultOf(clientOf(simulator.url).getStatus(limits()))).toMatchObject({
      kind: 'transient',
      httpStatus: 200,
      retryAfter: '7',
    });
    const server = await serveRaw((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nRetry-After: 8\r\nContent-Length: 9\r\n\r\n{'),
    );
    expect(await faultOf(clientOf(server.url).getStatus(limits()))).toMatchObject({
      kind: 'transient',
      httpStatus: 200,
      retryAfter: '8',
    });
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])(
    'with %i is not followed, so the key goes nowhere else',
    async (status) => {
      const other = await simulate();
      const simulator = await simulate();
      const headers = { location: `${other.url}${GET_PATH}` };
      simulator.fault({ times: 2, respond: { status, headers } });
      const client = clientOf(simulator.url);
      for (const fault of await faultsOf(client)) {
        expect(fault).toMatchObject({ kind: 'permanent', httpStatus: status });
      }
      expect(other.requests).toEqual([]);
      expect(simulator.requests).toHaveLength(2);
    },
  );
});

describe('what an error body says', () => {
  // Of base64, the characters stay that the neighbours of the key decide as much as the key.
  const echoes: [echo: string, shown: string][] = [
    [`Bearer ${KEY}`, 'Bearer ***'],
    [encodeURIComponent(KEY), '***'],
    [Buffer.from(KEY).toString('hex'), '***'],
    [Buffer.from(KEY).toString('base64'), '***'],
    [Buffer.from(`Bearer ${KEY}`).toString('base64'), 'QmVhcmVyIG***w=='],
    [Buffer.from(`Bearer ${KEY}`).toString('base64url'), 'QmVhcmVyIG***w'],
  ];
  const bodies: [name: string, body: string | Buffer | object, excerpt: string][] = [
    ['nothing', '', ''],
    ['white space', ' \n ', ''],
    ['text', 'out of\norder', ' (out of order)'],
    ['JSON with a message', { message: 'no such endpoint' }, ' (no such endpoint)'],
    ['JSON with a detail', { code: 5, detail: 'no such endpoint' }, ' (no such endpoint)'],
    ['JSON with an error', { error: 'no such endpoint' }, ' (no such endpoint)'],
    ['JSON with a title', { type: 'about:blank', title: 'no such endpoint' }, ' (no such endpoint)'],
    ['JSON with a reason', { reason: 'no such endpoint' }, ' (no such endpoint)'],
    ['JSON with several', { reason: 'c', error: 'b', message: 'a' }, ' (a)'],
    ['JSON with an empty message', { message: '', detail: 'b' }, ' (b)'],
    [
      'JSON with a message in an object',
      { error: { code: 5, message: 'no such endpoint' } },
      ' (no such endpoint)',
    ],
    ['JSON with an object that has none', { error: { code: 5 }, title: 'b' }, ' (b)'],
    ['JSON with messages four deep', { error: { error: { error: { message: 'a' } } } }, ' (a)'],
    ['JSON without a message', { code: 5 }, ' ({"code":5})'],
    ['a JSON text', '"no such endpoint"', ' ("no such endpoint")'],
    ['a JSON array', [{ message: 'a' }], ' ([{"message":"a"}])'],
    ['a message that is no text', { message: 5 }, ' ({"message":5})'],
    ['null', 'null', ' (null)'],
    [
      'HTML',
      '<!DOCTYPE html>\n<html><head><title>502 Bad\n Gateway</title></head>\n<body>nginx</body></html>',
      ' (502 Bad Gateway nginx)',
    ],
    ['HTML without text', '<html><body></body></html>', ''],
    ['a tag within a tag', 'a <<b>> c', ' (a < > c)'],
    ['a message with tags', { message: '<b>a</b>' }, ' (<b>a</b>)'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x41]), ' (\ufffd\ufffd A)'],
    ['a workflow command', '\n::error::x ##[group]', ' (: :error::x ## [group])'],
    ['too much', 'x'.repeat(600), ` (${'x'.repeat(499)}…)`],
    ['much mark-up before a text', `${'<br>'.repeat(1_000)}sorry`, ' (sorry)'],
    ['a mebibyte of tags that never end', '<a '.repeat(MIB / 3), ` (${'<a '.repeat(200).slice(0, 499)}…)`],
    ['the key at the cut', { message: `${'x'.repeat(490)}${KEY}` }, ` (${'x'.repeat(490)}***)`],
  ];

  it.each(bodies)('is told in brackets: %s', async (_, body, excerpt) => {
    const simulator = await simulate();
    simulator.fault({ times: 2, respond: { status: 502, body } });
    const client = clientOf(simulator.url);
    for (const fault of await faultsOf(client)) {
      expect(fault.message).toBe(`HTTP 502 Bad Gateway${excerpt}`);
    }
  });

  it('is told when a good HTTP status comes with it', async () => {
    const simulator = await simulate();
    simulator.fault({ respond: { status: 200, body: '<html>Maintenance</html>' } });
    expect((await faultOf(clientOf(simulator.url).getStatus(limits()))).message).toBe(
      'HTTP 200, but the answer is no status object (Maintenance)',
    );
  });

  it.each(echoes)('does not show the key, echoed as %s', async (echo, shown) => {
    const simulator = await simulate();
    const client = clientOf(simulator.url);
    for (const body of [{ message: `a ${echo} b` }, `a ${echo} b`, `<p title="${echo}">a ${echo}</p> b`]) {
      for (const status of [401, 500, 200]) {
        simulator.fault({ respond: { status, body } });
        const { message } = await faultOf(client.getStatus(limits()));
        expect(message).toMatch(/^HTTP \d+/);
        expect(message.slice(message.indexOf(' ('))).toBe(` (a ${shown} b)`);
      }
    }
  });

  it.each([
    ['objects', '{"error":', '}'],
    ['arrays', '[', ']'],
  ])('is looked for without end in no nest of %s', async (_, open, close) => {
    const depth = Math.floor(MIB / (open.length + close.length)) - 1;
    const body = `${open.repeat(depth)}1${close.repeat(depth)}`;
    const simulator = await simulate();
    const client = clientOf(simulator.url);
    for (const status of [200, 503]) {
      simulator.fault({ respond: { status, body } });
      expect(await faultOf(client.getStatus(limits()))).toMatchObject({
        kind: 'transient',
        httpStatus: status,
      });
    }
    simulator.fault({ respond: { status: 503, body } });
    expect(await faultOf(client.restart(limits()))).toMatchObject({ kind: 'transient', httpStatus: 503 });
  });
});

describe('a body that is no status object', () => {
  const createdAt = '2026-01-01T00:00:00Z';
  const bodies: [name: string, body: string | object][] = [
    ['empty', ''],
    ['white space', ' '],
    ['no JSON', 'OK'],
    ['cut JSON', GOOD_BODY.slice(0, -1)],
    ['two JSON texts', `${GOOD_BODY}${GOOD_BODY}`],
    ['null', 'null'],
    ['a number', '5'],
    ['a text', '"RUNNING"'],
    ['an array', [{ status: 'RUNNING', createdAt }]],
    ['an empty object', {}],
    ['without a status', { createdAt }],
    ['with a null status', { status: null, createdAt }],
    ['with a number for a status', { status: 5, createdAt }],
    ['with an empty status', { status: '', createdAt }],
    ['with a blank status', { status: ' \u0000\u200b', createdAt }],
    ['without createdAt', { status: 'RUNNING' }],
    ['with a null createdAt', { status: 'RUNNING', createdAt: null }],
    ['with a number for createdAt', { status: 'RUNNING', createdAt: 1_767_225_600 }],
    ['with a createdAt that is no date', { status: 'RUNNING', createdAt: 'yesterday' }],
    ['with an empty createdAt', { status: 'RUNNING', createdAt: '' }],
    ['with a number for errorCode', { status: 'FAILED', createdAt, errorCode: 5 }],
    ['with an object for phase', { status: 'FAILED', createdAt, phase: {} }],
    ['with false for updatedAt', { status: 'FAILED', createdAt, updatedAt: false }],
    ['with its fields one deeper', { data: { status: 'RUNNING', createdAt } }],
  ];

  it.each(bodies)('(%s) is a transient fault of a read, and an accepted restart', async (_, body) => {
    const simulator = await simulate();
    simulator.fault({ times: 2, respond: { status: 200, body } });
    const client = clientOf(simulator.url);
    const fault = await faultOf(client.getStatus(limits()));
    expect(fault).toMatchObject({ kind: 'transient', httpStatus: 200, code: undefined });
    expect(fault.message).toMatch(/^HTTP 200, but the answer is no status object/);
    expect(await client.restart(limits())).toBeUndefined();
  });

  it('is an HTTP 204 as well', async () => {
    const simulator = await simulate();
    simulator.fault({ times: 2, respond: { status: 204 } });
    const client = clientOf(simulator.url);
    expect((await faultOf(client.getStatus(limits()))).message).toBe(
      'HTTP 204, but the answer is no status object',
    );
    expect(await client.restart(limits())).toBeUndefined();
  });

  it('or is one: any JSON gives a state of texts or a transient fault, and nothing else', async () => {
    let body = '';
    const server = createHttpServer((_, response) => response.end(body));
    const port = await listen(server);
    cleanUps.push(
      () => server.closeAllConnections(),
      () => server.close(),
    );
    const client = clientOf(`http://127.0.0.1:${port}`);

    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constant(null),
      fc.constantFrom(KEY),
      fc.jsonValue(),
    );
    const listed = fc.constantFrom(...STATUSES, ...PHASES, ...ERROR_CODES);
    const statusObject = fc.record(
      {
        status: fc.oneof(listed, value),
        createdAt: fc.oneof(
          { weight: 4, arbitrary: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()) },
          { weight: 1, arbitrary: value },
        ),
        errorCode: fc.oneof(listed, value),
        updatedAt: value,
        phase: fc.oneof(listed, value),
      },
      { requiredKeys: [] },
    );
    const json = fc.oneof({ weight: 3, arbitrary: statusObject }, { weight: 1, arbitrary: fc.jsonValue() });

    let states = 0;
    await fc.assert(
      fc.asyncProperty(json, async (answer) => {
        body = JSON.stringify(answer);
        const end = await client.getStatus(limits()).catch((error: unknown) => error);
        if (end instanceof ApiError) {
          expect(end).toMatchObject({ kind: 'transient', httpStatus: 200 });
          expect(end.message).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
          expect(end.message).not.toContain(KEY);
          expect(await client.restart(limits())).toBeUndefined();
          return;
        }
        states += 1;
        expect(Object.keys(Object(end)).sort()).toEqual(['errorCode', 'phase', 'status', 'updatedAt']);
        expect(Object.values(Object(end)).every((field) => typeof field === 'string')).toBe(true);
        expect(Object(end).status).not.toBe('');
        expect(await client.restart(limits())).toEqual(end);
      }),
      { numRuns: 100 },
    );
    expect(states).toBeGreaterThan(5);
  });
});

describe('a body that is too large', () => {
  it('begins above 1 MiB', async () => {
    const simulator = await simulate();
    const client = clientOf(simulator.url);
    simulator.fault({ huge: { bytes: MIB } });
    expect(await client.getStatus(limits())).toMatchObject({ status: 'RUNNING' });
    simulator.fault({ times: 2, huge: { bytes: MIB + 1 } });
    const fault = await faultOf(client.getStatus(limits()));
    expect(fault).toMatchObject({ kind: 'transient', httpStatus: 200 });
    expect(fault.message).toBe('HTTP 200, but the answer is larger than 1 MiB');
    expect(await client.restart(limits())).toBeUndefined();
  });

  it.each([200, 500])('is not read to its end: the connection is closed (HTTP %i)', async (status) => {
    let sent = 0;
    const server = await serveRaw((socket) => {
      socket.write(`HTTP/1.1 ${status} x\r\nTransfer-Encoding: chunked\r\n\r\n`);
      const chunk = Buffer.alloc(65_536, ' ');
      const more = (): void => {
        if (socket.destroyed) return;
        sent += chunk.length;
        socket.write(Buffer.concat([Buffer.from('10000\r\n'), chunk, Buffer.from('\r\n')]), more);
      };
      more();
    });
    expect(await faultOf(clientOf(server.url).getStatus(limits()))).toMatchObject({
      kind: 'transient',
      httpStatus: status,
    });
    const [socket] = server.sockets;
    if (socket?.closed === false) await new Promise((resolve) => socket.once('close', resolve));
    // What fits in the system's buffers on both sides comes on top of the bound.
    expect(sent).toBeLessThan(32 * MIB);
  });
});

describe('an answer that is cut short', () => {
  const cuts: [name: string, fault: Fault][] = [
    ['by a FIN', { drop: 'mid-body' }],
    ['by an RST', { drop: 'reset-mid-body' }],
    ['before its last chunk', { cutChunked: true }],
  ];

  it.each(cuts)('%s is a transient fault of a read, and an accepted restart', async (_, cut) => {
    const simulator = await simulate();
    simulator.fault({ times: 2, ...cut });
    const client = clientOf(simulator.url);
    const fault = await faultOf(client.getStatus(limits()));
    expect(fault).toMatchObject({ kind: 'transient', httpStatus: 200, code: 'ECONNRESET' });
    expect(fault.message).toMatch(
      /^HTTP 200, but the connection was closed before the answer was complete \(.+\)$/,
    );
    expect(fault.cause).toBeInstanceOf(ApiError);
    expect(await client.restart(limits())).toBeUndefined();
  });

  it('in its error body still has its HTTP status', async () => {
    const server = await serveRaw((socket) =>
      socket.end('HTTP/1.1 503 x\r\nContent-Length: 100\r\n\r\n{"message":"a'),
    );
    const fault = await faultOf(clientOf(server.url).restart(limits()));
    expect(fault).toMatchObject({
      kind: 'transient',
      httpStatus: 503,
      message: 'HTTP 503 Service Unavailable',
    });
  });

  it('before its headers is a transient fault of both calls', async () => {
    const simulator = await simulate();
    simulator.fault({ times: 2, drop: 'before-answer' });
    const client = clientOf(simulator.url);
    for (const fault of await faultsOf(client)) {
      expect(fault).toMatchObject({ kind: 'transient', httpStatus: undefined, code: 'ECONNRESET' });
      expect(fault.message).toMatch(/^the connection was closed before the answer was complete \(.+\)$/);
    }
  });

  it('by an RST before its headers is so, too', async () => {
    const server = await serveRaw((socket) => socket.resetAndDestroy());
    expect(await faultOf(clientOf(server.url).getStatus(limits()))).toMatchObject({
      kind: 'transient',
      httpStatus: undefined,
      code: 'ECONNRESET',
    });
  });
});

describe('an answer that is not HTTP', () => {
  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['HTML without a status line', '<html>hello</html>'],
    ['zeros', Buffer.alloc(64)],
    ['TLS', Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46])],
    ['a version that does not exist', 'HTTP/9.9 200 OK\r\n\r\n'],
    ['a status that is no number', 'HTTP/1.1 two OK\r\n\r\n'],
    ['more headers than fit', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    ['the key', `${KEY}\r\n\r\n`],
    ['a workflow command', '::error::x\r\n\r\n'],
  ])('(%s) is a transient fault', async (_, answer) => {
    const server = await serveRaw((socket) => socket.end(answer));
    const client = clientOf(server.url);
    for (const fault of await faultsOf(client)) {
      expect(fault).toMatchObject({ kind: 'transient', httpStatus: undefined });
      expect(fault.message).toMatch(/^Parse Error/);
      expect(fault.message).not.toContain(KEY);
    }
  });

  it('in its chunks is a transient fault of a read', async () => {
    const server = await serveRaw((socket) =>
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n'),
    );
    const fault = await faultOf(clientOf(server.url).getStatus(limits()));
    expect(fault).toMatchObject({ kind: 'transient', httpStatus: 200 });
    expect(fault.message).toMatch(/^HTTP 200, but /);
  });

  it('after the answer does no harm to it, nor to the next request', async () => {
    const server = await serveRaw((socket) =>
      socket.write(Buffer.concat([httpAnswer(GOOD_BODY), Buffer.from('garbage')])),
    );
    const client = clientOf(server.url);
    expect(await client.getStatus(limits())).toMatchObject({ status: 'RUNNING' });
    expect(await client.getStatus(limits())).toMatchObject({ status: 'RUNNING' });
  });
});

/** Where a request may be when it is given up. Each starts a server and says when the request has got there. */
interface Stage {
  readonly name: string;
  readonly url: string;
  readonly reached: Promise<unknown>;
  /** Resolves when the server's side of the connection is gone; absent where there is none. */
  readonly closed?: Promise<unknown>;
}

async function silentServer(protocol: string, answer = ''): Promise<Omit<Stage, 'name'>> {
  let reach = (_: unknown): void => {};
  let close = (_: unknown): void => {};
  const reached = new Promise((resolve) => {
    reach = resolve;
  });
  const closed = new Promise((resolve) => {
    close = resolve;
  });
  const server = await serveRaw((socket) => {
    socket.once('close', close);
    socket.write(answer, reach);
  });
  return { url: `${protocol}://127.0.0.1:${server.port}`, reached, closed };
}

const stages: [name: string, start: () => Promise<Omit<Stage, 'name'>>][] = [
  [
    'while the name is looked up',
    () => {
      const reached = new Promise((resolve) => {
        vi.spyOn(dns, 'lookup').mockImplementation(() => resolve(undefined));
      });
      return Promise.resolve({ url: 'http://localhost:1', reached });
    },
  ],
  ['while TLS is agreed upon', () => silentServer('https')],
  [
    'while a proxy opens a tunnel',
    async () => {
      const { url, ...stage } = await silentServer('http');
      process.env['https_proxy'] = url;
      return { url: 'https://api.example', reached: stage.reached };
    },
  ],
  ['before the headers', () => silentServer('http')],
  ['within the headers', () => silentServer('http', 'HTTP/1.1 200 OK\r\nContent-Le')],
  [
    'after a change of protocol that nobody asked for',
    () => silentServer('http', 'HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
  ],
  ['before the body', () => silentServer('http', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n')],
  ['in mid-body', () => silentServer('http', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"status"')],
  [
    'between chunks',
    () => silentServer('http', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n'),
  ],
];

describe('a request that is given up', () => {
  it.each(stages)('%s ends at once, and leaves nothing behind', async (_, start) => {
    const { url, reached, closed } = await start();
    const controller = new AbortController();
    const { signal } = controller;
    const end = faultOf(clientOf(url).getStatus(limits({ signal })));
    await reached;
    // The client reads what came before it is told to stop.
    await new Promise((resolve) => setTimeout(resolve, 10));
    controller.abort();
    const fault = await end;
    expect(fault.kind).toBe('transient');
    expect(fault.message).toMatch(/^(HTTP 200, but )?the request was given up$/);
    expect(fault.code).toBeUndefined();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await closed;
  });

  it.each(stages)('%s is cut by its own limit as well', async (_, start) => {
    const { url, reached, closed } = await start();
    const { signal } = new AbortController();
    // The limit must not run out before the stage is reached, and need not be waited for.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const call = faultOf(clientOf(url).getStatus(limits({ timeoutMs: 30_000, signal })));
    await reached;
    await new Promise((resolve) => setImmediate(resolve));
    let isOver = false;
    void call.finally(() => {
      isOver = true;
    });
    vi.advanceTimersByTime(29_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    vi.advanceTimersByTime(1);
    const fault = await call;
    expect(fault).toMatchObject({ kind: 'transient', code: 'TIMEOUT' });
    expect(fault.message).toMatch(/^(HTTP 200, but )?no complete answer within 30 s$/);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await closed;
  });

  it('is not sent when the run was cancelled before', async () => {
    const server = await serveRaw(() => {});
    process.env['https_proxy'] = server.url;
    for (const url of [server.url, 'https://api.example']) {
      const fault = await faultOf(clientOf(url).restart(limits({ signal: AbortSignal.abort() })));
      expect(fault).toMatchObject({ kind: 'transient', message: 'the request was given up' });
    }
    expect(server.received).toEqual([]);
  });

  it('is cut by its total time though bytes keep coming', async () => {
    const simulator = await simulate();
    simulator.fault({ times: 2, drip: { intervalMs: 5 } });
    const client = clientOf(simulator.url);
    const [fault, answer] = await Promise.all([
      faultOf(client.getStatus(limits({ timeoutMs: 400 }))),
      client.restart(limits({ timeoutMs: 400 })),
    ]);
    expect(fault).toMatchObject({ kind: 'transient', code: 'TIMEOUT', httpStatus: 200 });
    expect(fault.message).toBe('HTTP 200, but no complete answer within 1 s');
    expect(answer).toBeUndefined();
  });

  it('does not spoil the next one on the same client', async () => {
    const simulator = await simulate();
    simulator.fault({ hang: 'mid-body' });
    simulator.fault({ hang: 'before-answer' });
    const client = clientOf(simulator.url);
    await faultOf(client.getStatus(limits({ timeoutMs: 30 })));
    await faultOf(client.getStatus(limits({ timeoutMs: 30 })));
    expect(await client.getStatus(limits())).toMatchObject({ status: 'FAILED' });
  });

  it('has its limit for itself: neither the time nor the signal of an earlier one cuts it', async () => {
    const server = await serveRaw((socket) => {
      if (server.received.length === 1) socket.write(httpAnswer(GOOD_BODY));
    });
    const client = clientOf(server.url);
    const first = new AbortController();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await client.getStatus(limits({ signal: first.signal, timeoutMs: 1_000 }));
    const second = client.getStatus(limits({ timeoutMs: 30_000 }));
    while (server.received.length < 2) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(29_999);
    first.abort();
    server.sockets[0]?.write(httpAnswer(GOOD_BODY));
    expect(await second).toMatchObject({ status: 'RUNNING' });
  });

  it('leaves no timer and no listener on the signal after a good answer or a bad one', async () => {
    const simulator = await simulate();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const client = clientOf(simulator.url);
    const { signal } = new AbortController();
    await client.getStatus(limits({ signal }));
    simulator.fault({ respond: { status: 500 } });
    await faultOf(client.getStatus(limits({ signal })));
    simulator.fault({ drop: 'before-answer' });
    await faultOf(client.getStatus(limits({ signal })));
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('the network', () => {
  const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
    list?.some(({ address }) => address === '::1'),
  );
  // Some containers have no IPv6 at all.
  it.runIf(hasIpv6)('may be IPv6', async () => {
    const simulator = await simulate({ host: '::1' });
    const client = clientOf(`http://[::1]:${simulator.port}`);
    expect(await client.getStatus(limits())).toMatchObject(state);
    expect(await client.restart(limits())).toMatchObject({ status: 'INITIALIZING' });
    expect(simulator.requests[0]?.headers.host).toBe(`[::1]:${simulator.port}`);
  });

  it('may refuse the connection, which is worth another try', async () => {
    const port = await refusedPort();
    const client = clientOf(`http://127.0.0.1:${port}`);
    for (const fault of await faultsOf(client)) {
      expect(fault).toMatchObject({ kind: 'transient', httpStatus: undefined, code: 'ECONNREFUSED' });
      expect(fault.message).toBe(`the connection was refused (connect ECONNREFUSED 127.0.0.1:${port})`);
      expect(fault.cause).toMatchObject({ syscall: 'connect' });
    }
  });

  it('may refuse it on each address of a host: the first is told', async () => {
    const port = await refusedPort();
    const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
    vi.spyOn(dns, 'lookup').mockImplementation((...values: unknown[]) => {
      const tell = values.at(-1);
      if (typeof tell === 'function') tell(null, addresses);
    });
    const fault = await faultOf(clientOf(`http://localhost:${port}`).getStatus(limits()));
    expect(fault).toMatchObject({ kind: 'transient', code: 'ECONNREFUSED' });
    expect(fault.message).toBe(`the connection was refused (connect ECONNREFUSED 127.0.0.1:${port})`);
  });

  /** Fails as the system does: with a code and a message. */
  function failLookup(error: unknown): void {
    vi.spyOn(dns, 'lookup').mockImplementation((...values: unknown[]) => {
      const tell = values.at(-1);
      if (typeof tell === 'function') setImmediate(() => tell(error));
    });
  }

  it.each([
    ['ECONNREFUSED', 'the connection was refused'],
    ['ECONNRESET', 'the connection was closed before the answer was complete'],
    ['ECONNABORTED', 'the connection was closed before the answer was complete'],
    ['EPIPE', 'the connection was closed before the answer was complete'],
    ['ETIMEDOUT', 'the connection timed out'],
    ['EHOSTUNREACH', 'the host is unreachable'],
    ['ENETUNREACH', 'the network is unreachable'],
    ['ENOTFOUND', 'the host name was not found'],
    ['EAI_AGAIN', 'the host name could not be looked up'],
  ])('may fail with %s, which is put into words', async (code, words) => {
    failLookup(Object.assign(new Error(`syscall ${code} host`), { code }));
    const fault = await faultOf(clientOf('http://localhost:1').getStatus(limits()));
    expect(fault).toMatchObject({ kind: 'transient', code, httpStatus: undefined });
    expect(fault.message).toBe(`${words} (syscall ${code} host)`);
  });

  it.each([
    [
      'an unknown code',
      Object.assign(new Error('odd ##[error]'), { code: 'EODD' }),
      'odd ## [error]',
      'EODD',
    ],
    ['a code that is no text', Object.assign(new Error('odd'), { code: 5 }), 'odd', ''],
    ['no code', new Error(`odd ${KEY}`), 'odd ***', ''],
    ['an empty list of errors', new AggregateError([], 'none of them'), 'none of them', ''],
    ['a list of no errors', new AggregateError(['odd'], 'list'), 'odd', ''],
  ])('may fail with %s, which is told as it is', async (_, error, message, code) => {
    failLookup(error);
    const fault = await faultOf(clientOf('http://localhost:1').getStatus(limits()));
    expect(fault).toMatchObject({ kind: 'transient', message, code });
  });
});

describe('a certificate', () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await createCertificates();
  });

  it('that nobody on this machine knows is a permanent fault, and the key stays here', async () => {
    const simulator = await simulate({ tls: certificates.server });
    const client = clientOf(simulator.url);
    for (const fault of await faultsOf(client)) {
      expect(fault).toMatchObject({ kind: 'permanent', code: 'CERTIFICATE', httpStatus: undefined });
      expect(fault.message).toMatch(/^the server's certificate cannot be trusted \([A-Z_]+: .+\)$/);
      expect(fault.cause).toBeInstanceOf(Error);
    }
    expect(simulator.requests).toEqual([]);
  });

  it.each([
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'INVALID_CA',
    'PATH_LENGTH_EXCEEDED',
    'HOSTNAME_MISMATCH',
    'CRL_HAS_EXPIRED',
  ])('that is refused with %s is one, too', async (code) => {
    vi.spyOn(dns, 'lookup').mockImplementation((...values: unknown[]) => {
      const tell = values.at(-1);
      if (typeof tell === 'function') {
        setImmediate(() => tell(Object.assign(new Error(`no trust, ${KEY}`), { code })));
      }
    });
    const fault = await faultOf(clientOf('https://localhost:1').getStatus(limits()));
    expect(fault).toMatchObject({ kind: 'permanent', code: 'CERTIFICATE' });
    expect(fault.message).toBe(`the server's certificate cannot be trusted (${code}: no trust, ***)`);
  });

  it('that is missing altogether is no question of trust: the server speaks no TLS', async () => {
    const simulator = await simulate();
    const fault = await faultOf(clientOf(`https://127.0.0.1:${simulator.port}`).getStatus(limits()));
    expect(fault.kind).toBe('transient');
    expect(fault.code).not.toBe('CERTIFICATE');
    expect(fault.message).not.toMatch(/certificate/);
  });
});

describe('a proxy', () => {
  const api = 'https://api.example';

  async function proxyThat(serve: (socket: Socket, request: string) => void): Promise<RawServer> {
    const proxy = await serveRaw(serve);
    process.env['https_proxy'] = proxy.url;
    return proxy;
  }

  it.each<[answer: string, kind: FaultKind, message: string]>([
    ['407 x', 'permanent', 'the proxy answered HTTP 407 Proxy Authentication Required'],
    ['403 x', 'permanent', 'the proxy answered HTTP 403 Forbidden'],
    ['302 x', 'permanent', 'the proxy answered HTTP 302 Found'],
    ['400 x', 'permanent', 'the proxy answered HTTP 400 Bad Request'],
    ['408 x', 'transient', 'the proxy answered HTTP 408 Request Timeout'],
    ['429 x', 'transient', 'the proxy answered HTTP 429 Too Many Requests'],
    ['500 x', 'transient', 'the proxy answered HTTP 500 Internal Server Error'],
    ['502 x', 'transient', 'the proxy answered HTTP 502 Bad Gateway'],
    ['503 x', 'transient', 'the proxy answered HTTP 503 Service Unavailable'],
  ])(
    'that answers %s is a fault of the kind "%s", without an HTTP status of the API',
    async (answer, kind, message) => {
      const proxy = await proxyThat((socket) =>
        socket.write(`HTTP/1.1 ${answer}\r\nContent-Length: 0\r\n\r\n`),
      );
      for (const fault of await faultsOf(clientOf(api))) {
        expect(fault).toMatchObject({ kind, message, code: 'PROXY', httpStatus: undefined });
      }
      expect(proxy.received).toHaveLength(2);
      for (const request of proxy.received) {
        expect(request).toMatch(/^CONNECT api\.example:443 HTTP\/1\.1\r\n/);
        expect(request).not.toContain(KEY);
      }
    },
  );

  it('that cannot be reached is worth another try', async () => {
    process.env['https_proxy'] = `http://127.0.0.1:${await refusedPort()}`;
    const fault = await faultOf(clientOf(api).getStatus(limits()));
    expect(fault).toMatchObject({ kind: 'transient', code: 'PROXY', httpStatus: undefined });
    expect(fault.message).toMatch(/^tunneling socket could not be established, cause=connect ECONNREFUSED/);
  });

  it('that closes the connection is worth another try', async () => {
    await proxyThat((socket) => socket.end());
    const fault = await faultOf(clientOf(api).getStatus(limits()));
    expect(fault).toMatchObject({ kind: 'transient', code: 'PROXY', httpStatus: undefined });
    expect(fault.message).toMatch(/^tunneling socket could not be established, cause=socket hang up$/);
  });

  it('is not used for a loopback host', async () => {
    const proxy = await proxyThat((socket) => socket.end());
    process.env['http_proxy'] = proxy.url;
    const simulator = await simulate();
    expect(await clientOf(simulator.url).getStatus(limits())).toMatchObject(state);
    expect(proxy.received).toEqual([]);
  });

  it('hands the bytes on, and certificates are looked at through it', async () => {
    const certificates = await createCertificates();
    const simulator = await simulate({ tls: certificates.server });
    const upstreams: Socket[] = [];
    cleanUps.push(() => {
      for (const socket of upstreams) socket.destroy();
    });
    await proxyThat((socket, request) => {
      if (!request.startsWith('CONNECT ')) return;
      const upstream = connect(simulator.port, '127.0.0.1');
      upstreams.push(upstream);
      upstream.on('error', () => socket.destroy());
      upstream.once('connect', () => {
        socket.write('HTTP/1.1 200 Connected\r\n\r\n');
        socket.removeAllListeners('data');
        socket.pipe(upstream).pipe(socket);
      });
    });
    const fault = await faultOf(clientOf(api).getStatus(limits()));
    expect(fault).toMatchObject({ kind: 'permanent', code: 'CERTIFICATE' });
    expect(simulator.requests).toEqual([]);
  });
});
