import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Candidate, checkRelease } from '../scripts/release/check.js';
import { canRunSteps, stepsIn } from './workflow-job.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CHANGELOG = `# Changelog

## [Unreleased]

## [1.2.0] - 2026-11-25

### Added

- Something new.

## [1.1.0] - 2026-10-01

- Something older.

[1.2.0]: https://example.com/1.2.0
`;
const good: Candidate = { tag: 'v1.2.0', version: '1.2.0', changelog: CHANGELOG };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'release-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the check of a release', () => {
  it.each([
    ['on Linux', CHANGELOG],
    ['on Windows', CHANGELOG.replaceAll('\n', '\r\n')],
  ])('takes the section of the changelog as notes %s', (_, text) => {
    const notes = '### Added\n\n- Something new.';
    expect(checkRelease({ ...good, changelog: text })).toEqual({ problems: [], notes });
  });

  it('leaves the link targets at the end of the changelog out of the notes', () => {
    expect(checkRelease({ ...good, version: '1.1.0' }).notes).toBe('- Something older.');
  });

  const changelog = (from: string | RegExp, to: string) => ({ changelog: CHANGELOG.replace(from, to) });
  // biome-ignore format: one case per line
  it.each<[string, Partial<Candidate>, string]>([
    ['another tag', { tag: 'v1.2.1' }, 'The tag is v1.2.1, but package.json has version 1.2.0.'],
    ['forgotten entries', changelog('ed]\n', 'ed]\n\n- New.\n'), 'CHANGELOG.md still has entries under "Unreleased": move them under 1.2.0.'],
    ['no section', changelog('[1.2.0]', '[1.2.1]'), 'CHANGELOG.md has no section "## [1.2.0] - YYYY-MM-DD".'],
    ['a section without a date', changelog('2026-11-25', 'soon'), 'CHANGELOG.md has no section "## [1.2.0] - YYYY-MM-DD".'],
    ['an empty section', changelog(/### Added\n\n.*\n/, ''), 'CHANGELOG.md: the section for 1.2.0 is empty.'],
  ])('refuses %s', (_, change, problem) => {
    expect(checkRelease({ ...good, ...change }).problems).toEqual([problem]);
  });

  it.each([
    ['sets the outputs of its job', 'v1.2.0', 0, /^v1\.2\.0 can be/, /^tag=v1\.2\.0\nnotes<<(\S+)\n###[\s\S]*\n\1\n$/],
    ['prints an error and sets no output', 'v9.9.9', 1, /^::error::The tag is v9\.9\.9/, /^$/],
  ])('%s', (_, tag, code, printed, written) => {
    const outputs = join(folder, 'outputs');
    writeFileSync(outputs, '');
    writeFileSync(join(folder, 'package.json'), '{ "version": "1.2.0" }');
    writeFileSync(join(folder, 'CHANGELOG.md'), CHANGELOG);
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), join(ROOT, 'scripts/release/main.ts')],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, GITHUB_REF_NAME: tag, GITHUB_OUTPUT: outputs },
      },
    );
    expect(stdout).toMatch(printed);
    expect(readFileSync(outputs, 'utf8')).toMatch(written);
    expect(status).toBe(code);
  });
});

/** Plays GitHub: tags are those of a Git repository, releases are lines of JSON. Anything else fails. */
const GH = `#!/usr/bin/env bash
set -euo pipefail
query=\${*: -1}
field() { sed -n "s/.* $1[= ]\\([^ ]*\\).*/\\1/p" <<<"$args"; }
args=$*
case "$args" in
  'api --paginate repos/o/r/tags --jq '*)
    sha='%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)'
    git for-each-ref refs/tags --format="{\\"name\\":\\"%(refname:short)\\",\\"commit\\":{\\"sha\\":\\"$sha\\"}}" |
      jq --slurp . | jq --raw-output "$query" ;;
  'api --paginate repos/o/r/releases --jq '*) jq --slurp . releases | jq --raw-output "$query" ;;
  'api --method PATCH repos/o/r/git/refs/tags/v'*) git update-ref "refs/tags/v\${4##*/v}" "$(field sha)" ;;
  'api --method POST repos/o/r/git/refs '*) git update-ref "$(field ref)" "$(field sha)" '' ;;
  'release create '*' --verify-tag '*)
    git rev-parse --quiet --verify "refs/tags/$3" >/dev/null
    jq --null-input --compact-output --arg tag "$3" --arg body "$query" --arg latest "$(field --latest)" \\
      '{tag_name: $tag, body: $body, latest: $latest}' >>releases ;;
  *) exit 9 ;;
