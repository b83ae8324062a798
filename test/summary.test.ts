import fc from 'fast-check';
import mermaid from 'mermaid';
import { describe, expect, it } from 'vitest';
import { conclude, concludeBadInput, concludeCrash } from '../src/conclusion.js';
import type { EndpointState } from '../src/endpoint.js';
import { ApiError } from '../src/fault.js';
import type { Inputs } from '../src/inputs.js';
import type { Outcome, RestartResult } from '../src/restart.js';
import { renderSummary } from '../src/summary.js';
import { createCleaner } from '../src/text.js';
import { resultOf, stateOf, waiting } from './fixtures.js';

const MINUTE = 60_000;
const memory = 'INFERENCE_ENGINE_MEMORY_ERROR';

const failed = stateOf('FAILED', '', memory);
const downloading = stateOf('INITIALIZING', 'DOWNLOADING_MODEL');
const running = stateOf('RUNNING');

const defaults: Inputs = { ...waiting, endpointId: 'dep_1-a' };

/** The summary of a run that saw these states, a minute each. */
function summaryOf(
  outcome: Outcome,
  states: EndpointState[],
  more: Partial<RestartResult> = {},
  inputs: Partial<Inputs> = {},
): string {
  const result = resultOf({
    outcome,
    state: states.at(-1),
    previous: states[0],
    restarted: outcome === 'restarted' || outcome === 'failed',
    elapsedMs: (states.length - 1) * MINUTE + 44_000,
    ...more,
  });
  const given = { ...defaults, ...inputs };
  return renderSummary({
    conclusion: conclude(result, given),
    inputs: given,
    result,
    sightings: states.map((state, index) => ({ state, atMs: index * MINUTE })),
    startedDate: Date.UTC(2026, 10, 10, 3, 7),
  });
}

