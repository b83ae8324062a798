/**
 * What a run costs, as a ratio to what Node itself costs, beside other bundles: `npm run bench`, or
 * `npm run bench -- [--node PATH] [--before OLDER/dist/index.js] [--peer OTHER-ACTION/dist/index.js]...`
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createCertificates } from '../test/simulator/certificates.js';
import { pollingTable } from './polling.js';
import { quantile, renderTable } from './table.js';

const WARM_UPS = 3;
const PAIRS = 100;
const MEMORY_RUNS = 5;
const MAX_RUN_MS = 30_000;
/** Proxies, NODE_OPTIONS and the like of the person who measures take no part. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot'];

interface Launch {
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** One line of the tables. */
interface Subject extends Launch {
  readonly name: string;
  /** What its time is a ratio to. */
  readonly floor: Launch;
  /** The event that ends its time; its exit, if absent. */
  readonly until?: 'first request';
  /** A script that ends for another reason would look quick. */
  readonly exitCode: number;
}

const options = parseArgs({
  options: {
    node: { type: 'string', default: process.execPath },
    before: { type: 'string', multiple: true, default: [] },
    peer: { type: 'string', multiple: true, default: [] },
  },
}).values;

/** When each request since the start of the current run arrived, on the clock of `performance.now()`. */
let requests: number[] = [];

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const { ca, server } = await createCertificates();
  const http = await listen(createHttpServer(answer));
  const https = await listen(createHttpsServer(server, answer));
  try {
    const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
    for (const file of Object.values(files)) await writeFile(file, '');
    await writeFile(join(folder, 'ca.pem'), ca);
    const inputs = { ...files, 'INPUT_ENDPOINT-ID': 'bench', 'INPUT_API-KEY': 'flp_benchmark' };
    const overHttp = { ...inputs, 'INPUT_API-URL': `http://127.0.0.1:${http}` };
    const overHttps = {
      ...inputs,
      'INPUT_API-URL': `https://127.0.0.1:${https}`,
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    };

    const empty = { name: 'an empty script', script: pathOf('scripts/empty.cjs') };
    const twoRequests = { script: pathOf('scripts/two-requests.cjs'), env: overHttps };
    const missingInput = (name: string, script: string): Subject => {
      return { name: `${name}, exit on a missing input`, script, env: files, floor: empty, exitCode: 1 };
    };
    const ours = [['this action', pathOf('../dist/index.js')], ...options.before.map((path) => [path, path])];
    const subjects = ours.flatMap(([name = '', script = '']): Subject[] => [
      missingInput(name, script),
      {
        name: `${name}, first request`,
        script,
        env: overHttp,
        floor: empty,
        until: 'first request',
        exitCode: 0,
      },
      { name: `${name}, one restart over HTTPS`, script, env: overHttps, floor: twoRequests, exitCode: 0 },
    ]);
    subjects.push(...options.peer.map((path) => missingInput(path, path)));

    const version = spawnSync(options.node, ['--version'], { encoding: 'utf8' }).stdout.trim();
    console.log(
      `Node ${version}, ${process.platform} ${process.arch}, ${cpus().length} x ${cpus()[0]?.model}\n`,
    );
    console.log(`${await timeTable(subjects)}\n`);
    console.log(`${await memoryTable([{ ...empty, floor: empty, exitCode: 0 }, ...subjects], folder)}\n`);
    console.log(pollingTable());
  } finally {
    for (const each of servers) each.close();
    await rm(folder, { recursive: true });
  }
}

async function timeTable(subjects: readonly Subject[]): Promise<string> {
  const rows = subjects.map((subject) => ({ subject, ratios: [] as number[] }));
  for (let pair = -WARM_UPS; pair < PAIRS; pair += 1) {
    for (const { subject, ratios } of rows) {
      const floorMs = await run(subject.floor);
      const subjectMs = await run(subject, subject);
      if (pair >= 0) ratios.push(subjectMs / floorMs);
    }
  }
  const cells = rows.map(({ subject, ratios }) => [
    subject.name,
    `${quantile(ratios, 0.5).toFixed(2)} x`,
    `${quantile(ratios, 0.25).toFixed(2)} to ${quantile(ratios, 0.75).toFixed(2)}`,
    subject.floor.script.includes('two') ? 'two requests' : 'an empty script',
  ]);
  return renderTable(`Time: medians of ${PAIRS} pairs`, ['ratio', 'middle half', 'to'], cells);
}

async function memoryTable(subjects: readonly Subject[], folder: string): Promise<string> {
  const file = join(folder, 'memory');
  const rows: string[][] = [];
  for (const subject of subjects) {
    const peaks: number[] = [];
    for (let count = 0; count < MEMORY_RUNS; count += 1) {
      await run({ ...subject, env: { ...subject.env, BENCH_MEMORY_FILE: file } }, subject);
      peaks.push(Number(await readFile(file, 'utf8')) / 1_024);
    }
    rows.push([subject.name, `${quantile(peaks, 0.5).toFixed(1)} MiB`]);
  }
  return renderTable(`Memory: medians of ${MEMORY_RUNS} runs`, ['peak'], rows);
}

/** Runs a script as the runner does, with pipes for its output, and gives back its time in milliseconds. */
async function run(
  { script, env = {} }: Launch,
  expected: Partial<Subject> = { exitCode: 0 },
): Promise<number> {
  requests = [];
  const preload = 'BENCH_MEMORY_FILE' in env ? ['--require', pathOf('scripts/peak-memory.cjs')] : [];
  const inherited = Object.entries(process.env).filter(([name]) => INHERITED.includes(name));
  const startedAt = performance.now();
  const child = spawn(options.node, [...preload, script], {
    env: { ...Object.fromEntries(inherited), ...env },
    timeout: MAX_RUN_MS,
  });
  for (const stream of [child.stdout, child.stderr]) stream.resume();
  const [exitCode] = await once(child, 'exit');
  const endedAt = expected.until === 'first request' ? requests[0] : performance.now();
  if (exitCode === expected.exitCode && endedAt !== undefined) return endedAt - startedAt;
  throw new Error(`${script} ended with exit code ${exitCode} after ${requests.length} requests.`);
}

const servers: Server[] = [];

/** @returns The port on the loopback interface */
async function listen(server: Server): Promise<number> {
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

/** The simulator in test/ checks each request, and would be measured along with the client. */
const answer: RequestListener = (request, response) => {
  requests.push(performance.now());
  const status = request.method === 'PUT' ? 'INITIALIZING' : 'FAILED';
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ status, createdAt: '2025-01-01T00:00:00Z' }));
};

function pathOf(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

void main();
