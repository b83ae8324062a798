import { describe, expect, it } from 'vitest';
import { History } from '../../src/report/history.js';
import { composeMessage } from '../../src/report/message.js';
import { renderSummary } from '../../src/report/summary.js';
import {
  concluded,
  download,
  failed,
  runThrough,
  type Scenario,
  scenario,
  scenarios,
  startedDate,
  stateOf,
  type Timed,
} from './scenarios.js';

function ganttOf(summary: string): string | undefined {
  return /^```mermaid\n([\s\S]*?)\n```$/m.exec(summary)?.[1];
}

const unclear = { outcome: 'error', ambiguous: 'restart' } as const;

describe('the job summary', () => {
  it('of a recovery has a headline, a sentence, a table, durations and a picture', () => {
    const { summary } = concluded(scenarios['a recovery']);
    expect(summary.replace(ganttOf(summary) ?? '', '…')).toBe(`### ✅ Friendli endpoint: Restarted and running

Endpoint dep1 was restarted and serves requests again after 7 min 44 s.

| Endpoint | \`dep1\` |
| :-- | :-- |
| Before | \`FAILED\`, <code>WORKLOAD_<wbr>INIT_<wbr>DOWNLOAD_<wbr>ERROR</code> |
| Why it had failed | likely the model could not be downloaded |
| Now | \`RUNNING\` |
| Restarted | yes |
| Took | 7 min 44 s |

**Durations:** FAILED → Restart accepted → Requesting a virtual machine, 1 min 12 s → Downloading the model, 5 min 2 s → Initializing the engine, 1 min 30 s → RUNNING

**Timeline (your local time)**<br>The status was read every 2.5 s to 20 s: each change can have happened up to 20 s earlier, and a shorter phase can be missing.

\`\`\`mermaid
…
\`\`\`
`);
  });

  it('says how a run ended in words, not by emoji and color alone', () => {
    const alerts = Object.entries(scenarios).map(([name, about]) => {
      const { summary, message } = concluded(about);
      expect(/^### \S+ Friendli endpoint: (.*)/.exec(summary)?.[1]).toBe(message.title);
      return `${name}: ${/^> \[!([A-Z]+)\]$/m.exec(summary)?.[1] ?? 'no alert'}`;
    });
    expect(alerts).toEqual([
      ...['a recovery: no alert', 'a second failure: CAUTION', 'two attempts: no alert'],
      ...['an outage: WARNING', 'a wake-up: no alert', 'a dry run: NOTE'],
      ...['a code that a restart cannot fix: CAUTION', 'nothing to restart: NOTE', 'a cancel: WARNING'],
      'a rejected key: CAUTION',
    ]);
  });

  it.each<[about: string, run: Scenario, rows: string]>([
    ['two attempts', scenarios['two attempts'], '| Restarted | 2 times |'],
    ['a wake-up', scenarios['a wake-up'], '| Restarted | no |\n| Woken | yes |'],
    ['an unknown status', scenarios['a rejected key'], '| Before | unknown |\n| Now | unknown |'],
    ['what the text says', scenarios['a second failure'], '<wbr>ERROR</code> |\n| Now | `FAILED`,'],
    ['a status in words', runThrough([stateOf('AWAKING')], unclear), '| Now | `AWAKING`, waking up |'],
    ['new values', runThrough([stateOf('A_', 'NEW', 'C|D')], unclear), '| Now | `A_`, `NEW`, C\\|D |'],
    ['a request without answer', runThrough([failed], unclear), '| Restarted | unknown |'],
    [
      'a failure on the way',
      runThrough([download, failed, stateOf('FAILED', '', 'NEW'), download], unclear),
      '| Why it had failed | likely the model does not fit in GPU memory: <code>INFERENCE_<wbr>ENGINE_<wbr>MEMORY_<wbr>ERROR</code> |',
    ],
  ])('has a table that shows %s', (_, run, rows) => {
    expect(concluded(run).summary).toContain(rows);
  });

  it('has no picture of a run that did not wait, or saw fewer than two states', () => {
    const accepted = scenarios['a recovery'].events.slice(0, 3).map((event): Timed => [0, event]);
    const names = ['a dry run', 'nothing to restart', 'a rejected key'] as const;
    for (const about of [scenario({ wait: false }, accepted, {}), ...names.map((name) => scenarios[name])]) {
      expect(concluded(about).summary).not.toMatch(/```|Timeline|Durations/);
    }
  });

  it('links to Friendli Suite wherever the text refers to it', () => {
    const summaries = Object.values(scenarios).map((about) => concluded(about).summary);
    const issues = ['endpoint-id is required. Use the ID shown in Friendli Suite.'];
    const message = composeMessage({ type: 'invalid-input', issues }, undefined);
    summaries.push(renderSummary({ message, history: new History(), startedDate }));
    const mention = /.?Friendli Suite(?:[^\])]*\]\([^)]*\))?/g;
    expect(summaries.flatMap((summary) => summary.match(mention) ?? [])).toEqual([
      '[Friendli Suite, Personal Settings, API keys](https://friendli.ai/suite/~/setting/keys)',
      '[Friendli Suite](https://friendli.ai/suite)',
    ]);
  });

  it('lists every invalid input, and has no table', () => {
    const issues = ['wait: expected true or false, got "<yes>".', 'team: expected an ID, got "a|b".'];
    const message = composeMessage({ type: 'invalid-input', issues }, undefined);
    expect(renderSummary({ message, history: new History(), startedDate })).toBe(
      `### ❌ Friendli endpoint: 2 invalid inputs

> [!CAUTION]
> wait: expected true or false, got "&lt;yes&gt;".
>
> team: expected an ID, got "a\\|b".
>
> No request was sent.
>
> **Next step:** Correct the inputs of this step in the workflow.
`,
    );
  });
});
