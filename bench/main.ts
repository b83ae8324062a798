/**
 * `npm run bench`: what a run costs, as a ratio to what Node itself costs, on the Node that runs this script.
 * `npm run bench -- --before OTHER/dist/index.js` compares with another bundle in the same run; it can be repeated.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

interface Subject {
  readonly name: string;
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Its time ends with the first request, not with its exit. */
  readonly untilRequest?: boolean;
  /** A script that ends for another reason would look quick. Default: 0. */
  readonly exitCode?: number;
}

/** When the first request of the current run arrived. */
let requestedAt: number | undefined;
/** The simulator in test/ checks each request, and would be measured along with the client. */
const respond: RequestListener = (request, response) => {
  requestedAt ??= performance.now();
  const status = request.method === 'PUT' ? 'INITIALIZING' : 'FAILED';
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ status, createdAt: '2025-01-01T00:00:00Z' }));
};

async function main(folder: string): Promise<void> {
  const { before } = parseArgs({ options: { before: { type: 'string', multiple: true, default: [] } } }).values;
  const { ca, server } = await createCertificates();
  const http = await portOf(createHttpServer(respond));
  const https = await portOf(createHttpsServer(server, respond));
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  writeFileSync(join(folder, 'ca.pem'), ca);
  const inputs = { ...files, 'INPUT_ENDPOINT-ID': 'bench', 'INPUT_API-KEY': 'flp_benchmark' };
  const overHttp = { ...inputs, 'INPUT_API-URL': `http://127.0.0.1:${http}` };
  const trust = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
  const overHttps = { ...inputs, ...trust, 'INPUT_API-URL': `https://127.0.0.1:${https}` };

  const empty: Subject = { name: 'an empty script', script: pathOf('scripts/empty.cjs') };
  const floor: Subject = { name: 'the floor', script: pathOf('scripts/floor.cjs') };
  const script = pathOf('scripts/two-requests.cjs');
  const twoRequests: Subject = { name: 'two requests over HTTPS', script, env: overHttps };
  const bundles = [['this action', pathOf('../dist/index.js')], ...before.map((path) => [path, path])];
  const subjects = bundles.flatMap(([name = '', script = '']): [Subject, Subject][] => [
    [{ name: `${name}, exit on a missing input`, script, env: files, exitCode: 1 }, empty],
    [{ name: `${name}, first request`, script, env: overHttp, untilRequest: true }, empty],
    [{ name: `${name}, one restart over HTTPS`, script, env: overHttps }, twoRequests],
  ]);

  const bases = [empty, floor, twoRequests];
  const rounds = await measure([...bases, ...subjects.map(([subject]) => subject)]);
  const figure = (compute: (ms: (subject: Subject) => number) => number): string =>
    median(rounds.map((round) => compute((subject) => round.get(subject) ?? Number.NaN))).toFixed(2);
  const rows = bases.map((base) => [base.name, figure((ms) => ms(base)), '', '', '']);
  for (const [subject, base] of subjects) {
    const ratio = `${figure((ms) => ms(subject) / ms(base))} × ${base.name}`;
    const aboveFloor = base === empty ? figure((ms) => (ms(subject) - ms(floor)) / ms(empty)) : '';
    const peak = `${(await peakMiB(subject, join(folder, 'memory'))).toFixed(1)} MiB`;
    rows.push([subject.name, figure((ms) => ms(subject)), ratio, aboveFloor, peak]);
  }
  console.log(`Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model}`);
  const title = `Medians of ${ROUNDS} rounds`;
  printTable([title, 'ms', 'ratio', 'above the floor, in empty scripts', 'peak memory'], rows);
  printTable(['Delay until RUNNING is noticed', 'average', 'max', 'requests'], pollingRows());
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
    await run({ ...subject, env: { ...subject.env, BENCH_MEMORY_FILE: file } }, [
      '--require',
      pathOf('scripts/peak-memory.cjs'),
    ]);
    peaks.push(Number(readFileSync(file, 'utf8')) / 1_024);
  }
  return median(peaks);
}

/** Runs a script as the runner does, with pipes for its output, and returns its time in milliseconds. */
async function run({ script, env, untilRequest, exitCode = 0 }: Subject, options: string[] = []): Promise<number> {
  requestedAt = undefined;
  // The proxies, NODE_OPTIONS, and the like of the person who measures have no effect.
  const { PATH, HOME, TMPDIR, TEMP, SystemRoot } = process.env;
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...options, script], {
    env: { PATH, HOME, TMPDIR, TEMP, SystemRoot, ...env },
  });
  for (const stream of [child.stdout, child.stderr]) stream.resume();
  const [code] = await once(child, 'exit');
  const endedAt = untilRequest ? requestedAt : performance.now();
  if (code === exitCode && endedAt !== undefined) return endedAt - startedAt;
  throw new Error(`${script} ended with exit code ${code}.`);
}

/** Listens on the loopback interface until this process exits. */
async function portOf(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1').unref(), 'listening');
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** In Markdown. */
function printTable(headings: readonly string[], rows: readonly string[][]): void {
  const lines = [headings, headings.map(() => '---'), ...rows];
  console.log(`\n${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}`);
}

function pathOf(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
void main(folder).finally(() => rmSync(folder, { recursive: true }));
