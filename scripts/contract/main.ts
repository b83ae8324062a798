/**
 * `npm run contract -- FILE`: writes what a copy of Friendli's OpenAPI document says about the calls that we make to
 * docs/friendli-api.txt, or to a file named after FILE. `git diff` shows what has changed since a person last read it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { extract } from './extract.js';

const OURS = new URL('../../test/simulator/openapi.yaml', import.meta.url);
const [file = '', output = new URL('../../docs/friendli-api.txt', import.meta.url)] = process.argv.slice(2);
try {
  const lines = extract(parse(readFileSync(file, 'utf8')), parse(readFileSync(OURS, 'utf8')));
  writeFileSync(output, `${lines.join('\n')}\n`);
} catch (error) {
  // The text is foreign: in a log, a line that starts with :: and ##[ anywhere are workflow commands.
  console.error(`Not read: ${JSON.stringify(String(error)).replaceAll('##[', '# [')}`);
  process.exitCode = 1;
}
