/** Checks the release in the current directory, and sets the outputs `tag` and `notes` of a step in release.yml. */
import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { checkRelease } from './check.js';

const { GITHUB_REF_NAME: tag = '', GITHUB_OUTPUT = '' } = process.env;
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const changelog = readFileSync('CHANGELOG.md', 'utf8');
const { problems, notes } = checkRelease({ tag, version, changelog });
for (const problem of problems) console.log(`::error::${problem}`);
if (problems.length > 0) process.exit(1);

console.log(`${tag} can be released:\n\n${notes}`);
const end = randomUUID();
appendFileSync(GITHUB_OUTPUT, `tag=v${version}\nnotes<<${end}\n${notes}\n${end}\n`);
