import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapeMarkdown, formatValue } from '../../src/report/markdown.js';
import { createSanitizer } from '../../src/sanitize.js';
import { mermaidParser } from './mermaid.js';
import { concluded, httpFault, runThrough, scenarios, stateOf } from './scenarios.js';

const JOINER = '\u2060';
/** What Markdown, HTML, Mermaid and GitHub's own additions are made of. */
const pieces = [
  ...'*_~`<>[](){}!#|\\&$:@=+-.^"\'/0aé😀 \t\n',
  ...[
    '**',
    '__',
    '~~',
    '```',
    '</p>',
    '<img src=x>',
    '](x)',
    '![',
    '[^1]',
    '[!NOTE]',
    '- ',
    '1. ',
    '> ',
    '---',
  ],
  ...[
    '&lt;',
    '&#35;',
    'https://',
    'www.',
    'ftp://',
    'a@b.cd',
    '@me',
    ':tada:',
    '#12',
    'foo_bar',
    'A_B',
    '\n\n',
  ],
  ...['\n```\n', '\n| a | b |\n', '\n# a', '%%{init: {}}%%', 'click a', 'section b'],
  'Friendli Suite (https://evil.example)',
];
const hostile = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 20 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 700 }),
);

/** What escaped text is in the finished HTML. */
function rendered(markdown: string): string {
  return markdown
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#36;', '$')
    .replaceAll('&amp;', '&');
}

it.each([
  'INFERENCE_ENGINE_MEMORY_ERROR',
  'endpoint-id: expected an ID, got "a".',
  'HTTP 503 Service Unavailable, at 10:20, api.friendli.ai; it’s 100 %',
])('escapeMarkdown leaves words as they are, so that they can be searched for: %s', (text) => {
  expect(escapeMarkdown(text)).toBe(text);
});

it('escapeMarkdown shows any text as it came, and leaves nothing in it that Markdown, HTML or GitHub could act on', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const escaped = escapeMarkdown(text);
      const plain = text.replace(/\s+/g, ' ').trim().replaceAll(JOINER, '');
      expect(rendered(escaped).replaceAll(JOINER, '')).toBe(plain);
      expect(rendered(escaped)).not.toMatch(/@\w|#\d|:[\w+-]+:/);
      // What is left when all that Markdown takes literally is gone.
      const rest = escaped.replace(/\\[!-/:-@[-`{-~]/g, ' ').replace(/&(?:lt|gt|amp|#36);/g, ' ');
      expect(rest).not.toMatch(/[\\`*[\]{}()#+!|~@=<>&$\r\n\t]|:\/|www\.|^\d+[.)]|^[-=>]/i);
      expect(rest).not.toMatch(/(?<![A-Za-z0-9])[_-]|[_-](?![A-Za-z0-9])/);
    }),
  );
});

it.each([
  ['dep-1_a', '`dep-1_a`'],
  ['_a_b', '`_a_b`'],
  ['---', '`---`'],
  ['INFERENCE_ENGINE_MEMORY_ERROR', '<code>INFERENCE_<wbr>ENGINE_<wbr>MEMORY_<wbr>ERROR</code>'],
  ['a_<b>', 'a\\_&lt;b&gt;'],
  ['RUNNING\n', 'RUNNING'],
  ['é', 'é'],
])('formatValue shows %j as code if it is a name, which can break after its words: %s', (text, markdown) => {
  expect(formatValue(text)).toBe(markdown);
});

const names = fc.constantFrom('', 'RUNNING', 'FAILED', 'INITIALIZING', 'DOWNLOADING_MODEL', 'A_NEW_CODE');
const foreign = fc.oneof(hostile, names).map(createSanitizer('flp_key'));
const hostileRun = fc.record({
  states: fc.array(fc.tuple(foreign, foreign, foreign), { maxLength: 20 }),
  outcome: fc.constantFrom(...Object.values(scenarios).map(({ result }) => result.outcome)),
  reason: fc.constantFrom(undefined, 'stopping', 'unknown-status', 'refused', 'not-accepted'),
  fault: foreign.map((text) => httpFault(text, { kind: 'permanent', httpStatus: 500 })),
});

it('gives the job summary no HTML, markup, link, line or row of foreign text, and its picture stays one', async () => {
  await fc.assert(
    fc.asyncProperty(hostileRun, async ({ states, ...end }) => {
      const seen = states.map((fields) => stateOf(...fields));
      const { summary } = concluded(runThrough(seen, { ...end, unobservedSinceMs: 1_200_000 }));
      const [, picture = ''] = /^```mermaid\n([\s\S]*?)\n```$/m.exec(summary) ?? [];
      const prose = summary.replace(picture, '');
      expect(prose.match(/^[ >]*`{3}.*$/gm) ?? []).toEqual(picture === '' ? [] : ['```mermaid', '```']);
      const rows = prose.match(/^\|.*$/gm)?.map((row) => row.split(/(?<!\\)(?:\\\\)*\|/).length);
      expect(new Set(rows)).toEqual(new Set([4]));
      const literal = prose
        .replace(/^(?:###|> \[!.*|> \*\*Next step:.*|```.*|\*\*(?:Timeline.*|Durations:\*\*)|\| :--.*)/gm, '')
        .replace(/\[Friendli Suite\]\(https:\/\/friendli\.ai\/suite\)/g, '×')
        .replace(/\\[!-/:-@[-`{-~]|`[\w-]+`|<code>(?:\w|<wbr>)+<\/code>|&(?:amp|lt|gt|#36);/g, '×');
      expect(literal).not.toMatch(/[<*[\](){}!#~@\\`$]|www\.|:\/\/|:[\w+-]+:/i);
      for (const line of literal.split('\n'))
        expect(line).toMatch(/^$|^ ?.{1,2} Friendli|^> |^>$|^\||^ |^Endpoint |^The /u);
      if (picture !== '') expect(await mermaidParser.parse(picture)).toMatchObject({ diagramType: 'gantt' });
      expect(Buffer.byteLength(summary)).toBeLessThan(50_000);
    }),
    { numRuns: 300 },
  );
});
