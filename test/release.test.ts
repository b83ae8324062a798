import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { version } from '../package.json' with { type: 'json' };
import { bundledVersion, type Candidate, checkRelease } from '../scripts/release/check.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BUNDLE = join(ROOT, 'dist/index.js');

const CHANGELOG = `# Changelog

Words about the form.

## [Unreleased]

## [1.2.0] - 2026-11-25

### Added

- Something new.

## [1.1.0] - 2026-10-01

- Something older.

[1.2.0]: https://example.com/1.2.0
[1.1.0]: https://example.com/1.1.0
`;

const good: Candidate = {
  version: '1.2.0',
  lockedVersion: '1.2.0',
  bundledVersion: '1.2.0',
  changelog: CHANGELOG,
  tag: 'v1.2.0',
  existingTags: ['v1', 'v1.1.0', 'v1.2.0', 'v2.0.0', 'v1.3.0-rc.1', 'nightly'],
};

describe('the check of a release', () => {
  it('passes where everything agrees, with the section of the changelog as notes', () => {
    expect(checkRelease(good)).toEqual({
      problems: [],
      tag: 'v1.2.0',
      majorTag: 'v1',
      notes: '### Added\n\n- Something new.',
    });
  });

  it('makes up the tag where it is started by hand', () => {
    const byHand = { ...good, tag: undefined, existingTags: ['v1', 'v1.1.0'] };
    expect(checkRelease(byHand)).toMatchObject({ problems: [], tag: 'v1.2.0', majorTag: 'v1' });
  });

  it('takes the oldest section without the targets of links below it', () => {
    const { notes } = checkRelease({ ...good, version: '1.1.0' });
    expect(notes).toBe('- Something older.');
  });

  it('reads a changelog with the line ends of Windows', () => {
    const candidate = { ...good, changelog: CHANGELOG.replaceAll('\n', '\r\n') };
    expect(checkRelease(candidate)).toMatchObject({ problems: [], notes: '### Added\n\n- Something new.' });
  });

  const changelog = (from: string | RegExp, to: string): Partial<Candidate> => ({
    changelog: CHANGELOG.replace(from, to),
  });
  const bad: [string, Partial<Candidate>, string][] = [
    ['another tag', { tag: 'v1.2.1' }, 'The tag is v1.2.1, but package.json has version 1.2.0.'],
    ['a tag without its v', { tag: '1.2.0' }, 'The tag is 1.2.0, but package.json has version 1.2.0.'],
    [
      'a release by hand whose tag is there',
      { tag: undefined },
      'The tag v1.2.0 is there already; it is never moved.',
    ],
    [
      'a newer minor version',
      { existingTags: ['v1.10.0'] },
      'v1.10.0 is there already: releasing v1.2.0 would move v1 back.',
    ],
    [
      'a newer patch',
      { existingTags: ['v1.2.1'] },
      'v1.2.1 is there already: releasing v1.2.0 would move v1 back.',
    ],
    [
      'a lock file of another version',
      { lockedVersion: '1.1.0' },
      'package-lock.json has version 1.1.0, package.json 1.2.0: run npm install.',
    ],
    [
      'a bundle of another version',
      { bundledVersion: '1.1.0' },
      'dist/index.js has version 1.1.0, package.json 1.2.0: run npm run build.',
    ],
    [
      'entries under Unreleased',
      changelog('## [Unreleased]\n', '## [Unreleased]\n\n- Forgotten.\n'),
      'CHANGELOG.md still has entries under "Unreleased": move them under 1.2.0.',
    ],
    [
      'no section',
      changelog('## [1.2.0]', '## [1.2.1]'),
      'CHANGELOG.md has no section "## [1.2.0] - YYYY-MM-DD".',
    ],
    ['two sections', changelog('## [1.1.0]', '## [1.2.0]'), 'CHANGELOG.md has 2 sections for 1.2.0.'],
    [
      'no date',
      changelog(' - 2026-11-25', ''),
      'CHANGELOG.md: the heading of 1.2.0 does not end with its date, " - YYYY-MM-DD".',
    ],
    [
      'a date that does not exist',
      changelog('2026-11-25', '2026-02-30'),
      'CHANGELOG.md: the heading of 1.2.0 does not end with its date, " - YYYY-MM-DD".',
    ],
    [
      'an empty section',
      changelog(/### Added\n\n- Something new.\n/, ''),
      'CHANGELOG.md: the section of 1.2.0 is empty.',
    ],
    [
      'a section that is not the newest',
      changelog('## [1.2.0]', '## [1.3.0] - 2026-11-26\n\n- Newer.\n\n## [1.2.0]'),
      'CHANGELOG.md: the section of 1.2.0 is not the newest.',
    ],
  ];
  it.each(bad)('refuses %s', (_, change, problem) => {
    expect(checkRelease({ ...good, ...change }).problems).toEqual([problem]);
  });

  it.each(['1.2', '1.2.0-rc.1', '01.2.0', 'v1.2.0', '1.2.0\n'])('refuses the version %j', (odd) => {
    const { problems } = checkRelease({
      ...good,
      version: odd,
      lockedVersion: odd,
      bundledVersion: odd,
      tag: `v${odd}`,
    });
    expect(problems[0]).toBe(`package.json: the version "${odd}" is not of the form X.Y.Z.`);
  });

  it('tells all that is wrong together', () => {
    const { problems } = checkRelease({
      ...good,
      lockedVersion: '1',
      bundledVersion: '2',
      tag: 'v3',
      changelog: '',
    });
    expect(problems).toHaveLength(4);
  });
});

describe('the version in the bundle', () => {
  it('is that of package.json', async () => {
    expect(await bundledVersion(BUNDLE)).toBe(version);
  });

  it('is an error where the bundle never asks the API', async () => {
    await expect(bundledVersion(join(ROOT, 'vitest.config.ts'))).rejects.toThrow(
      'The bundle told the API no version',
    );
  });
});

describe('scripts/release/main.ts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  const outputs = join(folder, 'outputs');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeEach(() => {
    mkdirSync(join(folder, 'dist'), { recursive: true });
    copyFileSync(BUNDLE, join(folder, 'dist/index.js'));
    for (const name of ['package.json', 'package-lock.json']) {
      writeFileSync(join(folder, name), JSON.stringify({ version }));
    }
    writeFileSync(
      join(folder, 'CHANGELOG.md'),
      CHANGELOG.replaceAll('1.2.0', version).replace('1.1.0', '0.9.0'),
    );
    writeFileSync(outputs, '');
  });

  function run(options: { tag: string; existingTags?: string }) {
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const args = ['--import', tsx, join(ROOT, 'scripts/release/main.ts'), '--tag', options.tag];
    return spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, GITHUB_OUTPUT: outputs, EXISTING_TAGS: options.existingTags ?? '' },
    });
  }

  it('hands on the tags and the notes', () => {
    const { status, stdout } = run({ tag: `v${version}`, existingTags: `v0.9.0 v${version}` });
    expect(stdout).toBe(`v${version} can be released:\n\n### Added\n\n- Something new.\n`);
    expect(readFileSync(outputs, 'utf8').replace(/[0-9a-f-]{36}/g, 'END')).toBe(
      `tag<<END\nv${version}\nEND\nmajor-tag<<END\nv${version.split('.')[0]}\nEND\n` +
        'notes<<END\n### Added\n\n- Something new.\nEND\n',
    );
    expect(status).toBe(0);
  });

  it('fails with one error for each problem, and hands on nothing', () => {
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ version: '0.0.1' }));
    const { status, stdout } = run({ tag: 'v9.9.9' });
    expect(stdout.match(/^::error::.*$/gm)).toEqual([
      expect.stringContaining('package-lock.json has version 0.0.1'),
      expect.stringContaining('The tag is v9.9.9'),
    ]);
    expect(readFileSync(outputs, 'utf8')).toBe('');
    expect(status).toBe(1);
  });

  it('fails where a file is missing', () => {
    rmSync(join(folder, 'CHANGELOG.md'));
    const { status, stdout } = run({ tag: `v${version}` });
    expect(stdout).toMatch(/^::error::ENOENT.*CHANGELOG\.md/);
    expect(status).toBe(1);
  });
});
