import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapeMarkdown } from '../../src/report/markdown.js';
import { createSanitizer } from '../../src/sanitize.js';
import { state } from '../play.js';
import { mermaidParser } from './mermaid.js';
import { httpFault, playScenario } from './scenarios.js';

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
const escaped = /\\([!-/:-@[-`{-~])|&(?:lt|gt|amp|#36);/g;

/** What escaped text is in the rendered HTML. */
function rendered(markdown: string): string {
  const entities: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&#36;': '$' };
  return markdown.replace(escaped, (match, character) => character ?? entities[match]);
}

it('escapeMarkdown leaves words as they are, so that they can be searched for', () => {
  const text = 'INFERENCE_ENGINE_MEMORY_ERROR, endpoint-id: got "a". HTTP 503, at 10:20, api.friendli.ai; it’s 100 %';
  expect(escapeMarkdown(text)).toBe(text);
});

it('escapeMarkdown shows any text unchanged, and leaves nothing in it that Markdown, HTML, or GitHub could act on', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const markdown = escapeMarkdown(text);
      const shown = rendered(markdown);
      expect(shown.replaceAll('\u2060', '')).toBe(text.replace(/\s+/g, ' ').trim().replaceAll('\u2060', ''));
      expect(shown).not.toMatch(/@\w|#\d|:[\w+-]+:/);
      // What is left without everything that Markdown takes literally.
      const rest = markdown.replace(escaped, ' ');
      expect(rest).not.toMatch(/[\\`*[\]{}()#+!|~@=<>&$\r\n\t]|:\/|www\.|^\d+[.)]|^[-=>]/i);
      expect(rest).not.toMatch(/(?<![A-Za-z0-9])[_-]|[_-](?![A-Za-z0-9])/);
    }),
  );
});

const names = fc.constantFrom('', 'RUNNING', 'FAILED', 'INITIALIZING', 'DOWNLOADING_MODEL', 'A_NEW_CODE');
const untrusted = fc.oneof(hostile, names).map((text) => createSanitizer('flp_key')(text));
const anyState = fc
  .tuple(untrusted, untrusted, untrusted)
  .map(([status, phase, errorCode]) => state(status || 'UNKNOWN', { phase, errorCode }));
const anyFault = untrusted.map((text) => httpFault(`HTTP 500 ${text}`));
const anyReply = fc.oneof(anyState, anyFault);
const hostileRun = fc.record({
  reads: fc.array(anyReply, { minLength: 1, maxLength: 20 }),
  restarts: fc.array(anyReply, { minLength: 99, maxLength: 99 }),
  timeoutMs: fc.constantFrom(60_000, 600_000),
  wait: fc.boolean(),
  dryRun: fc.boolean(),
});

const ownMarkup =
  /^(?:### |> \[![A-Z]+\]$|(?:> )?\*\*Next step:.*|>(?: |$)|\*\*Durations:\*\*|\*\*Timeline.*|\| :-- .*)|\[Friendli Suite\]\(https:\/\/friendli\.ai\/suite\)|`[\w-]+`|<code>(?:\w|<wbr>)+<\/code>/gm;

it('lets no HTML, markup, link, or cell of untrusted text into the job summary, and its chart stays one', async () => {
  await fc.assert(
    fc.asyncProperty(hostileRun, async (script) => {
      const { summary } = playScenario(script);
      const [block = '', chart] = /^```mermaid\n([\s\S]*?)\n```$/m.exec(summary) ?? [];
      if (chart !== undefined) expect(await mermaidParser.parse(chart)).toMatchObject({ diagramType: 'gantt' });
      const prose = summary.replace(block, '').replace(escaped, '×').replace(ownMarkup, '×');
      expect(prose).not.toMatch(/[<>*[\](){}!#~@\\`$]|www\.|:\/\/|:[\w+-]+:/i);
      const rows = prose.split('\n').filter((line) => line.includes('|'));
      expect(rows.filter((row) => row.split('|').length !== 4)).toEqual([]);
      expect(Buffer.byteLength(summary)).toBeLessThan(50_000);
    }),
    { numRuns: 100 },
  );
});
