import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Candidate, checkRelease } from '../scripts/release/check.js';

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
const good: Candidate = {
  version: '1.2.0',
  changelog: CHANGELOG,
  startedBy: 'v1.2.0',
  existingTags: ['', 'v1', 'v1.1.9', 'v1.2.0', 'v2.0.0', 'v1.3.0-rc.1', 'nightly'],
};
const folder = mkdtempSync(join(tmpdir(), 'release-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the check of a release', () => {
  it.each([
    ['a tag', good],
    ['a person', { ...good, startedBy: '' }],
    ['a tag on Windows', { ...good, changelog: CHANGELOG.replaceAll('\n', '\r\n') }],
  ])('passes a release started by %s, with the section of the changelog as notes', (_, candidate) => {
    const notes = '### Added\n\n- Something new.';
    expect(checkRelease(candidate)).toEqual({ problems: [], tag: 'v1.2.0', notes });
  });

  it('leaves the link targets at the end of the changelog out of the notes', () => {
    const oldest = { ...good, version: '1.1.0', startedBy: '', existingTags: [] };
    expect(checkRelease(oldest).notes).toBe('- Something older.');
  });

  const changelog = (from: string | RegExp, to: string) => ({ changelog: CHANGELOG.replace(from, to) });
  // biome-ignore format: one case a line
  it.each<[string, Partial<Candidate>, string]>([
    ['another tag', { startedBy: 'v1.2.1' }, 'The tag is v1.2.1, but package.json has version 1.2.0.'],
    ['an older version', { existingTags: ['v1.10.0'] }, 'v1.10.0 exists: releasing v1.2.0 would move the tag of the major version back.'],
    ['forgotten entries', changelog('ed]\n', 'ed]\n\n- New.\n'), 'CHANGELOG.md still has entries under "Unreleased": move them under 1.2.0.'],
    ['no section', changelog('[1.2.0]', '[1.2.1]'), 'CHANGELOG.md has no section "## [1.2.0] - YYYY-MM-DD".'],
    ['a section without a date', changelog('2026-11-25', 'soon'), 'CHANGELOG.md has no section "## [1.2.0] - YYYY-MM-DD".'],
    ['an empty section', changelog(/### Added\n\n.*\n/, ''), 'CHANGELOG.md: the section of 1.2.0 is empty.'],
  ])('refuses %s', (_, change, problem) => {
    expect(checkRelease({ ...good, ...change }).problems).toEqual([problem]);
  });

  it.each(['1.2', '1.2.0-rc.1', '01.2.0', '1.2.0\n', '1.2.0;id'])('refuses the version %j', (version) => {
    expect(checkRelease({ ...good, version, startedBy: '' }).problems[0]).toContain('not of the form X.Y.Z');
  });

  it.each([
    [
      'sets the outputs of its job',
      'v1.2.0',
      0,
      /^v1\.2\.0 can be released/,
      /^tag=v1\.2\.0\nnotes<<(\S+)\n###[\s\S]*\n\1\n$/,
    ],
    ['prints an error and sets no output', 'v9.9.9', 1, /^::error::The tag is v9\.9\.9/, /^$/],
  ])('%s', (_, tag, code, printed, written) => {
    const outputs = join(folder, 'outputs');
    writeFileSync(outputs, '');
    writeFileSync(join(folder, 'package.json'), '{ "version": "1.2.0" }');
    writeFileSync(join(folder, 'CHANGELOG.md'), CHANGELOG);
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), join(ROOT, 'scripts/release/main.ts')],
      { cwd: folder, encoding: 'utf8', env: { ...process.env, STARTED_BY: tag, GITHUB_OUTPUT: outputs } },
    );
    expect(stdout).toMatch(printed);
    expect(readFileSync(outputs, 'utf8')).toMatch(written);
    expect(status).toBe(code);
  });
});

// The step needs bash, and runs on ubuntu-latest only.
describe.skipIf(process.platform === 'win32')('the job that publishes', () => {
  const workflow = parse(readFileSync(join(ROOT, '.github/workflows/release.yml'), 'utf8'));
  const script: string = workflow.jobs.publish.steps[0].run;
  /** Answers as GitHub does, and writes down the calls that change something. */
  const GH = `
    gh() {
      case "$*" in
        *matching-refs/tags/v1.2.0*) [[ -z $TAGGED ]] && grep -q refs/tags/v1.2.0 <calls || [[ -n $TAGGED ]] && echo yes || true ;;
        *matching-refs/tags/v1\\ *) echo "$MAJOR" ;;
        *commits/tags/v1.2.0*) echo "\${TAGGED:-this}" ;;
        *"/releases "*) printf '%s' "$RELEASED" ;;
        *) echo "$*" | sed 's/ --[^ ]*file.*//; s/ --silent//' >>calls ;;
      esac
    }\n`;

  function publish(state: { TAGGED?: string; RELEASED?: string; MAJOR?: string; TAG?: string }) {
    const calls = join(folder, 'calls');
    writeFileSync(calls, '');
    const given = { TAGGED: '', RELEASED: '', MAJOR: '', TAG: 'v1.2.0', NOTES: 'New.', ...state };
    const env = { ...process.env, ...given, GITHUB_SHA: 'this', GH_REPO: 'o/r', RUNNER_TEMP: folder };
    const args = ['-eo', 'pipefail', '-c', GH + script];
    const { status, stdout } = spawnSync('bash', args, { cwd: folder, encoding: 'utf8', env });
    return { status, stdout, calls: readFileSync(calls, 'utf8').trim().split('\n') };
  }
  const CREATE_TAG = 'api --method POST repos/o/r/git/refs -f ref=refs/tags/v1.2.0 -f sha=this';
  const CREATE_RELEASE = 'release create v1.2.0 --verify-tag --title v1.2.0';
  const CREATE_MAJOR = 'api --method POST repos/o/r/git/refs -f ref=refs/tags/v1 -f sha=this';
  const MOVE_MAJOR = 'api --method PATCH repos/o/r/git/refs/tags/v1 -f sha=this -F force=true';

  it.each([
    ['started by hand', {}, [CREATE_TAG, CREATE_RELEASE, CREATE_MAJOR]],
    ['started by a tag', { TAGGED: 'this', MAJOR: 'v1' }, [CREATE_RELEASE, MOVE_MAJOR]],
    ['made before', { TAGGED: 'this', RELEASED: 'New.\nCommit: this\n', MAJOR: 'v1' }, [MOVE_MAJOR]],
  ])('creates what is missing of a release %s', (_, state, calls) => {
    expect(publish(state)).toEqual({ status: 0, stdout: '', calls });
  });

  it.each([
    [
      'a tag that was moved after its release',
      { TAGGED: 'this', RELEASED: 'Commit: other' },
      /another commit/,
    ],
    ['a tag that was deleted after its release', { RELEASED: 'Commit: other' }, /another commit/],
    ['a release by hand whose tag is elsewhere', { TAGGED: 'other' }, /is at another commit/],
    ['a release that does not say its commit', { TAGGED: 'this', RELEASED: 'New.' }, /another commit/],
    ['another form of tag', { TAG: 'v1.2.0/../v1' }, /not of the form/],
  ])('refuses %s and changes nothing', (_, state, message) => {
    const { status, stdout, calls } = publish(state);
    expect(stdout).toMatch(message);
    expect(calls).toEqual(['']);
    expect(status).toBe(1);
  });
});
