/**
 * Prints in Markdown how the API that Friendli publishes differs from what this action knows of it.
 *
 * Usage: `npm run contract`, or `npm run contract -- --file openapi.yaml` with a copy of Friendli's document.
 * Exit code: 0 if nothing differs, 1 if something does, 2 if they could not be compared.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { ERROR_CODES, PHASES, STATUSES } from '../../src/endpoint.js';
import { compareContracts } from './compare.js';

const PUBLISHED = 'https://github.com/friendliai/friendli-openapi/raw/refs/heads/main/openapi.yaml';
const OURS = new URL('../../test/simulator/openapi.yaml', import.meta.url);
/** GitHub refuses the body of an issue with more than 65,536 characters. */
const MOST_DIFFERENCES = 100;
const TIMEOUT_MS = 60_000;

async function main(): Promise<void> {
  const { file } = parseArgs({ options: { file: { type: 'string' } } }).values;
  const published = file === undefined ? await download(PUBLISHED) : await readFile(file, 'utf8');
  const differences = compareContracts({
    ours: parse(await readFile(OURS, 'utf8')),
    theirs: parse(published),
    vocabulary: { statuses: STATUSES, phases: PHASES, errorCodes: ERROR_CODES },
  });
  console.log(reportOn(differences, file ?? PUBLISHED));
  process.exitCode = differences.length === 0 ? 0 : 1;
}

async function download(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url} answered HTTP ${response.status}.`);
  return await response.text();
}

function reportOn(differences: readonly string[], source: string): string {
  if (differences.length === 0) return `The two calls are as the action knows them (${source}).`;
  const more = differences.length - MOST_DIFFERENCES;
  return [
    `The document that Friendli publishes (${source}) is not what the action knows of the API:`,
    '',
    ...differences.slice(0, MOST_DIFFERENCES).map((difference) => `- ${difference}`),
    ...(more > 0 ? [`- and ${more} more.`] : []),
    '',
    'A new status, phase or error code does no harm: it is passed on as it came, but without an explanation. What to ' +
      'look at: `src/endpoint.ts`, `src/advice.ts` and `test/simulator/openapi.yaml`.',
  ].join('\n');
}

main().catch((error: unknown) => {
  console.error(`Could not be compared: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
});
