/**
 * Checks that package.json, tag, changelog and bundle agree, and hands on what .github/workflows/release.yml needs.
 *
 * Usage: main.ts [--tag vX.Y.Z]. Environment: `EXISTING_TAGS`, the tags of the repository, between spaces or lines;
 * `GITHUB_OUTPUT`, where the outputs go. Prints the notes of the release. Exit code 1 if anything is wrong.
 */
import { randomUUID } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { bundledVersion, checkRelease } from './check.js';

async function main(): Promise<void> {
  const { tag } = parseArgs({ options: { tag: { type: 'string' } } }).values;
  const verdict = checkRelease({
    version: await versionIn('package.json'),
    lockedVersion: await versionIn('package-lock.json'),
    bundledVersion: await bundledVersion('dist/index.js'),
    changelog: await readFile('CHANGELOG.md', 'utf8'),
    tag,
    existingTags: (process.env['EXISTING_TAGS'] ?? '').split(/\s+/).filter((name) => name !== ''),
  });
  for (const problem of verdict.problems) console.log(`::error::${problem}`);
  if (verdict.problems.length > 0) {
    process.exitCode = 1;
    return;
  }
  console.log(`${verdict.tag} can be released:\n\n${verdict.notes}`);
  await setOutputs({ tag: verdict.tag, 'major-tag': verdict.majorTag, notes: verdict.notes });
}

async function versionIn(path: string): Promise<string> {
  const file: { version?: unknown } = JSON.parse(await readFile(path, 'utf8'));
  return String(file.version);
}

async function setOutputs(outputs: Readonly<Record<string, string>>): Promise<void> {
  const path = process.env['GITHUB_OUTPUT'] ?? '';
  if (path === '') return;
  for (const [name, value] of Object.entries(outputs)) {
    const end = randomUUID();
    await appendFile(path, `${name}<<${end}\n${value}\n${end}\n`);
  }
}

main().catch((error: unknown) => {
  console.log(`::error::${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
