/**
 * Checks that version, tags and changelog agree, and sets the outputs `tag` and `notes` for release.yml.
 *
 * Environment: `STARTED_BY`, the tag that started the release, or empty; `EXISTING_TAGS`, the tags of the repository.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { checkRelease } from './check.js';

const { STARTED_BY = '', EXISTING_TAGS = '', GITHUB_OUTPUT = '' } = process.env;
const { problems, tag, notes } = checkRelease({
  version: JSON.parse(readFileSync('package.json', 'utf8')).version,
  changelog: readFileSync('CHANGELOG.md', 'utf8'),
  startedBy: STARTED_BY,
  existingTags: EXISTING_TAGS.split(/\s+/),
});
for (const problem of problems) console.log(`::error::${problem}`);
if (problems.length > 0) process.exitCode = 1;
else {
  console.log(`${tag} can be released:\n\n${notes}`);
  const end = randomUUID();
  if (GITHUB_OUTPUT !== '') appendFileSync(GITHUB_OUTPUT, `tag=${tag}\nnotes<<${end}\n${notes}\n${end}\n`);
}