esac
`;

describe.skipIf(!canRunSteps)('the job that publishes', () => {
  const { jobs } = parse(readFileSync(join(ROOT, '.github/workflows/release.yml'), 'utf8'));
  const script = stepsIn(jobs.publish).find(({ run }) => run !== undefined)?.run ?? '';

  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x', ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
  const commitOf = (tag: string): string => git('rev-parse', `refs/tags/${tag}^{commit}`);
  const released = (tag: string, body = `Notes\n\nCommit: ${commitOf(tag)}`): void =>
    writeFileSync(join(folder, 'releases'), `${JSON.stringify({ tag_name: tag, body })}\n`, { flag: 'a' });

  /** A repository with a commit for each tag, in this order, and each but the last released. */
  function repository(...tags: string[]): void {
    git('init', '--quiet');
    for (const tag of tags) {
      git('commit', '--quiet', '--allow-empty', '--message', tag);
      git('tag', tag);
    }
    writeFileSync(join(folder, 'releases'), '');
    for (const tag of tags.slice(0, -1)) released(tag);
    writeFileSync(join(folder, 'gh'), GH, { mode: 0o755 });
  }

  /** Runs the script as a run does that a tag started, and returns what it changed. */
  function publish(tag: string, { sha = commitOf(tag), checked = tag, ref = `refs/tags/${tag}` } = {}) {
    const read = () => ({
      tags: git('show-ref', '--tags').split('\n'),
      releases: readFileSync(join(folder, 'releases'), 'utf8').trim().split('\n'),
    });
    const before = read();
    const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: `${folder}${delimiter}${process.env['PATH']}`,
        ...{ GITHUB_REF: ref, GITHUB_SHA: sha, GH_REPO: 'o/r', CHECKED_TAG: checked, NOTES: 'News.' },
      },
    });
    const after = read();
    const added = (name: 'tags' | 'releases') => after[name].filter((line) => !before[name].includes(line));
    return {
      output: `${status} ${stdout}${stderr}`.trim(),
      moved: added('tags').map((line) => line.split(' refs/tags/').reverse()),
      created: added('releases').map((line): unknown => JSON.parse(line)),
    };
  }
  const release = (tag: string, latest: string) => ({
    ...{ tag_name: tag, body: `News.\n\nCommit: ${commitOf(tag)}`, latest },
  });

  it('creates the first release of a major version, and its tag', () => {
    repository('v1.0.0');
    const moved = [['v1', commitOf('v1.0.0')]];
    expect(publish('v1.0.0')).toEqual({ output: '0', moved, created: [release('v1.0.0', 'true')] });
  });

  it('moves the major tag forward to the newest release, v1.10.0 after v1.9.0 and annotated', () => {
    repository('v1.9.0', 'v1.10.0');
    git('tag', 'v1', 'v1.9.0');
    git('tag', '--annotate', '--force', '--message', 'x', 'v1.10.0', 'v1.10.0');
    const moved = [['v1', commitOf('v1.10.0')]];
    expect(publish('v1.10.0')).toEqual({ output: '0', moved, created: [release('v1.10.0', 'true')] });
  });

  it('never makes a patch of an older major version the latest release', () => {
    repository('v1.2.0', 'v2.0.0', 'v1.2.1');
    git('tag', 'v1', 'v1.2.0');
    git('tag', 'v2', 'v2.0.0');
    const moved = [['v1', commitOf('v1.2.1')]];
    expect(publish('v1.2.1')).toEqual({ output: '0', moved, created: [release('v1.2.1', 'false')] });
  });

  it('completes a run that created the release but did not move the major tag', () => {
    repository('v1.1.0', 'v1.2.0');
    git('tag', 'v1', 'v1.1.0');
    released('v1.2.0');
    expect(publish('v1.2.0')).toEqual({ output: '0', moved: [['v1', commitOf('v1.2.0')]], created: [] });
  });

  it.each<[string, RegExp, () => ReturnType<typeof publish>]>([
    ['the rerun of an older release', /v1\.2\.0 exists; v1 only moves forward/, () => publish('v1.1.0')],
    [
      'a version that differs from the tag',
      /The tag is v1\.2\.0, but v1\.1\.0 was checked/,
      () => publish('v1.2.0', { checked: 'v1.1.0' }),
    ],
    [
      'a run that no tag started',
      /refs\/heads\/main does not have the form vX\.Y\.Z/,
      () => publish('v1.2.0', { ref: 'refs/heads/main' }),
    ],
    [
      'a tag that is on another commit than the run',
      /The tag v1\.2\.0 is not on this run's commit/,
      () => publish('v1.2.0', { sha: commitOf('v1.1.0') }),
    ],
    [
      'a release that was created manually',
      /created manually or for another commit/,
      () => {
        released('v1.2.0', '');
        return publish('v1.2.0');
      },
    ],
    [
      'a tag that was moved after its release',
      /created manually or for another commit/,
      () => {
        released('v1.2.0', `Commit: ${commitOf('v1.1.0')}`);
        return publish('v1.2.0');
      },
    ],
  ])('refuses %s and changes nothing', (_, message, run) => {
    repository('v1.1.0', 'v1.2.0');
    git('tag', 'v1', 'v1.2.0');
    const { output, ...changes } = run();
    expect(output).toMatch(/^1 ::error::/);
    expect(output).toMatch(message);
    expect(changes).toEqual({ moved: [], created: [] });
  });
});
