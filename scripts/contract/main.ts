/**
 * Prints how Friendli's OpenAPI document differs from contract.txt, as an indented block of Markdown. Exit code: 0 if nothing
 * has changed, 1 if something has, 2 if the document cannot be read. `npm run contract -- FILE [--update]` reads a copy of
 * https://github.com/friendliai/friendli-openapi/raw/refs/heads/main/openapi.yaml; --update writes contract.txt.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { differences, extract } from './extract.js';

const DATA = new URL('contract.txt', import.meta.url);
const OURS = new URL('../../test/simulator/openapi.yaml', import.meta.url);
/** GitHub rejects an issue with more than 65,536 characters. */
const MAX_DIFFERENCES = 200;

try {
  const [file = '', flag] = process.argv.slice(2);
  const now = extract(parse(readFileSync(file, 'utf8')), parse(readFileSync(OURS, 'utf8')));
  if (flag === '--update') writeFileSync(DATA, `${now.join('\n')}\n`);
  const lines = differences(readFileSync(DATA, 'utf8').trimEnd().split('\n'), now);
  if (lines.length > MAX_DIFFERENCES) lines.splice(MAX_DIFFERENCES, Infinity, '    and more');
  const title = lines.length === 0 ? 'No changes.' : 'The API that Friendli publishes has changed:\n';
  console.log([title, ...lines].join('\n'));
  process.exitCode = lines.length === 0 ? 0 : 1;
} catch (error) {
  const message = JSON.stringify(error instanceof Error ? error.message : error);
  // In a log, ##[ starts a workflow command.
  console.error(`Not compared: ${message.replaceAll('##[', '# [')}`);
  process.exitCode = 2;
}
