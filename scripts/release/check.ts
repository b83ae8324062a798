export interface Candidate {
  /** The tag that started the release. */
  readonly tag: string;
  /** The version in package.json. */
  readonly version: string;
  /** The text of CHANGELOG.md. */
  readonly changelog: string;
}

export interface ReleaseCheck {
  /** One sentence each; a release needs this to be empty. */
  readonly problems: readonly string[];
  /** The version's section of the changelog, without its heading. */
  readonly notes: string;
}

/** Checks that tag, version, and changelog agree. Everything else is checked in .github/workflows/release.yml. */
export function checkRelease({ tag, version, changelog }: Candidate): ReleaseCheck {
  const sections = readSections(changelog);
  const section = sections.find(({ heading }) => heading.startsWith(`[${version}] - `));
  const problems = [
    tag !== `v${version}` && `The tag is ${tag}, but package.json has version ${version}.`,
    sections.some(({ heading, body }) => heading === '[Unreleased]' && body !== '') &&
      `CHANGELOG.md still has entries under "Unreleased": move them under ${version}.`,
    !/ - \d{4}-\d{2}-\d{2}$/.test(section?.heading ?? '') &&
      `CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD".`,
    section?.body === '' && `CHANGELOG.md: the section for ${version} is empty.`,
  ];
  return { problems: problems.filter((problem) => problem !== false), notes: section?.body ?? '' };
}

/** The sections of a changelog in the form of https://keepachangelog.com. */
function readSections(changelog: string): { heading: string; body: string }[] {
  // The link targets at the end of the file belong to no section.
  const text = changelog.replaceAll('\r\n', '\n').replace(/^\[[^\]]+\]:\s.*$/gm, '');
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      return { heading: heading.trim(), body: lines.join('\n').trim() };
    });
}
