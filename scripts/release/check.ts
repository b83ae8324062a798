/** What must be true of the version before a release; .github/workflows/release.yml checks the commit and the bundle. */
export interface Candidate {
  /** The version in package.json. */
  readonly version: string;
  /** The text of CHANGELOG.md. */
  readonly changelog: string;
  /** The tag that started the release, or an empty string when it was started by hand. */
  readonly startedBy: string;
  /** The tags that the repository has. */
  readonly existingTags: readonly string[];
}

export interface Verdict {
  /** Sentences for people; a release needs this to be empty. */
  readonly problems: readonly string[];
  readonly tag: string;
  /** The section of the changelog, without its heading. */
  readonly notes: string;
}

const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

/** Whether version, tags and changelog of a candidate belong together. */
export function checkRelease({ version, changelog, startedBy, existingTags }: Candidate): Verdict {
  const tag = `v${version}`;
  const newer = existingTags.find((other) => isNewerOfSameMajor(other, tag));
  const sections = readSections(changelog);
  const section = sections.find(({ heading }) => heading.startsWith(`[${version}] - `));
  const problems = [
    !VERSION.test(version) && `package.json: the version "${version}" is not of the form X.Y.Z.`,
    startedBy !== '' &&
      startedBy !== tag &&
      `The tag is ${startedBy}, but package.json has version ${version}.`,
    newer !== undefined && `${newer} exists: releasing ${tag} would move the tag of the major version back.`,
    sections.some(({ heading, body }) => heading === '[Unreleased]' && body !== '') &&
      `CHANGELOG.md still has entries under "Unreleased": move them under ${version}.`,
    !/ - \d{4}-\d{2}-\d{2}$/.test(section?.heading ?? '') &&
      `CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD".`,
    section?.body === '' && `CHANGELOG.md: the section of ${version} is empty.`,
  ];
  return { problems: problems.filter((problem) => problem !== false), tag, notes: section?.body ?? '' };
}

function isNewerOfSameMajor(tag: string, than: string): boolean {
  const sameMajor = VERSION.test(tag.slice(1)) && tag.split('.')[0] === than.split('.')[0];
  return sameMajor && tag.localeCompare(than, 'en', { numeric: true }) > 0;
}

/** The sections of a changelog in the form of https://keepachangelog.com. */
function readSections(changelog: string): { heading: string; body: string }[] {
  // The targets of links are at the end of the file and belong to no section.
  const text = changelog.replaceAll('\r\n', '\n').replace(/^\[[^\]]+\]:\s.*$/gm, '');
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      return { heading: heading.trim(), body: lines.join('\n').trim() };
    });
}
