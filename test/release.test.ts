import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDocument } from './documents.js';
import { canRunSteps, stepsIn } from './workflow-job.js';

const { jobs } = parse(readDocument('.github/workflows/release.yml'));
const steps = stepsIn(jobs);
const CHANGELOG = `# Changelog

## [Unreleased]

## [1.2.0] - 2026-11-25

### Added

- Something new.

## [1.1.0] - 2026-10-01

- Something older.

[1.2.0]: https://example.com/1.2.0
`;

/** Plays GitHub: tags are lines of name and commit, releases are lines of JSON. Anything else fails. */
const GH = `#!/usr/bin/env bash
set -euo pipefail
args=$* last=\${*: -1}
field() { sed -n "s/.* $1[= ]\\([^ ]*\\).*/\\1/p" <<<"$args"; }
case "$args" in
  'api --paginate repos/o/r/tags --jq '*)
    jq --raw-input '. / " " | {name: .[0], commit: {sha: .[1]}}' tags | jq --slurp . | jq --raw-output "$last" ;;
  'api --paginate repos/o/r/releases --jq '*) jq --slurp . releases | jq --raw-output "$last" ;;
  'api --method POST repos/o/r/git/refs -f ref=refs/tags/v1 '*) echo "v1 $(field sha)" >>tags ;;
  'api --method PATCH repos/o/r/git/refs/tags/v1 '*' -F force=true '*)
    grep -v '^v1 ' tags >rest
    echo "v1 $(field sha)" | cat rest - >tags ;;
  'release create '*' --verify-tag '*)
    grep -q "^$3 " tags
    jq --null-input --compact-output --arg tag "$3" --arg body "$last" --arg latest "$(field --latest)" \\
      '{tag_name: $tag, body: $body, latest: $latest}' >>releases ;;
  *) exit 9 ;;
esac
`;

let folder: string;
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const write = (name: string, ...lines: string[]) =>
  writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''), { mode: 0o755 });
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'release-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the script of a step as the runner does, and returns its exit code and what it printed. */
function runStep(name: string, env: Record<string, string>): string {
  const script = steps.find((step) => step.name === name)?.run ?? '';
  const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    ...{ cwd: folder, encoding: 'utf8' },
    env: { PATH: `${folder}${delimiter}${process.env['PATH']}`, ...env },
  });
  return `${status} ${stdout}${stderr}`.trim();
}

describe.skipIf(!canRunSteps)('the check of a release', () => {
  function check({ tag = 'v1.2.0', version = '1.2.0', changelog = CHANGELOG }) {
    write('package.json', JSON.stringify({ version }));
    write('CHANGELOG.md', changelog);
    write('outputs');
    const env = { GITHUB_REF_NAME: tag, GITHUB_SHA: 'sha', GITHUB_OUTPUT: 'outputs' };
    return [runStep('Version, tag, and changelog agree', env), read('outputs')];
  }

  it('takes the section of the changelog as notes, without the link targets at its end', () => {
    expect(check({})).toEqual(['0', 'tag=v1.2.0\nnotes<<sha\n\n### Added\n\n- Something new.\nsha\n']);
    const older = { tag: 'v1.1.0', version: '1.1.0' };
    expect(check(older)).toEqual(['0', 'tag=v1.1.0\nnotes<<sha\n\n- Something older.\nsha\n']);
  });

  const changed = (from: string, to: string) => ({ changelog: CHANGELOG.replace(from, to) });
  const MISSING = 'CHANGELOG.md has no entries under "## [1.2.0] - YYYY-MM-DD".';
  const FORGOTTEN = 'CHANGELOG.md still has entries under "Unreleased": move them under 1.2.0.';
  it.each<[string, Parameters<typeof check>[0], string]>([
    ['another tag', { tag: 'v1.2.1' }, 'The tag is v1.2.1, but package.json has version 1.2.0.'],
    ['forgotten entries', changed('ed]\n', 'ed]\n\n- New.\n'), FORGOTTEN],
    ['no section', changed('[1.2.0]', '[1.2.1]'), MISSING],
    ['a section without a date', changed('2026-11-25', 'soon'), MISSING],
    ['an empty section', changed('### Added\n\n- Something new.\n', ''), MISSING],
  ])('refuses %s', (_, change, problem) => {
    expect(check(change)).toEqual([`1 ::error::${problem}`, '']);
  });
});

