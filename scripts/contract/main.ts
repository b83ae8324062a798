/**
 * Prints in Markdown how the API that Friendli publishes differs from test/simulator/openapi.yaml.
 *
 * Usage: `npm run contract -- [--file PATH] [--seconds N]`, with a copy of Friendli's document, and N (8) as the limit.
 * Exit code: 0 if nothing differs, 1 if something does, more if they could not be compared.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { parse } from 'yaml';
import { code, compareContracts } from './compare.js';

const PUBLISHED = 'https://github.com/friendliai/friendli-openapi/raw/refs/heads/main/openapi.yaml';
const OURS = new URL('../../test/simulator/openapi.yaml', import.meta.url);
/** Friendli's document has 0.9 MiB. */
const MAX_BYTES = 8 * 1_024 * 1_024;
/** GitHub refuses an issue with more than 65,536 characters. */
const MAX_DIFFERENCES = 100;

// A document can be made to keep a parser busy for hours. Only another thread can end that.
const WATCHDOG = `const seconds = require('node:worker_threads').workerData;
setTimeout(() => {
  require('node:fs').writeSync(2, 'Could not compare: not finished after ' + seconds + ' s\\n');
  process.kill(process.pid, 'SIGKILL');
}, seconds * 1_000);`;

async function main(): Promise<void> {
  const { file, seconds } = parseArgs({
    options: { file: { type: 'string' }, seconds: { type: 'string', default: '8' } },
  }).values;
  new Worker(WATCHDOG, { eval: true, execArgv: [], workerData: Number(seconds) }).unref();
  const published = await readBounded(
    file === undefined ? await download(PUBLISHED) : createReadStream(file),
  );
  const differences = compareContracts(parse(await readFile(OURS, 'utf8')), parse(published));
  console.log(reportOn(differences, file ?? PUBLISHED));
  process.exitCode = differences.length === 0 ? 0 : 1;
}

async function download(url: string): Promise<AsyncIterable<Uint8Array>> {
  const response = await fetch(url);
  if (!response.ok || response.body === null) throw new Error(`${url} answered HTTP ${response.status}`);
  return response.body;
}

async function readBounded(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`the document has more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function reportOn(differences: readonly string[], source: string): string {
  if (differences.length === 0) return `The API is as test/simulator/openapi.yaml describes it (${source}).`;
  const more = differences.length - MAX_DIFFERENCES;
  return [
    `The document that Friendli publishes (${source}) differs from \`test/simulator/openapi.yaml\`:`,
    '',
    ...differences.slice(0, MAX_DIFFERENCES),
    ...(more > 0 ? [`- and ${more} more`] : []),
    '',
    'The action passes a new status, phase or error code on as it came, without an explanation. Places to look at: ' +
      '`src/endpoint.ts`, `src/error-codes.ts`, `src/report/advice.ts` and `test/simulator/openapi.yaml`.',
  ].join('\n');
}

main().catch((error: unknown) => {
  console.error(`Could not compare: ${code(error instanceof Error ? error.message : String(error))}`);
  process.exitCode = 2;
});
