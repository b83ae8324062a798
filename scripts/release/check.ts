/** What must agree before a release. Pure but for `bundledVersion`, which starts the bundle. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';

export interface Candidate {
  /** The version in package.json. */
  readonly version: string;
  /** The version in package-lock.json. */
  readonly lockedVersion: string;
  /** The version that the bundle tells the API in its User-Agent. */
  readonly bundledVersion: string;
  /** The text of CHANGELOG.md. */
  readonly changelog: string;
  /** The tag that started the release; absent when it was started by hand, and the tag is yet to be made. */
  readonly tag?: string | undefined;
  /** The tags that the repository has. */
  readonly existingTags: readonly string[];
}

export interface Verdict {
  /** What is wrong, each a sentence for people; a release needs this to be empty. */
  readonly problems: readonly string[];
  readonly tag: string;
  /** The moving tag that people put into their workflows, such as v1. */
  readonly majorTag: string;
  /** The section of the changelog, without its heading. */
  readonly notes: string;
}

type Version = readonly [major: number, minor: number, patch: number];

/** Whether version, tags, changelog and bundle of a candidate belong together. */
export function checkRelease(candidate: Candidate): Verdict {
  const { version, lockedVersion, bundledVersion, changelog, existingTags } = candidate;
  const problems: string[] = [];
  const tag = `v${version}`;
  const parsed = parseVersion(version);

  if (parsed === undefined) problems.push(`package.json: the version "${version}" is not of the form X.Y.Z.`);
  if (lockedVersion !== version) {
    problems.push(
      `package-lock.json has version ${lockedVersion}, package.json ${version}: run npm install.`,
    );
  }
  if (bundledVersion !== version) {
    problems.push(`dist/index.js has version ${bundledVersion}, package.json ${version}: run npm run build.`);
  }
  if (candidate.tag === undefined) {
    if (existingTags.includes(tag)) problems.push(`The tag ${tag} is there already; it is never moved.`);
  } else if (candidate.tag !== tag) {
    problems.push(`The tag is ${candidate.tag}, but package.json has version ${version}.`);
  }
  const newer = existingTags.find((other) => isNewerOfSameMajor(other, parsed));
  if (newer !== undefined) {
    problems.push(`${newer} is there already: releasing ${tag} would move v${parsed?.[0]} back.`);
  }
  const { notes, problems: inChangelog } = readNotes(changelog, version);
  return { problems: [...problems, ...inChangelog], tag, majorTag: `v${parsed?.[0]}`, notes };
}

function parseVersion(text: string): Version | undefined {
  const match = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}

function isNewerOfSameMajor(tag: string, than: Version | undefined): boolean {
  const version = tag.startsWith('v') ? parseVersion(tag.slice(1)) : undefined;
  if (version === undefined || than === undefined || version[0] !== than[0]) return false;
  return version[1] > than[1] || (version[1] === than[1] && version[2] > than[2]);
}

interface Section {
  /** A version, or "Unreleased". */
  readonly name: string;
  /** What follows the name in the heading. */
  readonly rest: string;
  readonly body: string;
}

/** The section of a changelog in the form of https://keepachangelog.com, and what is wrong with it. */
function readNotes(changelog: string, version: string): { notes: string; problems: readonly string[] } {
  const sections = readSections(changelog);
  const problems: string[] = [];
  const unreleased = sections.find(({ name }) => name.toLowerCase() === 'unreleased');
  if (unreleased !== undefined && unreleased.body !== '') {
    problems.push(`CHANGELOG.md still has entries under "Unreleased": move them under ${version}.`);
  }
  const mine = sections.filter(({ name }) => name === version);
  const section = mine[0];
  if (section === undefined) {
    return {
      notes: '',
      problems: [...problems, `CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD".`],
    };
  }
  if (mine.length > 1) problems.push(`CHANGELOG.md has ${mine.length} sections for ${version}.`);
  const date = /^ - (\d{4}-\d{2}-\d{2})$/.exec(section.rest)?.[1];
  if (date === undefined || !isDate(date)) {
    problems.push(`CHANGELOG.md: the heading of ${version} does not end with its date, " - YYYY-MM-DD".`);
  }
  if (section.body === '') problems.push(`CHANGELOG.md: the section of ${version} is empty.`);
  if (sections.find((other) => other !== unreleased) !== section) {
    problems.push(`CHANGELOG.md: the section of ${version} is not the newest.`);
  }
  return { notes: section.body, problems };
}

function readSections(changelog: string): Section[] {
  return changelog
    .replaceAll('\r\n', '\n')
    .split(/^## /m)
    .slice(1)
    .map((text) => {
      const [heading = '', ...lines] = text.split('\n');
      const [, name = '', rest = ''] = /^\[?([^\]\s]+)\]?(.*)$/.exec(heading) ?? [];
      // The targets of links stand at the end of the file and belong to no section.
      const body = lines.filter((line) => !/^\[[^\]]+\]:\s/.test(line)).join('\n');
      return { name, rest: rest.trimEnd(), body: body.trim() };
    });
}

function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/**
 * The version that the bundle at `path` tells the API: it is started as the runner starts it, against a server that has
 * one endpoint, running.
 *
 * @throws Error if the bundle does not ask within 20 s, or tells no version
 */
export async function bundledVersion(path: string): Promise<string> {
  const userAgents: string[] = [];
  const server = createServer((request, response) => {
    userAgents.push(request.headers['user-agent'] ?? '');
    response.end('{"status":"RUNNING","createdAt":"2025-01-01T00:00:00Z"}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  try {
    const bundle = spawn(process.execPath, [path], {
      // Nothing of a runner's: the bundle would write outputs and a summary for it. Windows has no network without this.
      env: {
        SystemRoot: process.env['SystemRoot'],
        'INPUT_ENDPOINT-ID': 'any',
        'INPUT_API-KEY': 'any',
        'INPUT_API-URL': `http://127.0.0.1:${port}`,
      },
      stdio: 'ignore',
      timeout: 20_000,
    });
    await once(bundle, 'close');
  } finally {
    server.close();
    server.closeAllConnections();
  }
  const version = /^restart-friendli-endpoint\/(\S+)/.exec(userAgents[0] ?? '')?.[1];
  if (version === undefined) throw new Error(`The bundle told the API no version: "${userAgents[0] ?? ''}".`);
  return version;
}