describe.skipIf(!canRunSteps)('the job that publishes', () => {
  const release = (tag: string, body = `News.\n\nCommit: sha-of-${tag}`, latest = 'true'): string =>
    JSON.stringify({ tag_name: tag, body, latest });

  type Scenario = Partial<Record<'tags' | 'releases', string[]>> &
    Partial<Record<'v1' | 'tag' | 'ref' | 'commit' | 'checked', string>>;
  /** Runs the release of the last tag, unless told otherwise. Returns what it printed, and the lines that are new. */
  function publish({ tags = ['v1.1.0', 'v1.2.0'], v1 = 'v1.2.0', releases = [release('v1.1.0')], ...run }: Scenario) {
    write('gh', GH);
    write('tags', ...tags.map((tag) => `${tag} sha-of-${tag}`), ...(v1 ? [`v1 sha-of-${v1}`] : []));
    write('releases', ...releases);
    const state = () => `${read('tags')}${read('releases')}`.trim().split('\n');
    const before = state();
    const {
      tag = tags.at(-1),
      ref = `refs/tags/${tag}`,
      commit = tag,
      checked = `${tag}`,
    }: Record<string, string> = run;
    const github = { GITHUB_REF: ref, GITHUB_SHA: `sha-of-${commit}`, GH_REPO: 'o/r' };
    const env = { ...github, CHECKED_TAG: checked, NOTES: 'News.' };
    const output = runStep('Create the release and move the major tag', env);
    return [output, ...state().filter((line) => !before.includes(line))];
  }
  const minor = { tags: ['v1.9.0', 'v1.10.0'], v1: 'v1.9.0' };
  const patch = { tags: ['v1.2.0', 'v2.0.0', 'v1.2.1'], releases: [release('v2.0.0')] };
  const incomplete = { v1: 'v1.1.0', releases: [release('v1.2.0')] };

  it.each<[string, Scenario, string[]]>([
    ['creates the first release', { tags: ['v1.0.0'], v1: '' }, ['v1 sha-of-v1.0.0', release('v1.0.0')]],
    ['moves v1 forward to the newest version', minor, ['v1 sha-of-v1.10.0', release('v1.10.0')]],
    [
      'never makes a patch of an older major version the latest release',
      patch,
      ['v1 sha-of-v1.2.1', release('v1.2.1', undefined, 'false')],
    ],
    ['completes a run that created the release but did not move v1', incomplete, ['v1 sha-of-v1.2.0']],
  ])('%s', (_, scenario, changes) => {
    expect(publish(scenario)).toEqual(['0', ...changes]);
  });

  const MANUAL = 'The release v1.2.0 was created manually or for another commit; release a new version.';
  it.each<[string, Scenario, string]>([
    ['the rerun of an older release', { tag: 'v1.1.0' }, 'v1.2.0 exists; v1 only moves forward.'],
    ['a version that differs from the tag', { checked: 'v1.1.0' }, 'The tag is v1.2.0, but v1.1.0 was checked.'],
    ['a run that no tag started', { ref: 'refs/heads/main' }, 'refs/heads/main does not have the form vX.Y.Z.'],
    [
      'a tag on another commit',
      { commit: 'v1.1.0' },
      "The tag v1.2.0 is not on this run's commit; release tags never move.",
    ],
    ['a manual release', { releases: [release('v1.2.0', '')] }, MANUAL],
    ['a tag that was moved after its release', { releases: [release('v1.2.0', 'Commit: sha-of-v1.1.0')] }, MANUAL],
  ])('refuses %s and changes nothing', (_, scenario, problem) => {
    expect(publish(scenario)).toEqual([`1 ::error::${problem}`]);
  });
});
