/**
 * What a run costs, as a ratio to what Node itself costs: `npm run bench`, or
 * `npm run bench -- [--node PATH] [--before OTHER/dist/index.js]...` to compare with other bundles in the same run.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createCertificates } from '../test/simulator/certificates.js';
import { pollingRows } from './polling.js';

const WARM_UPS = 3;
const ROUNDS = 100;
const MEMORY_RUNS = 5;
/** The proxies, NODE_OPTIONS, and the like of the person who measures have no effect. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot'];

interface Subject {
  readonly name: string;
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The event that ends its time; its exit, if absent. */
  readonly until?: 'first request';
  /** A script that ends for another reason would look quick. */
  readonly exitCode: number;
}

const { node, before } = parseArgs({
  options: {
    node: { type: 'string', default: process.execPath },
    before: { type: 'string', multiple: true, default: [] },
  },
}).values;

/** When each request of the current run arrived. */
let requests: number[] = [];
/** The simulator in test/ checks each request, and would be measured along with the client. */
const respond: RequestListener = (request, response) => {
  requests.push(performance.now());
  const status = request.method === 'PUT' ? 'INITIALIZING' : 'FAILED';
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ status, createdAt: '2025-01-01T00:00:00Z' }));
};

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const { ca, server } = await createCertificates();
  const servers = [createHttpServer(respond), createHttpsServer(server, respond)];
  try {
    const [http, https] = await Promise.all(servers.map(listen));
    const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
    for (const file of Object.values(files)) await writeFile(file, '');
    await writeFile(join(folder, 'ca.pem'), ca);
    const inputs = { ...files, 'INPUT_ENDPOINT-ID': 'bench', 'INPUT_API-KEY': 'flp_benchmark' };
    const overHttp = { ...inputs, 'INPUT_API-URL': `http://127.0.0.1:${http}` };
    const trust = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
    const overHttps = { ...inputs, ...trust, 'INPUT_API-URL': `https://127.0.0.1:${https}` };
    const base = (name: string, file: string, env = {}): Subject => {
      return { name, script: pathOf(`scripts/${file}.cjs`), env, exitCode: 0 };
    };

    const empty = base('an empty script', 'empty');
    const floor = base('the floor', 'floor');
    const twoRequests = base('two requests over HTTPS', 'two-requests', overHttps);
    const bundles = [['this action', pathOf('../dist/index.js')], ...before.map((path) => [path, path])];
    const subjects = bundles.flatMap(([name = '', script = '']): [Subject, Subject][] => [
      [{ name: `${name}, exit on a missing input`, script, env: files, exitCode: 1 }, empty],
      [{ name: `${name}, first request`, script, env: overHttp, until: 'first request', exitCode: 0 }, empty],
      [{ name: `${name}, one restart over HTTPS`, script, env: overHttps, exitCode: 0 }, twoRequests],
    ]);

    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
    console.log(`Node ${version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model}`);
    const bases = [empty, floor, twoRequests];
    const rounds = await measure([...bases, ...subjects.map(([subject]) => subject)]);
    const figure = (compute: (ms: (subject: Subject) => number) => number): string =>
      median(rounds.map((round) => compute((subject) => round.get(subject) ?? Number.NaN))).toFixed(2);
    const rows: string[][] = bases.map((base) => [base.name, figure((ms) => ms(base))]);
    for (const [subject, base] of subjects) {
      const ratio = `${figure((ms) => ms(subject) / ms(base))} × ${base.name}`;
      const aboveFloor = figure((ms) => (ms(subject) - ms(floor)) / ms(empty));
      const peak = `${(await peakMiB(subject, join(folder, 'memory'))).toFixed(1)} MiB`;
      rows.push([subject.name, figure((ms) => ms(subject)), ratio, base === empty ? aboveFloor : '', peak]);
    }
    const title = `Medians of ${ROUNDS} rounds`;
    printTable([title, 'ms', 'ratio', 'above the floor, in empty scripts', 'peak memory'], rows);
    printTable(['Delay until RUNNING is noticed', 'average', 'max', 'requests'], pollingRows());
  } finally {
    for (const each of servers) each.close();
    await rm(folder, { recursive: true });
  }
}

/** Runs all subjects in turn, so that a slow moment of the machine hits them alike. Returns milliseconds per round. */
async function measure(subjects: readonly Subject[]): Promise<ReadonlyMap<Subject, number>[]> {
  const rounds: Map<Subject, number>[] = [];
  for (let round = -WARM_UPS; round < ROUNDS; round += 1) {
    const times = new Map<Subject, number>();
    for (const subject of subjects) times.set(subject, await run(subject));
    if (round >= 0) rounds.push(times);
  }
  return rounds;
}

async function peakMiB(subject: Subject, file: string): Promise<number> {
  const peaks: number[] = [];
  for (let count = 0; count < MEMORY_RUNS; count += 1) {
    await run({ ...subject, env: { ...subject.env, BENCH_MEMORY_FILE: file } });
    peaks.push(Number(await readFile(file, 'utf8')) / 1_024);
  }
  return median(peaks);
}

/** Runs a script as the runner does, with pipes for its output, and returns its time in milliseconds. */
async function run({ script, env = {}, until, exitCode: expected }: Subject): Promise<number> {
  requests = [];
  const preload = 'BENCH_MEMORY_FILE' in env ? ['--require', pathOf('scripts/peak-memory.cjs')] : [];
  const inherited = Object.entries(process.env).filter(([name]) => INHERITED.includes(name));
  const startedAt = performance.now();
  const child = spawn(node, [...preload, script], {
    env: { ...Object.fromEntries(inherited), ...env },
    timeout: 30_000,
  });
  for (const stream of [child.stdout, child.stderr]) stream.resume();
  const [exitCode] = await once(child, 'exit');
  const endedAt = until === 'first request' ? requests[0] : performance.now();
  if (exitCode === expected && endedAt !== undefined) return endedAt - startedAt;
  throw new Error(`${script} ended with exit code ${exitCode} after ${requests.length} requests.`);
}

/** Returns the port on the loopback interface. */
async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? Number.NaN) + (sorted[Math.ceil(half)] ?? Number.NaN)) / 2;
}

function printTable(headings: readonly string[], rows: readonly string[][]): void {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const pad = (cell: string, at: number): string =>
    at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0);
  console.log(`\n${lines.map((line) => line.map(pad).join('  ')).join('\n')}`);
}

function pathOf(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

void main();