/** The cells of the table's last row, which GitHub parts at every pipe without a backslash. */
function cellsOf(markdown: string): string[] {
  const row = markdown.split('\n').findLast((line) => line.startsWith('| ')) ?? '';
  return row
    .split(/(?<!\\)(?:\\\\)*\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function ganttOf(markdown: string): string | undefined {
  return /^```mermaid\n([\s\S]*?)\n```$/m.exec(markdown)?.[1];
}

describe('the job summary', () => {
  it('has a headline, a sentence, a table and a picture for a good restart', () => {
    const summary = summaryOf('restarted', [failed, downloading, running]);
    const parts = summary.split('\n\n');
    expect(parts.slice(0, 4)).toEqual([
      '### ✅ Friendli endpoint: Restarted, RUNNING',
      'Endpoint dep_1-a was restarted and is RUNNING after 2 min 44 s.',
      [
        '| Endpoint | Before | Now | Restarted | Took |',
        '| --- | --- | --- | --- | --- |',
        `| \`dep_1-a\` | \`FAILED\`, \`${memory}\` | \`RUNNING\` | yes | 2\u00a0min\u00a044\u00a0s |`,
      ].join('\n'),
      'Where the time went, in your time zone:',
    ]);
    expect(parts).toHaveLength(5);
    expect(ganttOf(summary)).toContain('Downloading the model');
    expect(summary).toMatch(/[^\n]\n$/);
  });

  it('sets the error code in plain words and the next step into an alert', () => {
    expect(summaryOf('failed', [failed, downloading, failed]).split('\n\n').slice(0, 2)).toEqual([
      `### ❌ Friendli endpoint: FAILED again after the restart: ${memory}`,
      [
        '> [!CAUTION]',
        `> Endpoint dep_1-a was restarted, but is FAILED again after 2 min 44 s. Its error code is ${memory}: likely the model does not fit in the GPU’s memory.`,
        '>',
        '> **Next:** Choose a larger GPU, quantization or a smaller batch size.',
      ].join('\n'),
    ]);
  });

  it.each<[Outcome, RegExp, string | undefined]>([
    ['restarted', /Restarted/, undefined],
    ['not-needed', /Nothing to restart/, 'NOTE'],
    ['failed', /FAILED again/, 'CAUTION'],
    ['timed-out', /Not RUNNING after 1 h/, 'WARNING'],
    ['cancelled', /cancelled/, 'WARNING'],
    ['error', /out of reach/, 'CAUTION'],
  ])('says %s in words, and not by colour or emoji alone', async (outcome, words, alert) => {
    const summary = summaryOf(outcome, [failed, downloading, failed], { reason: 'unreachable' });
    const headline = summary.split('\n')[0]?.replace(/\p{Emoji_Presentation}|ℹ️/u, '');
    expect(headline).toMatch(/^### {2}Friendli endpoint: /);
    expect(headline).toMatch(words);
    expect(/^> \[!([A-Z]+)\]$/m.exec(summary)?.[1]).toBe(alert);
    expect(await mermaid.parse(ganttOf(summary) ?? '')).toMatchObject({ diagramType: 'gantt' });
  });

  it.each([
    ['nobody waits', [failed, downloading], { wait: false }],
    ['only one state was seen', [running], {}],
    ['no state was seen', [], {}],
  ])('has no picture where %s', (_, states, inputs) => {
    const summary = summaryOf('restarted', states, {}, inputs);
    expect(summary).not.toContain('```');
    expect(summary).not.toContain('time zone');
    expect(cellsOf(summary)).toHaveLength(5);
  });

  it.each<[EndpointState | undefined, string]>([
    [undefined, 'not seen'],
    [running, '`RUNNING`'],
    [failed, `\`FAILED\`, \`${memory}\``],
    [downloading, '`INITIALIZING`, downloading the model'],
    [stateOf('AWAKING'), '`AWAKING`, waking up'],
    [stateOf('HIBERNATING', 'WARMING', 'COLD'), '`HIBERNATING`, `WARMING`, `COLD`'],
    [stateOf('A B', '*', 'C|D'), 'A B, \\*, C\\|D'],
  ])('shows the state %o in the table', (state, cell) => {
    expect(cellsOf(summaryOf('error', [], { state, previous: running }))).toEqual([
      '`dep_1-a`',
      '`RUNNING`',
      cell,
      'no',
      expect.any(String),
    ]);
    expect(cellsOf(summaryOf('error', [], { state: running, previous: state }))[1]).toBe(cell);
  });

  it.each([
    [{ restarted: true }, 'yes'],
    [{ restarted: false }, 'no'],
    [{ restarted: false, restartInDoubt: true }, 'not known'],
  ])('tells for %o whether the endpoint was restarted: %s', (result, answer) => {
    expect(cellsOf(summaryOf('timed-out', [failed], result))[3]).toBe(answer);
  });

  it('lists every bad input, and has no table', () => {
    const conclusion = concludeBadInput(['wait: not "<yes>".', 'team: not "a|b".']);
    expect(renderSummary({ conclusion, sightings: [], startedDate: 0 })).toBe(
      [
        '### ❌ Friendli endpoint: 2 inputs are wrong',
        '',
        '> [!CAUTION]',
        '> wait: not "&lt;yes&gt;".',
        '>',
        '> team: not "a\\|b".',
        '>',
        '> Nothing was sent to Friendli.',
        '>',
        '> **Next:** Correct the inputs of this step in the workflow.',
        '',
      ].join('\n'),
    );
  });

  it('tells a crash, and has no table', () => {
    const conclusion = concludeCrash('TypeError: <x>');
    const summary = renderSummary({ conclusion, sightings: [], startedDate: 0 });
    expect(summary).toContain('TypeError: &lt;x&gt;');
    expect(summary).not.toContain('| ');
  });

  it('keeps the links of the next step', () => {
    const state = stateOf('FAILED', '', 'WORKLOAD_INIT_INVALID_TOKEN_ERROR');
    expect(summaryOf('failed', [state])).toMatch(
      /\(https:\/\/friendli\.ai\/suite\/~\/setting\/integrations\)/,
    );
  });
});

describe('foreign text in the job summary', () => {
  const clean = createCleaner('flp_key');
  const bits = [
    ...'*_~`<>[](){}!#|\\&$:@=+-."\'/0a é\n',
    ...[
      '```',
      '</td>',
      '<script>',
      '](x)',
      '![a](b)',
      '[!NOTE]',
      'https://a.bc',
      'www.a.bc',
      '@me',
      ':tada:',
    ],
    ...['\n\n', '\n```\n', '\n| a | b |\n', '\n# a', '%%{init: {}}%%', 'click a', 'section b', '#1', '---'],
  ];
  const foreign = fc
    .oneof(
      fc.array(fc.constantFrom(...bits), { maxLength: 20 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary', maxLength: 700 }),
      fc.constantFrom('', 'RUNNING', 'INITIALIZING', 'DOWNLOADING_MODEL', memory),
    )
    .map((text) => clean(text));
  const state = fc.record({
    status: foreign,
    phase: foreign,
    errorCode: foreign,
    updatedAt: fc.constant(''),
  });
  const outcome = fc.constantFrom<Outcome>(
    'restarted',
    'not-needed',
    'failed',
    'timed-out',
    'cancelled',
    'error',
  );
  const reason = fc.constantFrom(undefined, 'stopping', 'unknown-status', 'refused', 'restart-not-accepted');

  it('is never HTML, markup, a line of its own, a row of its own or the end of the picture', async () => {
    const run = fc.record({ outcome, reason, states: fc.array(state, { maxLength: 20 }), message: foreign });
    await fc.assert(
      fc.asyncProperty(run, async ({ outcome, reason, states, message }) => {
        const fault = new ApiError(message, { kind: 'permanent', httpStatus: 500 });
        const summary = summaryOf(outcome, states, { reason, fault, unobservedSinceMs: 30 * MINUTE });
        const picture = ganttOf(summary);
        const prose = picture === undefined ? summary : summary.replace(picture, '');
        expect(prose).not.toMatch(/</);
        expect(prose.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(3);
        expect(cellsOf(summary)).toHaveLength(5);
        expect(prose.match(/^[ >]*`{3}.*$/gm) ?? []).toEqual(
          picture === undefined ? [] : ['```mermaid', '```'],
        );
        for (const line of prose.split('\n')) {
          expect(line).toMatch(/^$|^### . ?|^> |^>$|^\||^```(?:mermaid)?$|^Where |^Endpoint |^The restart /u);
        }
        const literal = prose
          .replace(/^(?:###|> \[!.*|> \*\*Next:\*\* .*|```.*)/gm, '')
          .replace(/\\[!-/:-@[-`{-~]|`[\w-]+`|&(?:amp|lt|gt|#36);/g, '×');
        expect(literal).not.toMatch(/[*[\](){}!#~@\\`$]|www\.|:\/\/|:[\w+-]+:/i);
        if (picture !== undefined)
          expect(await mermaid.parse(picture)).toMatchObject({ diagramType: 'gantt' });
        expect(Buffer.byteLength(summary)).toBeLessThan(50_000);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves the summary far below the megabyte that GitHub takes, however long it is', () => {
    const long = clean('&'.repeat(10_000));
    const states = Array.from({ length: 7_000 }, () => stateOf(long, long, long));
    const fault = new ApiError(long, { kind: 'transient' });
    const summary = summaryOf('timed-out', states, { fault, unobservedSinceMs: 1 });
    expect(Buffer.byteLength(summary)).toBeLessThan(50_000);
  });
});
