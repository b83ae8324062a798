import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapeMarkdown, formatValue } from '../../src/report/markdown.js';
import { createSanitizer } from '../../src/sanitize.js';
import { state } from '../play.js';
import { mermaidParser } from './mermaid.js';
import { httpFault, playScenario } from './scenarios.js';

const JOINER = '\u2060';
/** What Markdown, HTML, Mermaid, and GitHub's own additions are made of. */
const pieces = [
  ...'*_~`<>[](){}!#|\\&$:@=+-.^"\'/0aé😀 \t\n',
  ...'** __ ~~ ``` </p> <img> ](x) ![ [^1] [!NOTE] --- &lt; &#35; https:// www. ftp:// a@b.cd @me'.split(' '),
  ...[':tada:', '#12', 'foo_bar', 'A_B', '- ', '1. ', '> ', '\n\n', '\n```\n', '\n| a | b |\n', '\n# a'],
  ...['%%{init: {}}%%', 'click a', 'section b', 'Friendli Suite (https://evil.example)'],
];
const hostile = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 20 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 700 }),
);

/** What escaped text is in the rendered HTML. */
function rendered(markdown: string): string {
  return markdown
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#36;', '$')
    .replaceAll('&amp;', '&');
}

it('escapeMarkdown leaves words as they are, so that they can be searched for', () => {
  const text =
    'INFERENCE_ENGINE_MEMORY_ERROR, endpoint-id: expected "a". HTTP 503, at 10:20, api.friendli.ai; it’s 100 %';
  expect(escapeMarkdown(text)).toBe(text);
});

it('escapeMarkdown shows any text unchanged, and leaves nothing in it that Markdown, HTML, or GitHub could act on', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const escaped = escapeMarkdown(text);
      const plain = text.replace(/\s+/g, ' ').trim().replaceAll(JOINER, '');
      expect(rendered(escaped).replaceAll(JOINER, '')).toBe(plain);
      expect(rendered(escaped)).not.toMatch(/@\w|#\d|:[\w+-]+:/);
      // What is left without everything that Markdown takes literally.
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
])('formatValue shows %j as code if it is a name, which can wrap at underscores: %s', (text, markdown) => {
  expect(formatValue(text)).toBe(markdown);
});

const names = fc.constantFrom('', 'RUNNING', 'FAILED', 'INITIALIZING', 'DOWNLOADING_MODEL', 'A_NEW_CODE');
const untrusted = fc.oneof(hostile, names).map((text) => createSanitizer('flp_key')(text));
const anyState = fc
  .tuple(untrusted, untrusted, untrusted)
  .map(([status, phase, errorCode]) => state(status || 'UNKNOWN', { phase, errorCode }));
const anyFault = untrusted.map((text) => httpFault(`HTTP 500 ${text}`));
const hostileRun = fc.record({
  reads: fc.array(fc.oneof(anyState, anyFault), { minLength: 1, maxLength: 20 }),
  restarts: fc.array(fc.oneof(anyState, anyFault), { minLength: 99, maxLength: 99 }),
  ...{ timeoutMs: fc.constantFrom(60_000, 600_000), wait: fc.boolean(), dryRun: fc.boolean() },
});

it('lets no HTML, markup, link, line, or row of untrusted text into the job summary, and its chart stays one', async () => {
  await fc.assert(
    fc.asyncProperty(hostileRun, async (script) => {
      const { summary } = playScenario(script);
      const [, chart = ''] = /^```mermaid\n([\s\S]*?)\n```$/m.exec(summary) ?? [];
      const prose = summary.replace(chart, '');
      expect(prose.match(/^[ >]*`{3}.*$/gm) ?? []).toEqual(chart === '' ? [] : ['```mermaid', '```']);
      const rows = prose.match(/^\|.*$/gm)?.map((row) => row.split(/(?<!\\)(?:\\\\)*\|/).length);
      expect(new Set(rows)).toEqual(new Set([4]));
      const literal = prose
        .replace(
          /^(?:###|> \[!.*|> \*\*Next step:.*|\*\*Next step:.*|```.*|\*\*(?:Timeline.*|Durations:\*\*)|\| :--.*)/gm,
          '',
        )
        .replace(/\[Friendli Suite\]\(https:\/\/friendli\.ai\/suite\)/g, '×')
        .replace(/\\[!-/:-@[-`{-~]|`[\w-]+`|<code>(?:\w|<wbr>)+<\/code>|&(?:amp|lt|gt|#36);/g, '×');
      expect(literal).not.toMatch(/[<*[\](){}!#~@\\`$]|www\.|:\/\/|:[\w+-]+:/i);
      for (const line of literal.split('\n'))
        expect(line).toMatch(/^$|^ ?.{1,2} Friendli|^> |^>$|^\||^ |^Endpoint |^The /u);
      if (chart !== '') expect(await mermaidParser.parse(chart)).toMatchObject({ diagramType: 'gantt' });
      expect(Buffer.byteLength(summary)).toBeLessThan(50_000);
    }),
    { numRuns: 100 },
  );
});
